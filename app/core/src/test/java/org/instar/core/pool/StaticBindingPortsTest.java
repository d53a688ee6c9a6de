// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.address;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 6146 §3.1, RFC 6056 §3.2: pools give out nothing that is bound by hand, and everything else. */
class StaticBindingPortsTest {

    private static final String CLIENT = "2001:db8::1";

    private static List<StaticBinding> bindings(String... lines) {
        return Stream.of(lines).map(StaticBinding::parse).collect(Collectors.toList());
    }

    private static PoolConfig small(String... prefixes) {
        return pool("main", prefixes).ports(1024, 1087).blockSize(16).holdDownSeconds(0).build();
    }

    private static Set<Long> allOf(PoolFixture pools, Protocol protocol) {
        Set<Long> all = new HashSet<>();
        for (long each = pools.allocate(protocol, CLIENT, 4000); each >= 0;
                each = pools.allocate(protocol, CLIENT, 4000)) {
            assertThat(all.add(each)).isTrue();
        }
        return all;
    }

    @Test
    @DisplayName("one free address among many that are bound whole is found")
    void wholeAddresses() {
        PoolFixture pools = new PoolFixture(1, small("192.0.2.0/24"));
        List<StaticBinding> all = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            if (i != 77) {
                all.addAll(bindings("rdr64 to 192.0.2." + i + " -> 2001:db8:1::" + i));
            }
        }
        pools.directory.reserve(all);
        for (Protocol protocol : Protocol.values()) {
            assertThat(allOf(pools, protocol)).hasSize(64).allMatch(each -> address(each) == ip("192.0.2.77"));
        }
        assertThat(pools.status("main").blocks()).as("for the alarm, what can be leased").isEqualTo(4);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    @DisplayName("a block of which ports are bound gives out the others; a protocol that has none left takes another")
    void rangesAndProtocols() {
        PoolFixture pools = new PoolFixture(1, small("192.0.2.0/32"));
        pools.directory.reserve(bindings("rdr64 proto tcp to 192.0.2.0 port 1024-1037 -> 2001:db8:1::1",
                "rdr64 proto tcp to 192.0.2.0 port 1038-1045 -> 2001:db8:1::2"));
        assertThat(allOf(pools, Protocol.UDP)).hasSize(64);
        assertThat(allOf(pools, Protocol.TCP)).hasSize(42).allMatch(each -> port(each) > 1045);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    @DisplayName("added live: free ports are closed, taken ones stay until they end; removed: they are given out again")
    void live() {
        PoolFixture pools = new PoolFixture(1, small("192.0.2.0/32"));
        Set<Long> all = allOf(pools, Protocol.TCP);
        all.stream().filter(each -> port(each) >= 1030).forEach(each -> pools.release(Protocol.TCP, CLIENT, each));
        pools.directory.reserve(bindings("rdr64 proto tcp to 192.0.2.0 port 1024-1077 -> 2001:db8:1::1"));
        assertThat(pools.allocators[0].isTaken(Protocol.TCP, ip("192.0.2.0"), 1024)).isTrue();
        assertThat(pools.allocators[0].isTaken(Protocol.TCP, ip("192.0.2.0"), 1040)).as("nobody's").isFalse();
        assertThat(pools.violations()).isEmpty();
        Set<Long> left = allOf(pools, Protocol.TCP);
        assertThat(left).hasSize(10).allMatch(each -> port(each) > 1077);
        pools.release(Protocol.TCP, CLIENT, PortAllocator.pack(ip("192.0.2.0"), 1024));
        assertThat(allOf(pools, Protocol.TCP)).as("released, it is the static binding's").isEmpty();
        assertThat(pools.violations()).isEmpty();

        pools.directory.reserve(List.of());
        pools.tick();
        assertThat(allOf(pools, Protocol.TCP)).hasSize(49);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    @DisplayName("endpoint-dependent and deterministic ports too")
    void otherPools() {
        PoolFixture pools = new PoolFixture(1, 64, pool("main", "192.0.2.64/32").ports(1024, 1087)
                .deterministic(Prefix6.parse("2001:db8::/63"), 64).build(),
                pool("other", "192.0.2.0/32").ports(1024, 1039).blockSize(16).build());
        pools.directory.reserve(bindings("rdr64 proto udp to 192.0.2.0 port 1024-1038 -> 2001:db8:1::1",
                "rdr64 proto udp to 192.0.2.64 port 1024-1054 -> 2001:db8:1::2"));
        assertThat(allOf(pools, Protocol.UDP)).containsExactly(PortAllocator.pack(ip("192.0.2.64"), 1055));
        long shared = pools.allocators[0].allocateShared(pools.pools("other"), Protocol.UDP,
                pools.subscriber(0, CLIENT), 4000, 0, (address, port) -> true, pools.nowNanos);
        assertThat(port(shared)).isEqualTo(1039);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    @DisplayName("fixed ports that are all bound cost a refusal, and their block goes back")
    void fixedPortsAllBound() {
        PoolFixture pools = new PoolFixture(1, 64, pool("main", "192.0.2.64/32").ports(1024, 1087)
                .deterministic(Prefix6.parse("2001:db8::/63"), 64).build());
        pools.directory.reserve(bindings("rdr64 to 192.0.2.64 -> 2001:db8:1::2"));
        assertThat(pools.allocate(Protocol.UDP, CLIENT, 4000)).isEqualTo(PortAllocator.PORT_LIMIT);
        assertThat(pools.violations()).isEmpty();
        pools.tick();
        assertThat(pools.status("main").leasedBlocks()).isZero();
    }

    @Test
    @DisplayName("many changed addresses are followed in slices; what is bound is closed before its slice comes")
    void slices() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.0.0/20").ports(1024, 1087).blockSize(16)
                .holdDownSeconds(0).build());
        List<StaticBinding> all = new ArrayList<>();
        Set<Long> taken = new HashSet<>();
        for (int i = 0; i < 4096; i++) {
            taken.add(pools.allocate(Protocol.TCP, "2001:db8:1::" + i, 4000));
            all.addAll(bindings("rdr64 proto tcp to 192.0." + (i >> 8) + "." + (i & 255)
                    + " port 1024-1086 -> 2001:db8:2::" + Integer.toHexString(i)));
        }
        pools.directory.reserve(all);
        for (int i = 0; i < 4096; i++) {
            long each = pools.allocate(Protocol.TCP, "2001:db8:1::" + i, 4000);
            assertThat(each < 0 || port(each) == 1087).as("before any tick").isTrue();
            if (each >= 0) {
                pools.release(Protocol.TCP, "2001:db8:1::" + i, each);
            }
        }
        assertThat(ticksUntilDone(pools)).isBetween(3, 20);
        assertThat(pools.violations()).isEmpty();

        pools.directory.reserve(all.subList(0, 2000));
        pools.tick();
        pools.directory.reserve(List.of());
        assertThat(ticksUntilDone(pools)).as("the rest of the one change, and the other").isBetween(3, 20);
        assertThat(pools.allocators[0].violations()).isEmpty();
        Set<Long> ofBlocks = new HashSet<>(taken);
        for (int i = 0; i < 4096; i++) {
            for (int j = 1; j < 16; j++) {
                ofBlocks.add(pools.allocate(Protocol.TCP, "2001:db8:1::" + i, 4000));
            }
        }
        assertThat(ofBlocks).as("each has all of its block").hasSize(16 * 4096);
        assertThat(pools.status("main").leasedBlocks()).isEqualTo(4096);
    }

    private static int ticksUntilDone(PoolFixture pools) {
        int ticks = 0;
        for (; pools.allocators[0].isTickDue(); ticks++) {
            pools.tick();
        }
        return ticks;
    }

    private static boolean isBound(List<StaticBinding> bindings, long transportAddress) {
        return bindings.stream().anyMatch(binding -> binding.poolAddress() == address(transportAddress)
                && binding.firstPoolPort() <= port(transportAddress)
                && port(transportAddress) <= binding.lastPoolPort());
    }

    @Test
    @DisplayName("words of 64 held ports, whatever the ranges")
    void words() {
        Random random = new Random(3);
        for (int round = 0; round < 200; round++) {
            List<StaticBinding> some = new ArrayList<>();
            Set<Integer> held = new HashSet<>();
            for (int i = random.nextInt(6), first = random.nextInt(70); i > 0 && first < 400; i--) {
                int last = first + random.nextInt(100);
                some.addAll(bindings("rdr64 proto tcp to 192.0.2.0 port " + first + "-" + last + " -> 2001:db8:1::1"));
                IntStream.rangeClosed(first, last).forEach(held::add);
                first = last + 1 + random.nextInt(3) * random.nextInt(60);
            }
            Collections.shuffle(some, random);
            ReservedPorts ports = ReservedPorts.byAddress(some).getOrDefault(ip("192.0.2.0"), ReservedPorts.NONE);
            for (int first = 0; first < 512; first += 64) {
                long word = 0;
                for (int bit = 0; bit < 64; bit++) {
                    word |= held.contains(first + bit) ? 1L << bit : 0;
                }
                assertThat(ports.word(Protocol.TCP.ordinal(), first)).as("%s from %s on", some, first).isEqualTo(word);
                assertThat(ports.touches(Protocol.TCP.ordinal(), first, first + 63)).isEqualTo(word != 0);
                assertThat(ports.covers(Protocol.TCP.ordinal(), first, first + 63)).isEqualTo(word == -1L);
                assertThat(ports.word(Protocol.UDP.ordinal(), first)).isZero();
            }
        }
    }

    @Property(tries = 60)
    void whateverComesAndGoesNothingBoundIsGivenOutAndNothingIsLost(
            @ForAll @Size(max = 40) List<@IntRange(max = 999) Integer> steps) {
        PoolFixture pools = new PoolFixture(1, small("192.0.2.0/31"));
        List<StaticBinding> bound = List.of();
        Set<Long> taken = new HashSet<>();
        for (int step : steps) {
            if (step % 5 == 0) {
                int first = 1024 + step % 60;
                bound = step % 2 == 0 ? List.of() : bindings("rdr64 proto tcp to 192.0.2." + step / 5 % 2 + " port "
                        + first + "-" + Math.min(1087, first + step / 10 % 64) + " -> 2001:db8:1::1");
                pools.directory.reserve(bound);
            } else if (step % 5 < 4 || taken.isEmpty()) {
                long each = pools.allocate(Protocol.TCP, CLIENT, 4000);
                if (each >= 0) {
                    assertThat(taken.add(each)).isTrue();
                    assertThat(isBound(bound, each)).as("before any tick").isFalse();
                }
            } else {
                long each = taken.iterator().next();
                taken.remove(each);
                pools.release(Protocol.TCP, CLIENT, each);
            }
            assertThat(pools.violations()).isEmpty();
        }
        pools.directory.reserve(List.of());
        pools.tick();
        taken.addAll(allOf(pools, Protocol.TCP));
        assertThat(taken).hasSize(128);
        taken.forEach(each -> pools.release(Protocol.TCP, CLIENT, each));
        pools.passSeconds(1);
        assertThat(pools.status("main").leasedBlocks()).isZero();
    }
}
