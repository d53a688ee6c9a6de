// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.instar.core.pool.PoolFixture.address;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.List;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/** Pools that grow, shrink, drain and go while they are used. */
class PoolReconfigurationTest {

    private static final String CLIENT = "2001:db8::1";

    private final PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());

    @Test
    void aNewPoolGivesOutAtOnce() {
        assertThat(pools.directory.reconfigure(
                List.of(pool("main", "192.0.2.1").build(), pool("more", "198.51.100.0/31").build()))).isNull();
        assertThat(pools.directory.isPoolAddress(ip("198.51.100.1"))).isTrue();
        assertThat(pools.allocate(0, Protocol.TCP, CLIENT, 2000, "more")).isNotNegative();
    }

    @Test
    void removingWhatHasBindingsIsRefusedAndChangesNothing() {
        PoolView view = pools.directory.pool("main");
        pools.allocate(Protocol.TCP, CLIENT, 2000);
        assertThat(pools.directory.reconfigure(List.of(pool("other", "198.51.100.1").build())))
                .isEqualTo("pool 'main': 192.0.2.1 has 1 bindings; ask for it to be drained");
        assertThat(pools.directory.pool("main")).isSameAs(view);
        assertThat(pools.directory.pool("other")).isNull();
        assertThat(pools.directory.isPoolAddress(ip("198.51.100.1"))).isFalse();
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isNotNegative();
    }

    @Test
    void aDrainedPoolLivesOnUntilItsLastBindingHasEnded() {
        List<PoolView> kept = pools.pools("main");
        long allocated = pools.allocate(Protocol.TCP, CLIENT, 2000);
        assertThat(pools.directory.reconfigure(List.of(pool("other", "198.51.100.1").build()), true)).isNull();
        assertThat(pools.directory.pool("main")).isNull();
        assertThat(pools.status("main").draining()).isTrue();
        assertThat(pools.status("main").drainingAddresses()).isOne();
        assertThat(pools.directory.isPoolAddress(ip("192.0.2.1"))).isTrue();
        assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isZero();
        assertThat(pools.allocators[0].allocate(kept, Protocol.TCP, pools.subscriber(0, CLIENT), 2000, 0,
                pools.nowNanos)).isEqualTo(PortAllocator.EXHAUSTED);

        pools.release(Protocol.TCP, CLIENT, allocated);
        pools.passSeconds(120);
        assertThat(pools.status("main")).isNull();
        assertThat(pools.directory.isPoolAddress(ip("192.0.2.1"))).isFalse();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void aPoolConfiguredToDrainGivesOutNothingAndMayBeRemovedThen() {
        long allocated = pools.allocate(Protocol.TCP, CLIENT, 2000);
        assertThat(pools.directory.reconfigure(List.of(pool("main", "192.0.2.1").drain(true).build()))).isNull();
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.allocators[0].take(Protocol.TCP, ip("192.0.2.1"), port(allocated) ^ 1))
                .as("restored").isTrue();
        assertThat(pools.directory.reconfigure(List.of())).isNull();
        assertThat(pools.status("main").taken(Protocol.TCP)).isEqualTo(2);
    }

    @Test
    void shrinkingDrainsTheAddressesTakenAway() {
        assertThat(pools.directory.reconfigure(List.of(pool("main", "192.0.2.0/30").build()))).isNull();
        long[] allocated = new long[40];
        for (int i = 0; i < allocated.length; i++) {
            allocated[i] = pools.allocate(Protocol.UDP, "2001:db8::" + i, 2000);
        }
        List<PoolConfig> smaller = List.of(pool("main", "192.0.2.2/31").build());
        assertThat(pools.directory.reconfigure(smaller)).contains("192.0.2.", "bindings");
        assertThat(pools.directory.reconfigure(smaller, true)).isNull();
        for (int i = 0; i < allocated.length; i++) {
            boolean stays = address(allocated[i]) >= ip("192.0.2.2");
            long next = pools.allocate(Protocol.UDP, "2001:db8::" + i, 2000);
            assertThat(address(next)).isGreaterThanOrEqualTo(ip("192.0.2.2"));
            assertThat(address(next) == address(allocated[i])).isEqualTo(stays);
            pools.release(Protocol.UDP, "2001:db8::" + i, allocated[i]);
        }
        assertThat(pools.status("main").addresses()).isEqualTo(2);
        assertThat(pools.status("main").drainingAddresses()).isEqualTo(2);
        pools.passSeconds(120);
        assertThat(pools.status("main").drainingAddresses()).isZero();
        assertThat(pools.directory.isPoolAddress(ip("192.0.2.0"))).isFalse();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void anAddressThatComesBackWhileItDrainsIsUsedAgain() {
        pools.allocate(Protocol.UDP, CLIENT, 2000);
        pools.directory.reconfigure(List.of(pool("main", "192.0.2.9").build()), true);
        assertThat(pools.directory.reconfigure(List.of(pool("main", "192.0.2.1").build()))).isNull();
        assertThat(pools.status("main").drainingAddresses()).isZero();
        assertThat(pools.status("main").leasedBlocks()).isOne();
        assertThat(address(pools.allocate(Protocol.UDP, "2001:db8::2", 2000))).isEqualTo(ip("192.0.2.1"));
    }

    @Test
    void fewerPortsDrainTheBlocksOutside() {
        long allocated = pools.allocate(Protocol.UDP, CLIENT, 2000);
        int block = port(allocated) & ~255;
        List<PoolConfig> without = List.of(block < 32768 ? pool("main", "192.0.2.1").ports(32768, 65535).build()
                : pool("main", "192.0.2.1").ports(1024, 32767).build());
        assertThat(pools.directory.reconfigure(without)).contains("ports " + block + "-");
        assertThat(pools.directory.reconfigure(without, true)).isNull();
        for (int i = 0; i < 1000; i++) {
            assertThat(without.get(0).ports().contains(port(pools.allocate(Protocol.UDP, CLIENT, 2000 + i)))).isTrue();
        }
        pools.release(Protocol.UDP, CLIENT, allocated);
        pools.passSeconds(120);
        assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isEqualTo(-1);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void fewerProtocolsLetTheirBindingsLiveOn() {
        long allocated = pools.allocate(Protocol.UDP, CLIENT, 2000);
        pools.allocate(Protocol.TCP, CLIENT, 2000);
        List<PoolConfig> tcp = List.of(pool("main", "192.0.2.1").protocols(Set.of(Protocol.TCP)).build());
        assertThat(pools.directory.reconfigure(tcp)).isEqualTo(
                "pool 'main': 1 bindings of udp live; ask for them to be drained");
        assertThat(pools.directory.reconfigure(tcp, true)).isNull();
        assertThat(pools.allocate(Protocol.UDP, CLIENT, 2000)).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.allocate(Protocol.TCP, CLIENT, 2000)).isNotNegative();
        pools.release(Protocol.UDP, CLIENT, allocated);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void anotherBlockSizeNeedsAPoolWithoutBlocks() {
        long allocated = pools.allocate(Protocol.UDP, CLIENT, 2000);
        List<PoolConfig> other = List.of(pool("main", "192.0.2.1").blockSize(64).build());
        assertThat(pools.directory.reconfigure(other, true)).contains("while blocks of it are leased");
        pools.release(Protocol.UDP, CLIENT, allocated);
        pools.passSeconds(120);
        assertThat(pools.directory.reconfigure(other)).isNull();
        pools.allocate(Protocol.UDP, CLIENT, 2000);
        assertThat(pools.status("main").blocks()).isEqualTo(64512 / 64);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void alarmHoldDownAndPairingChangeAtOnce() {
        long allocated = pools.allocate(Protocol.UDP, CLIENT, 2000);
        assertThat(pools.directory.reconfigure(List.of(pool("main", "192.0.2.1").holdDownSeconds(0).build()))).isNull();
        pools.release(Protocol.UDP, CLIENT, allocated);
        pools.tick();
        assertThat(pools.status("main").leasedBlocks()).isZero();
    }

    @Test
    void aShorterHoldDownEndsThoseThatRestAlready() {
        long allocated = pools.allocate(Protocol.UDP, CLIENT, 2000);
        pools.release(Protocol.UDP, CLIENT, allocated);
        pools.directory.reconfigure(List.of(pool("main", "192.0.2.1").holdDownSeconds(300).build()));
        pools.passSeconds(299);
        assertThat(pools.allocators[0].heldDown()).isOne();
        pools.passSeconds(1);
        assertThat(pools.allocators[0].heldDown()).isZero();
    }

    @Test
    void aSuccessorOnTheSameAddressWaitsForTheBlocksThatDrain() {
        PoolFixture two = new PoolFixture(2, pool("main", "192.0.2.1").ports(2048, 2559).build());
        long allocated = two.allocate(0, Protocol.UDP, CLIENT, 2000, "main");
        assertThat(two.directory.reconfigure(
                List.of(pool("next", "192.0.2.1").ports(2048, 2559).blockSize(64).build()), true)).isNull();
        int drained = port(allocated) & ~255;
        for (int i = 0; i < 256; i++) {
            long next = two.allocate(1, Protocol.UDP, "2001:db8::" + i, 2000 + i, "next");
            assertThat(next < 0 || (port(next) & ~255) != drained).isTrue();
        }
        two.release(0, Protocol.UDP, CLIENT, allocated);
        two.passSeconds(120);
        assertThat(port(two.allocate(1, Protocol.UDP, "2001:db8::999", 2000, "next")) & ~255).isEqualTo(drained);
        assertThat(two.violations()).isEmpty();
    }

    @Test
    void aSuccessorInTheSameShardDoesntGiveOutWhatDrains() {
        PoolFixture one = new PoolFixture(1, pool("main", "192.0.2.1").ports(2048, 2559).build());
        long allocated = one.allocate(0, Protocol.UDP, CLIENT, 2000, "main");
        one.directory.reconfigure(List.of(pool("next", "192.0.2.1").ports(2048, 2559).build()), true);
        for (int i = 0; i < 256; i++) {
            assertThat(one.allocate(0, Protocol.UDP, CLIENT, 2000, "next")).isNotEqualTo(allocated).isNotNegative();
        }
        assertThat(one.allocate(0, Protocol.UDP, CLIENT, 2000, "next")).isEqualTo(PortAllocator.EXHAUSTED);
    }

    @Test
    void manyBlocksThatDrainDontHideOneThatDoesnt() {
        for (int i = 0; i < 20 * 256; i++) {
            pools.allocate(Protocol.UDP, CLIENT, i);
        }
        pools.directory.reconfigure(List.of(pool("main", "192.0.2.9").build()), true);
        for (int i = 0; i < 256; i++) {
            assertThat(address(pools.allocate(Protocol.TCP, CLIENT, 2000))).isEqualTo(ip("192.0.2.9"));
        }
        assertThat(pools.status("main").leasedBlocks()).isOne();
    }

    @Test
    void aDeterministicPoolWaitsForAnAddressThatDrains() {
        pools.allocate(Protocol.UDP, CLIENT, 2000);
        PoolConfig fixed = pool("fixed", "192.0.2.1").deterministic(Prefix6.parse("2001:db8::/60"), 64).build();
        assertThat(pools.directory.reconfigure(List.of(fixed), true))
                .isEqualTo("pool 'fixed': 192.0.2.1 has blocks of pool 'main'");
    }

    @Test
    void poolsOfOneNameOrTooManyShardsAreRefused() {
        PoolConfig main = pool("main", "192.0.2.1").build();
        assertThat(pools.directory.reconfigure(List.of(main, main)))
                .isEqualTo("pool 'main': there is another pool of that name");
        assertThatThrownBy(() -> new PoolFixture(65, main)).hasMessage("1 to 64 shards, not 65");
        assertThatThrownBy(() -> new PortAllocator(pools.directory, 1)).hasMessage("no shard 1 among 1");
    }

    @Test
    void theAddressOfAnInterfaceIsFollowed() {
        PoolFixture eth = new PoolFixture(1, PoolConfig.ofInterface("eth0"));
        assertThat(eth.allocate(0, Protocol.UDP, CLIENT, 2000, "(eth0)")).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(eth.directory.setInterfaceAddress("(eth0)", ip("203.0.113.5"))).isNull();
        long first = eth.allocate(0, Protocol.UDP, CLIENT, 2000, "(eth0)");
        assertThat(address(first)).isEqualTo(ip("203.0.113.5"));

        assertThat(eth.directory.setInterfaceAddress("(eth0)", ip("203.0.113.77"))).isNull();
        assertThat(address(eth.allocate(0, Protocol.UDP, CLIENT, 2000, "(eth0)"))).isEqualTo(ip("203.0.113.77"));
        assertThat(eth.directory.isPoolAddress(ip("203.0.113.5"))).as("drains").isTrue();
        assertThat(eth.directory.reconfigure(List.of(PoolConfig.ofInterface("eth0")))).as("keeps it").isNull();
        assertThat(eth.status("(eth0)").addresses()).isOne();

        eth.release(0, Protocol.UDP, CLIENT, first);
        eth.passSeconds(120);
        assertThat(eth.directory.isPoolAddress(ip("203.0.113.5"))).isFalse();
        assertThat(eth.directory.setInterfaceAddress("(eth0)", PoolDirectory.NO_ADDRESS)).isNull();
        assertThat(eth.allocate(0, Protocol.UDP, CLIENT, 2000, "(eth0)")).isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(eth.directory.setInterfaceAddress("main", 1)).isEqualTo("pool 'main' follows no interface");
    }

    @Test
    void poolsMayShareAnAddressWithOtherPortsOrProtocols() {
        PoolFixture shared = new PoolFixture(2,
                pool("tcp", "192.0.2.1").ports(2000, 2300).protocols(Set.of(Protocol.TCP)).build(),
                pool("udp", "192.0.2.1").ports(2000, 2300).blockSize(64).protocols(Set.of(Protocol.UDP)).build(),
                pool("upper", "192.0.2.1").ports(2301, 4000).build());
        for (int i = 0; i < 3000; i++) {
            String client = "2001:db8::" + i;
            String pool = i % 3 == 0 ? "tcp" : i % 3 == 1 ? "udp" : "upper";
            long allocated = shared.allocate(i & 1, i % 3 == 0 ? Protocol.TCP : Protocol.UDP, client, 2000, pool);
            if (allocated >= 0) {
                assertThat(shared.directory.ownerOf(address(allocated), port(allocated))).isEqualTo(i & 1);
            }
        }
        assertThat(shared.directory.has(Protocol.TCP, ip("192.0.2.1"), 2000)).isTrue();
        assertThat(shared.directory.has(Protocol.ICMP, ip("192.0.2.1"), 2000)).isFalse();
        assertThat(shared.directory.has(Protocol.ICMP, ip("192.0.2.1"), 2301)).isTrue();
        assertThat(shared.status("tcp").taken(Protocol.TCP)).isPositive();
        assertThat(shared.violations()).isEmpty();
    }

    @Test
    void portsOfTwoPoolsBlocksKeepTheirShardUntilBothAreGone() {
        PoolFixture shared = new PoolFixture(2,
                pool("tcp", "192.0.2.1").ports(2048, 2100).protocols(Set.of(Protocol.TCP)).holdDownSeconds(0).build(),
                pool("udp", "192.0.2.1").ports(2048, 2100).protocols(Set.of(Protocol.UDP)).holdDownSeconds(0).build());
        long tcp = shared.allocate(1, Protocol.TCP, CLIENT, 2000, "tcp");
        long udp = shared.allocate(1, Protocol.UDP, CLIENT, 2000, "udp");
        assertThat(shared.allocate(0, Protocol.UDP, CLIENT, 2000, "udp")).as("they are shard 1's")
                .isEqualTo(PortAllocator.EXHAUSTED);
        shared.release(1, Protocol.TCP, CLIENT, tcp);
        shared.tick();
        assertThat(shared.directory.ownerOf(address(udp), port(udp))).isOne();
        shared.release(1, Protocol.UDP, CLIENT, udp);
        shared.tick();
        assertThat(shared.directory.ownerOf(address(udp), port(udp))).isEqualTo(-1);
    }

    @Test
    void aPoolOfSmallerBlocksJoinsAnAddress() {
        PoolFixture two = new PoolFixture(2, pool("main", "192.0.2.1").ports(2048, 4095).build());
        long before = two.allocate(1, Protocol.UDP, CLIENT, 2000, "main");
        assertThat(two.directory.reconfigure(List.of(pool("main", "192.0.2.1").ports(2048, 4095).build(),
                pool("fine", "192.0.2.1").ports(4096, 4127).blockSize(16).build()))).isNull();
        assertThat(two.directory.ownerOf(address(before), port(before))).isOne();
        long first = two.allocate(0, Protocol.UDP, "2001:db8::2", 2000, "fine");
        long second = two.allocate(1, Protocol.UDP, "2001:db8::3", 2000, "fine");
        assertThat(port(first) >>> 4).isNotEqualTo(port(second) >>> 4);
        assertThat(two.directory.ownerOf(address(first), port(first))).isZero();
        assertThat(two.directory.ownerOf(address(second), port(second))).isOne();
        assertThat(two.violations()).isEmpty();
    }
}
