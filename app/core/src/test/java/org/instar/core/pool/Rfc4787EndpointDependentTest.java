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
import org.instar.core.Protocol;
import org.instar.core.config.Pairing;
import org.junit.jupiter.api.Test;

/** RFC 4787 §4.1, address and port-dependent mapping: one pool port serves many remote endpoints. */
class Rfc4787EndpointDependentTest {

    private static final String CLIENT = "2001:db8::1";

    private final PoolFixture pools = new PoolFixture(2, pool("main", "192.0.2.0/28").build());

    private long allocate(PoolFixture pools, String client, int clientPort, RemoteTest isFree) {
        return pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP, pools.subscriber(0, client),
                clientPort, 0, isFree, pools.nowNanos);
    }

    @Test
    void onePortServesManyRemotes() {
        PoolFixture one = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2000).build());
        for (int i = 0; i < 1000; i++) {
            assertThat(port(allocate(one, "2001:db8::" + i % 7, 2000, (address, port) -> true))).isEqualTo(2000);
        }
        assertThat(one.status("main").taken(Protocol.UDP)).isOne();
        assertThat(allocate(one, CLIENT, 2000, (address, port) -> false)).isEqualTo(PortAllocator.EXHAUSTED);
        for (int i = 0; i < 1000; i++) {
            one.release(Protocol.UDP, "2001:db8::" + i % 7, (long) ip("192.0.2.1") << 16 | 2000);
        }
        one.tick();
        assertThat(one.status("main").taken(Protocol.UDP)).isZero();
        assertThat(one.allocators[0].heldDown()).as("who hears one remote only needs no rest").isZero();
        assertThat(one.events).containsExactly("+ ::/0 192.0.2.1:2000-2000 main", "alarm main raised",
                "- ::/0 192.0.2.1:2000-2000 main", "alarm main cleared");
        assertThat(one.sharedSubscribers.size()).isZero();
    }

    @Test
    void aRemoteNeverMeetsATransportAddressTwice() {
        PoolFixture small = new PoolFixture(1, pool("main", "192.0.2.0/31").ports(1024, 1535).build());
        Set<Long> used = new HashSet<>();
        RemoteTest isFree = (address, port) -> !used.contains(PortAllocator.pack(address, port));
        for (int i = 0; i < 1024; i++) {
            long allocated = allocate(small, "2001:db8::" + i % 50, 2000 + i, isFree);
            assertThat(used.add(allocated)).isTrue();
        }
        assertThat(allocate(small, CLIENT, 2000, isFree)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(small.violations()).isEmpty();
    }

    @Test
    void aPortHasOneBlockForAllSubscribersOfAShard() {
        for (int i = 0; i < 500; i++) {
            allocate(pools, "2001:db8::" + i, 2000, (address, port) -> true);
        }
        assertThat(pools.status("main").leasedBlocks()).isOne();
    }

    @Test
    void req2KeepsASubscriberAtOneAddress() {
        Set<Long> used = new HashSet<>();
        Set<Integer> addresses = new HashSet<>();
        for (int i = 0; i < 2000; i++) {
            long allocated = allocate(pools, CLIENT, 2000, (address, port) -> {
                return !used.contains(PortAllocator.pack(address, port));
            });
            used.add(allocated);
            addresses.add(address(allocated));
        }
        assertThat(addresses).hasSize(1);
        assertThat(pools.allocate(1, Protocol.TCP, CLIENT, 2000, "main") >>> 16 & 0xffffffffL)
                .as("and what else it has").isEqualTo(addresses.iterator().next() & 0xffffffffL);
    }

    @Test
    void req2HardPairingRefusesAnotherAddress() {
        PoolFixture hard = new PoolFixture(1,
                pool("main", "192.0.2.0/31").ports(1024, 1039).pairing(Pairing.HARD).build());
        Set<Long> used = new HashSet<>();
        RemoteTest isFree = (address, port) -> !used.contains(PortAllocator.pack(address, port));
        for (int i = 0; i < 16; i++) {
            used.add(allocate(hard, CLIENT, 2000, isFree));
        }
        assertThat(allocate(hard, CLIENT, 2000, isFree)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(hard.status("main").taken(Protocol.UDP)).isEqualTo(16);
    }

    @Test
    void req3and4KeepRangeAndParity() {
        PoolFixture whole = new PoolFixture(1, pool("main", "192.0.2.0/28").ports(0, 65535).build());
        for (int i = 1; i < 200; i++) {
            int low = port(allocate(whole, CLIENT, i, (address, port) -> true));
            assertThat(low).isBetween(1, 1023);
            assertThat(low & 1).isEqualTo(i & 1);
            assertThat(port(allocate(whole, CLIENT, 5000, (address, port) -> true))).isGreaterThan(1023);
        }
    }

    @Test
    void countsEachBindingAsOnePortOfTheSubscriber() {
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        for (int i = 0; i < 5; i++) {
            assertThat(pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP, subscriber, 2000, 5,
                    (address, port) -> true, pools.nowNanos)).isNotNegative();
        }
        assertThat(pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP, subscriber, 2000, 5,
                (address, port) -> true, pools.nowNanos)).isEqualTo(PortAllocator.PORT_LIMIT);
    }

    @Test
    void aStaticBindingsPortIsNotShared() {
        PoolFixture small = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2001).build());
        long first = allocate(small, CLIENT, 2000, (address, port) -> true);
        int other = port(first) ^ 1;
        assertThat(small.allocators[0].take(Protocol.UDP, ip("192.0.2.1"), port(first))).isFalse();
        assertThat(small.allocators[0].take(Protocol.UDP, ip("192.0.2.1"), other)).isTrue();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            ports.add(port(allocate(small, CLIENT, i, (address, port) -> true)));
        }
        assertThat(ports).containsOnly(port(first));
        assertThat(small.allocators[0].takeShared(Protocol.UDP, ip("192.0.2.1"), other, null)).isFalse();
        small.allocators[0].release(Protocol.UDP, ip("192.0.2.1"), other, null, small.nowNanos);
        assertThat(small.allocators[0].takeShared(Protocol.UDP, ip("192.0.2.1"), other, null)).isTrue();
    }

    @Test
    void restoredBindingsShareAPortAsBefore() {
        PortAllocator allocator = pools.allocators[1];
        Subscriber subscriber = pools.subscriber(1, CLIENT);
        for (int i = 0; i < 3; i++) {
            assertThat(allocator.takeShared(Protocol.UDP, ip("192.0.2.4"), 7000, subscriber)).isTrue();
        }
        assertThat(pools.allocators[0].takeShared(Protocol.UDP, ip("192.0.2.4"), 7000, subscriber)).isFalse();
        for (int i = 0; i < 3; i++) {
            assertThat(pools.directory.ownerOf(ip("192.0.2.4"), 7000)).isOne();
            allocator.release(Protocol.UDP, ip("192.0.2.4"), 7000, subscriber, pools.nowNanos);
        }
        pools.tick();
        assertThat(pools.directory.ownerOf(ip("192.0.2.4"), 7000)).isEqualTo(-1);
    }
}
