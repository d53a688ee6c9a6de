// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SubscribersTest {

    private final SharedSubscribers shared = new SharedSubscribers(56);
    private final Subscribers subscribers = new Subscribers(shared);

    @Test
    void addressesOfOnePrefixAreOneSubscriber() {
        Subscriber subscriber = subscribers.of(0x20010db8_00000001L, 5);
        assertThat(subscribers.of(0x20010db8_000000ffL, 6)).isSameAs(subscriber);
        assertThat(subscribers.of(0x20010db8_00000100L, 5)).isNotSameAs(subscriber);
        assertThat(subscriber.high()).isEqualTo(0x20010db8_00000000L);
        assertThat(subscriber.low()).isZero();
        assertThat(subscriber.prefixLength()).isEqualTo(56);
    }

    @Test
    void whoHasNothingIsForgotten() {
        Subscriber subscriber = subscribers.of(1L << 56, 0);
        subscriber.addSession(0);
        subscribers.tick(0);
        assertThat(subscribers.of(1L << 56, 0)).isSameAs(subscriber);
        subscriber.removeSession();
        subscribers.tick(0);
        assertThat(subscribers.size()).isZero();
        assertThat(shared.size()).isZero();
    }

    @Test
    void whoIsKnownToAnotherShardKeepsItsCounters() {
        Subscribers other = new Subscribers(shared);
        other.of(1L << 56, 0).addSession(0);
        subscribers.of(1L << 56, 0);
        subscribers.tick(0);
        assertThat(subscribers.size()).isZero();
        assertThat(shared.size()).isOne();
        assertThat(subscribers.of(1L << 56, 0).sessions()).isOne();
    }

    @Test
    void beingForgottenGivesNoNewAllowance() {
        for (int i = 0; i < 5; i++) {
            assertThat(subscribers.of(1L << 56, 0).mayOpen(5, 0)).isTrue();
            subscribers.tick(0);
        }
        assertThat(subscribers.of(1L << 56, 0).mayOpen(5, 0)).isFalse();
        subscribers.tick(TimeUnit.SECONDS.toNanos(1));
        assertThat(shared.size()).isZero();
    }

    @Test
    void manyComeAndGo() {
        Random random = new Random(7);
        Map<Long, Subscriber> known = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long high = (long) random.nextInt(20_000) << 8;
            if (random.nextInt(3) > 0) {
                Subscriber subscriber = subscribers.of(high, 0);
                Subscriber before = known.putIfAbsent(high, subscriber);
                assertThat(before == null || before == subscriber).isTrue();
                if (before == null) {
                    subscriber.addSession(0);
                }
            } else if (known.containsKey(high)) {
                known.remove(high).removeSession();
                subscribers.tick(0);
            }
        }
        subscribers.tick(0);
        assertThat(subscribers.size()).isEqualTo(known.size());
        known.values().forEach(Subscriber::removeSession);
        for (int i = 0; i < 20; i++) {
            subscribers.tick(0);
        }
        assertThat(subscribers.size()).isZero();
        assertThat(shared.size()).isZero();
    }

    @Test
    void aPrefixLengthOutside1To128IsRefused() {
        assertThatThrownBy(() -> new SharedSubscribers(0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> new SharedSubscribers(129)).hasMessageContaining("not 129");
    }
}
