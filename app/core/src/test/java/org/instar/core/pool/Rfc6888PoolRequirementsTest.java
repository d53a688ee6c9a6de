// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.address;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.instar.core.Protocol;
import org.instar.core.config.Pairing;
import org.junit.jupiter.api.Test;

/** RFC 6888 §3: what a NAT shared by many subscribers must do. */
class Rfc6888PoolRequirementsTest {

    private static final String CLIENT = "2001:db8::1";

    @Test
    void req2PairsASubscriberWithOneAddressInAllShardsAndProtocols() {
        PoolFixture pools = new PoolFixture(4, 64, pool("main", "192.0.2.0/24").build());
        Set<Integer> addresses = new HashSet<>();
        for (int i = 0; i < 4000; i++) {
            long allocated = pools.allocate(i % 4, Protocol.values()[i % 3], "2001:db8::" + i % 100, 2000, "main");
            addresses.add(address(allocated));
            assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isEqualTo(i % 4);
        }
        assertThat(addresses).hasSize(1);
    }

    @Test
    void req2TakesAnotherAddressWhenTheFirstIsFull() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/31").ports(1024, 1279).build());
        for (int i = 0; i < 512; i++) {
            assertThat(pools.allocate(Protocol.UDP, CLIENT, 5000 + i)).isNotNegative();
        }
        assertThat(pools.allocate(Protocol.UDP, CLIENT, 5000)).isEqualTo(PortAllocator.EXHAUSTED);
    }

    @Test
    void req2HardPairingRefusesInstead() {
        PoolFixture pools = new PoolFixture(1,
                pool("main", "192.0.2.0/31").ports(1024, 1279).pairing(Pairing.HARD).build());
        for (int i = 0; i < 256; i++) {
            assertThat(pools.allocate(Protocol.UDP, CLIENT, 5000 + i)).isNotNegative();
        }
        assertThat(pools.allocate(Protocol.UDP, CLIENT, 5000)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.status("main").alarmRaised()).as("the pool has enough").isFalse();
        assertThat(pools.allocate(Protocol.UDP, "2001:db8::2", 5000)).isNotNegative();
    }

    @Test
    void req3TakesAddressesFromSeveralPlaces() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.5", "198.51.100.16/30", "203.0.113.9").build());
        Set<Integer> addresses = new HashSet<>();
        for (int i = 1; i < 400; i++) {
            addresses.add(address(pools.allocate(Protocol.TCP, "2001:db8::" + i, 2000)));
        }
        assertThat(addresses).containsExactlyInAnyOrder(ip("192.0.2.5"), ip("198.51.100.16"), ip("198.51.100.17"),
                ip("198.51.100.18"), ip("198.51.100.19"), ip("203.0.113.9"));
    }

    @Test
    void req4LimitsThePortsOfASubscriberOverAllShardsAndProtocols() {
        PoolFixture pools = new PoolFixture(2, pool("main", "192.0.2.0/24").build());
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            taken.add(pools.allocators[i % 2].allocate(pools.pools("main"), Protocol.values()[i % 3],
                    pools.subscriber(i % 2, CLIENT), 2000, 10, pools.nowNanos));
        }
        assertThat(taken).allMatch(allocated -> allocated >= 0);
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        assertThat(subscriber.ports()).isEqualTo(10);
        assertThat(pools.allocators[0].allocate(pools.pools("main"), Protocol.TCP, subscriber, 2000, 10,
                pools.nowNanos)).isEqualTo(PortAllocator.PORT_LIMIT);
        assertThat(subscriber.ports()).isEqualTo(10);
        pools.release(1, Protocol.TCP, CLIENT, taken.get(3));
        assertThat(pools.allocators[0].allocate(pools.pools("main"), Protocol.TCP, subscriber, 2000, 10,
                pools.nowNanos)).isNotNegative();
    }

    @Test
    void req4cLimitsTheRateOfNewSessions() {
        PoolFixture pools = new PoolFixture(2, pool("main", "192.0.2.0/24").build());
        int opened = 0;
        for (int i = 0; i < 300; i++) {
            opened += pools.subscriber(i % 2, CLIENT).mayOpen(100, pools.nowNanos) ? 1 : 0;
        }
        assertThat(opened).as("one second's worth at once").isEqualTo(100);
        for (int millis = 0; millis < 5000; millis++) {
            pools.nowNanos += TimeUnit.MILLISECONDS.toNanos(1);
            opened += pools.subscriber(0, CLIENT).mayOpen(100, pools.nowNanos) ? 1 : 0;
        }
        assertThat(opened).isEqualTo(600);
        assertThat(pools.subscriber(0, CLIENT).mayOpen(0, pools.nowNanos)).as("no limit").isTrue();
    }

    @Test
    void req5LimitsTheSessionsOfASubscriber() {
        PoolFixture pools = new PoolFixture(2, pool("main", "192.0.2.0/24").build());
        assertThat(pools.subscriber(0, CLIENT).addSession(2)).isTrue();
        assertThat(pools.subscriber(1, CLIENT).addSession(2)).isTrue();
        assertThat(pools.subscriber(1, CLIENT).addSession(2)).isFalse();
        assertThat(pools.subscriber(0, CLIENT).addSession(0)).as("no limit").isTrue();
        assertThat(pools.subscriber(0, CLIENT).sessions()).isEqualTo(3);
        pools.subscriber(0, CLIENT).removeSession();
        pools.subscriber(0, CLIENT).removeSession();
        assertThat(pools.subscriber(1, CLIENT).addSession(2)).isTrue();
    }

    @Test
    void req8HoldsAFreedPortFor120Seconds() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2015).build());
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            taken.add(pools.allocate(Protocol.TCP, CLIENT, 2000));
        }
        pools.release(Protocol.TCP, CLIENT, taken.get(5));
        assertThat(pools.allocators[0].heldDown()).isOne();
        assertThat(pools.status("main").heldDown(Protocol.TCP)).isOne();
        pools.passSeconds(119);
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        pools.nowNanos += TimeUnit.SECONDS.toNanos(1);
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).as("without a tick too").isEqualTo(taken.get(5));
        assertThat(pools.allocators[0].heldDown()).isZero();
    }

    @Test
    void req8HoldsEveryPortLongEnoughUnderSteadyChurnAndAtMostTwiceAsLong() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").ports(2048, 2303).build());
        long[] freedAt = new long[65536];
        boolean[] isFreed = new boolean[65536];
        int reused = 0;
        for (int second = 0; second < 2000; second++) {
            long allocated = pools.allocate(Protocol.TCP, CLIENT, 2000);
            assertThat(allocated).as("256 ports last, one a second, at most 240 rest").isNotNegative();
            int port = port(allocated);
            if (isFreed[port]) {
                assertThat(pools.nowNanos - freedAt[port]).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(120));
                reused++;
            }
            pools.release(Protocol.TCP, CLIENT, allocated);
            freedAt[port] = pools.nowNanos;
            isFreed[port] = true;
            pools.passSeconds(1);
        }
        assertThat(reused).isGreaterThan(1000);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void req8TheTimeAndTheNumberOfRestingPortsAreConfigurable() {
        PoolFixture off = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2000).holdDownSeconds(0).build());
        long only = off.allocate(Protocol.TCP, CLIENT, 2000);
        off.release(Protocol.TCP, CLIENT, only);
        assertThat(off.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(only);

        PoolFixture few = new PoolFixture(1, pool("main", "192.0.2.1").holdDownMaxPorts(3).build());
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            taken.add(few.allocate(Protocol.TCP, CLIENT, 2000));
        }
        taken.forEach(allocated -> few.release(Protocol.TCP, CLIENT, allocated));
        assertThat(few.allocators[0].heldDown()).isEqualTo(3);
        few.passSeconds(120);
        assertThat(few.status("main").leasedBlocks()).isZero();
    }

    @Test
    void req8ABlockGoesBackWhenItsLastPortHasRested() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());
        long allocated = pools.allocate(Protocol.TCP, CLIENT, 2000);
        pools.release(Protocol.TCP, CLIENT, allocated);
        pools.passSeconds(119);
        assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isZero();
        assertThat(pools.events).hasSize(1);
        pools.passSeconds(1);
        assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isEqualTo(-1);
        int first = port(allocated) & ~255;
        assertThat(pools.events).containsExactly(
                "+ 2001:db8::1/128 192.0.2.1:" + first + "-" + (first + 255) + " main",
                "- 2001:db8::1/128 192.0.2.1:" + first + "-" + (first + 255) + " main");
        assertThat(pools.sharedSubscribers.size()).isZero();
    }

    @Test
    void req8AfterALossOfStatePoolsGiveOutNothingForTheirHoldDown() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/31").build());
        pools.allocators[0].stateLost(pools.nowNanos);
        pools.passSeconds(119);
        for (Protocol protocol : new Protocol[] {Protocol.UDP, Protocol.ICMP}) {
            assertThat(pools.allocate(protocol, CLIENT, 5000)).isEqualTo(PortAllocator.EXHAUSTED);
        }
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 5000)).as("REQ-8 a").isNotNegative();
        assertThat(pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP, pools.subscriber(0, CLIENT),
                5000, 0, (address, port) -> true, pools.nowNanos)).as("REQ-8 c").isNotNegative();
        assertThat(pools.status("main").alarmRaised()).isFalse();
        pools.passSeconds(1);
        assertThat(pools.allocate(Protocol.UDP, CLIENT, 5000)).isNotNegative();
    }

    @Test
    void req8APortOfBeforeARestartRestsForWhatIsLeftOfItsHoldDown() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/31").build());
        PortAllocator ports = pools.allocators[0];
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        long released = pools.nowNanos;
        pools.passSeconds(100);
        long before = released - 15_000_000_000L;
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 1999, subscriber, before, pools.nowNanos)).isTrue();
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2000, subscriber, released, pools.nowNanos)).isTrue();
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2000, subscriber, released, pools.nowNanos)).isFalse();
        assertThat(ports.take(Protocol.UDP, ip("192.0.2.1"), 2001, subscriber)).isTrue();
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2001, subscriber, released, pools.nowNanos)).isFalse();
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.9"), 2000, subscriber, released, pools.nowNanos)).isFalse();
        // they come in no order
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2002, subscriber, before, pools.nowNanos)).isTrue();
        pools.passSeconds(19);
        assertThat(ports.heldDown()).isEqualTo(3);
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2003, subscriber, released - 2_000_000_000L,
                pools.nowNanos)).as("it has rested").isFalse();
        pools.passSeconds(1);
        assertThat(ports.heldDown()).isZero();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void req8APortOfBeforeARestartRestsNoLongerBecauseAnotherOfItsBlockCameFirstAndIsTakenAgain() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());
        PortAllocator ports = pools.allocators[0];
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        long now = pools.nowNanos;
        long before = now - TimeUnit.SECONDS.toNanos(100);
        assertThat(ports.hold(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber, now, now)).isTrue();
        assertThat(ports.take(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber)).as("its other session").isTrue();
        assertThat(ports.hold(Protocol.ICMP, ip("192.0.2.1"), 2001, subscriber, before, now)).isTrue();
        pools.passSeconds(19);
        assertThat(ports.heldDown()).isOne();
        pools.passSeconds(1);
        assertThat(ports.heldDown()).isZero();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void req8APortThatRestedWhenItsBlockWasQueuedAlreadyRestsNoLongerEither() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());
        PortAllocator ports = pools.allocators[0];
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        long now = pools.nowNanos;
        assertThat(ports.take(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber)).isTrue();
        ports.release(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber, now);
        assertThat(ports.take(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber)).isTrue();
        assertThat(ports.hold(Protocol.UDP, ip("192.0.2.1"), 2001, subscriber, now - TimeUnit.SECONDS.toNanos(100),
                now)).isTrue();
        pools.passSeconds(20);
        assertThat(ports.heldDown()).isZero();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void req8PortsOfBeforeARestartTakeNewOnesInForOneHoldDownOfTheFirstOfThem() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());
        PortAllocator ports = pools.allocators[0];
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        long now = pools.nowNanos;
        assertThat(ports.hold(Protocol.TCP, ip("192.0.2.1"), 2000, subscriber, now, now)).isTrue();
        assertThat(ports.hold(Protocol.TCP, ip("192.0.2.1"), 2001, subscriber, now - TimeUnit.SECONDS.toNanos(119),
                now)).isTrue();
        assertThat(ports.take(Protocol.TCP, ip("192.0.2.1"), 2002, subscriber)).isTrue();
        pools.passSeconds(2);
        ports.release(Protocol.TCP, ip("192.0.2.1"), 2002, subscriber, pools.nowNanos);
        pools.passSeconds(118);
        assertThat(ports.heldDown()).as("all but the one of after the restart").isOne();
        pools.passSeconds(2);
        assertThat(ports.heldDown()).isZero();
    }

    @Test
    void req11RaisesOneAlarmBeforeThePoolIsExhaustedAndClearsItWithHysteresis() {
        PoolFixture pools = new PoolFixture(1,
                pool("main", "192.0.2.1").ports(4096, 4096 + 256 * 20 - 1).holdDownSeconds(0).build());
        List<Long> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            assertThat(pools.status("main").alarmRaised()).isEqualTo(i >= 18);
            taken.add(pools.allocate(Protocol.TCP, "2001:db8::" + i, 2000));
        }
        assertThat(pools.allocate(Protocol.TCP, "2001:db8::99", 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        for (int i = 0; i < 20; i++) {
            assertThat(pools.status("main").alarmRaised()).isEqualTo(i <= 4);
            pools.release(Protocol.TCP, "2001:db8::" + i, taken.get(i));
            pools.tick();
        }
        assertThat(pools.events).filteredOn(event -> event.startsWith("alarm"))
                .containsExactly("alarm main raised", "alarm main cleared");
    }

    @Test
    void req11ARefusalRaisesTheAlarmAndEndsNoBinding() {
        PoolFixture pools = new PoolFixture(1,
                pool("main", "192.0.2.1").ports(2000, 2001).alarm(100, 0).build());
        long first = pools.allocate(Protocol.TCP, CLIENT, 2000);
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isNotNegative();
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.events).filteredOn(event -> event.startsWith("alarm")).containsExactly("alarm main raised");
        assertThat(pools.status("main").taken(Protocol.TCP)).isEqualTo(2);
        pools.release(Protocol.TCP, CLIENT, first);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void aSecondPoolTakesOverWhenTheFirstIsFull() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2015).build(),
                pool("reserve", "198.51.100.1").build());
        for (int i = 0; i < 20; i++) {
            long allocated = pools.allocate(0, Protocol.TCP, CLIENT, 2000, "main", "reserve");
            assertThat(address(allocated)).isEqualTo(i < 16 ? ip("192.0.2.1") : ip("198.51.100.1"));
        }
        assertThat(pools.events).filteredOn(event -> event.contains("reserve raised")).isEmpty();
    }
}
