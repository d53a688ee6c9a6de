// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.engine.address.Ip6;

/** The subscribers of all shards: each is here as long as some shard knows it. Thread-safe. */
public final class SharedSubscribers {

    private final int prefixLength;
    private final ConcurrentHashMap<Ip6, SharedSubscriber> subscribers = new ConcurrentHashMap<>();
    private final AtomicInteger sessions = new AtomicInteger();

    /**
     * @param prefixLength how many bits of a client's address tell its subscriber, 1 to 128
     */
    public SharedSubscribers(int prefixLength) {
        if (prefixLength < 1 || prefixLength > 128) {
            throw new IllegalArgumentException("a subscriber's prefix has 1 to 128 bits, not " + prefixLength);
        }
        this.prefixLength = prefixLength;
    }

    public int prefixLength() {
        return prefixLength;
    }

    /** How many subscribers have something, in whichever shard. */
    public int size() {
        return subscribers.size();
    }

    /** Sessions of all subscribers, in all shards. */
    public int sessions() {
        return sessions.get();
    }

    SharedSubscriber join(long high, long low) {
        return subscribers.compute(Ip6.of(high, low), (prefix, known) -> {
            SharedSubscriber subscriber = known == null ? new SharedSubscriber(prefix, sessions) : known;
            subscriber.addShards(1);
            return subscriber;
        });
    }

    void leave(SharedSubscriber subscriber) {
        subscribers.compute(subscriber.prefix(), (prefix, known) -> known.addShards(-1) == 0 ? null : known);
    }
}
