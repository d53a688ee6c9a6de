// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.instar.core.pool.PoolFixture.address;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.HashSet;
import java.util.Set;
import org.instar.core.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 6146 §3.5.1.1 (UDP), §3.5.2.3 (TCP) and §3.5.3 (ICMP): which IPv4 transport address a new BIB entry gets. */
class Rfc6146PortAllocationTest {

    private static final String CLIENT = "2001:db8::1";

    private final PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/24").ports(0, 65535).build());

    @ParameterizedTest
    @EnumSource(Protocol.class)
    void section3511UsesTheAddressOfOtherEntriesOfTheClientInAnyBib(Protocol protocol) {
        int first = address(pools.allocate(Protocol.UDP, CLIENT, 40000));
        for (int i = 0; i < 600; i++) {
            assertThat(address(pools.allocate(protocol, CLIENT, 2000 + i))).isEqualTo(first);
        }
    }

    @Test
    void section3511MayUseAnotherAddressOnceTheClientHasNoEntryLeft() {
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            long allocated = pools.allocate(Protocol.UDP, CLIENT, 40000);
            seen.add(address(allocated));
            pools.release(Protocol.UDP, CLIENT, allocated);
            pools.passSeconds(120);
        }
        assertThat(seen.size()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource(value = Protocol.class, names = {"TCP", "UDP"})
    void section3511KeepsWellKnownPortsAmongThemselves(Protocol protocol) {
        for (int i = 0; i < 300; i++) {
            assertThat(port(pools.allocate(protocol, CLIENT, i))).isBetween(1, 1023);
            assertThat(port(pools.allocate(protocol, CLIENT, 1024 + i))).isGreaterThanOrEqualTo(1024);
        }
    }

    @Test
    void section3511TakesAnotherRangeOfTheSameAddressWhenItsOwnHasNoPort() {
        PoolFixture low = new PoolFixture(1, pool("main", "192.0.2.0/24").ports(1000, 65535).build());
        int address = -1;
        for (int i = 0; i < 40; i++) {
            long allocated = low.allocate(Protocol.TCP, CLIENT, 500);
            assertThat(allocated).isNotNegative();
            assertThat(port(allocated) < 1024).isEqualTo(i < 24);
            assertThat(i == 0 || address(allocated) == address).isTrue();
            address = address(allocated);
        }
    }

    @Test
    void section3511KeepsTheRangeInBlocksThatHoldBoth() {
        PoolFixture wide = new PoolFixture(1,
                pool("main", "192.0.2.1").ports(0, 65535).blockSize(65536).build());
        for (int i = 0; i < 1023; i++) {
            assertThat(port(wide.allocate(Protocol.UDP, CLIENT, 53))).isBetween(1, 1023);
        }
        assertThat(port(wide.allocate(Protocol.UDP, CLIENT, 53))).isGreaterThan(1023);
        assertThat(port(wide.allocate(Protocol.UDP, CLIENT, 1024))).isGreaterThan(1023);
    }

    @Test
    void section3511KeepsTheParityOfUdpPorts() {
        for (int i = 0; i < 1000; i++) {
            assertThat(port(pools.allocate(Protocol.UDP, CLIENT, 5000)) & 1).isZero();
            assertThat(port(pools.allocate(Protocol.UDP, "2001:db8::2", 5001)) & 1).isOne();
        }
    }

    @Test
    void section3511GivesUpParityBeforeItRefuses() {
        PoolFixture small = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2015).build());
        for (int i = 0; i < 16; i++) {
            long allocated = small.allocate(Protocol.UDP, CLIENT, 5000);
            assertThat(port(allocated) & 1).isEqualTo(i < 8 ? 0 : 1);
        }
        assertThat(small.allocate(Protocol.UDP, CLIENT, 5000)).isEqualTo(PortAllocator.EXHAUSTED);
    }

    @Test
    void section3511NeverGivesATransportAddressTwiceInOneBibButInAnother() {
        PoolFixture small = new PoolFixture(1, pool("main", "192.0.2.1").ports(2000, 2255).build());
        for (Protocol protocol : Protocol.values()) {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < 256; i++) {
                assertThat(seen.add(port(small.allocate(protocol, CLIENT, 3000 + i)))).isTrue();
            }
            assertThat(seen).allMatch(port -> port >= 2000 && port <= 2255);
            assertThat(small.allocate(protocol, CLIENT, 3000)).isEqualTo(PortAllocator.EXHAUSTED);
        }
        assertThat(small.violations()).isEmpty();
    }

    @Test
    void port0IsNeverGivenOut() {
        PoolFixture small = new PoolFixture(1, pool("main", "192.0.2.1").ports(0, 15).build());
        for (int i = 0; i < 15; i++) {
            assertThat(port(small.allocate(Protocol.ICMP, CLIENT, 0))).isPositive();
        }
        assertThat(small.allocate(Protocol.ICMP, CLIENT, 0)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(small.status("main").capacityPerProtocol()).isEqualTo(15);
    }

    @Test
    void aProtocolThatThePoolHasNotIsRefused() {
        PoolFixture udp = new PoolFixture(1, pool("main", "192.0.2.1").protocols(Set.of(Protocol.UDP)).build());
        assertThat(udp.allocate(Protocol.TCP, CLIENT, 80)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(udp.allocate(Protocol.UDP, CLIENT, 80)).isNotNegative();
    }

    @Test
    void manyFullBlocksDontHideAFreePort() {
        PoolFixture quick = new PoolFixture(1, pool("main", "192.0.2.1").holdDownSeconds(0).build());
        long some = 0;
        for (int i = 0; i < 40 * 256; i++) {
            long allocated = quick.allocate(Protocol.TCP, CLIENT, 2000);
            some = i == 300 ? allocated : some;
        }
        assertThat(quick.status("main").leasedBlocks()).isEqualTo(40);
        for (int i = 0; i < 50; i++) {
            quick.release(Protocol.TCP, CLIENT, some);
            assertThat(quick.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(some);
        }
    }

    @Test
    void section3511IsNotBoundToTheAddressOfEntriesThatAreGone() {
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        subscriber.addSession(0);
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            long own = pools.allocate(Protocol.UDP, CLIENT, 2000);
            seen.add(address(own));
            pools.release(Protocol.UDP, CLIENT, own);
            pools.passSeconds(120);
            long shared = pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP, subscriber, 2000, 0,
                    (address, port) -> true, pools.nowNanos);
            seen.add(address(shared));
            pools.release(Protocol.UDP, CLIENT, shared);
            pools.tick();
            assertThat(subscriber.shared().paired()).isEmpty();
        }
        assertThat(seen.size()).isGreaterThan(10);
    }

    @Test
    void section32ClaimsAStaticEntrysTransportAddressOnce() {
        PortAllocator allocator = pools.allocators[0];
        assertThat(allocator.take(Protocol.TCP, ip("192.0.2.7"), 8080)).isTrue();
        assertThat(allocator.take(Protocol.TCP, ip("192.0.2.7"), 8080)).isFalse();
        assertThat(allocator.take(Protocol.UDP, ip("192.0.2.7"), 8080)).isTrue();
        assertThat(allocator.take(Protocol.TCP, ip("198.51.100.7"), 8080)).isFalse();
        assertThat(allocator.take(Protocol.TCP, ip("192.0.2.7"), 0)).isFalse();
        assertThat(pools.directory.ownerOf(ip("192.0.2.7"), 8080)).isZero();

        allocator.release(Protocol.TCP, ip("192.0.2.7"), 8080, null, pools.nowNanos);
        assertThat(allocator.take(Protocol.TCP, ip("192.0.2.7"), 8080)).as("only rests").isTrue();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void aClaimForASubscriberPairsItAndCounts() {
        Subscriber subscriber = pools.subscriber(0, CLIENT);
        assertThat(pools.allocators[0].take(Protocol.TCP, ip("192.0.2.99"), 5000, subscriber)).isTrue();
        assertThat(subscriber.ports()).isOne();
        assertThat(address(pools.allocate(Protocol.UDP, CLIENT, 6000))).isEqualTo(ip("192.0.2.99"));
        assertThat(pools.events).containsExactly("+ 2001:db8::1/128 192.0.2.99:4864-5119 main");
    }

    @Test
    void whatIsNotTakenCantBeReleased() {
        long allocated = pools.allocate(Protocol.TCP, CLIENT, 80);
        pools.release(Protocol.TCP, CLIENT, allocated);
        assertThatThrownBy(() -> pools.release(Protocol.TCP, CLIENT, allocated))
                .isInstanceOf(IllegalStateException.class).hasMessageContaining("is not taken");
        assertThatThrownBy(() -> pools.allocators[0].release(Protocol.TCP, ip("198.51.100.1"), 80, null, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
