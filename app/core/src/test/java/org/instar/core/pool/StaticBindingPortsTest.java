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
import java.util.stream.Collectors;
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
        pools.allocators[0].reserve(all);
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
        pools.allocators[0].reserve(bindings("rdr64 proto tcp to 192.0.2.0 port 1024-1037 -> 2001:db8:1::1",
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
        pools.allocators[0].reserve(bindings("rdr64 proto tcp to 192.0.2.0 port 1024-1077 -> 2001:db8:1::1"));
        assertThat(pools.allocators[0].isTaken(Protocol.TCP, ip("192.0.2.0"), 1024)).isTrue();
        assertThat(pools.allocators[0].isTaken(Protocol.TCP, ip("192.0.2.0"), 1040)).as("nobody's").isFalse();
        assertThat(pools.violations()).isEmpty();
        Set<Long> left = allOf(pools, Protocol.TCP);
        assertThat(left).hasSize(10).allMatch(each -> port(each) > 1077);
        pools.release(Protocol.TCP, CLIENT, PortAllocator.pack(ip("192.0.2.0"), 1024));
        assertThat(allOf(pools, Protocol.TCP)).as("released, it is the static binding's").isEmpty();
        assertThat(pools.violations()).isEmpty();

        pools.allocators[0].reserve(List.of());
        assertThat(allOf(pools, Protocol.TCP)).hasSize(49);
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    @DisplayName("endpoint-dependent and deterministic ports too")
    void otherPools() {
        PoolFixture pools = new PoolFixture(1, 64, pool("main", "192.0.2.64/32").ports(1024, 1087)
                .deterministic(Prefix6.parse("2001:db8::/63"), 64).build(),
                pool("other", "192.0.2.0/32").ports(1024, 1039).blockSize(16).build());
        pools.allocators[0].reserve(bindings("rdr64 proto udp to 192.0.2.0 port 1024-1038 -> 2001:db8:1::1",
                "rdr64 proto udp to 192.0.2.64 port 1024-1054 -> 2001:db8:1::2"));
        assertThat(allOf(pools, Protocol.UDP)).containsExactly(PortAllocator.pack(ip("192.0.2.64"), 1055));
        long shared = pools.allocators[0].allocateShared(pools.pools("other"), Protocol.UDP,
                pools.subscriber(0, CLIENT), 4000, 0, (address, port) -> true, pools.nowNanos);
        assertThat(port(shared)).isEqualTo(1039);
        assertThat(pools.violations()).isEmpty();
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
                pools.allocators[0].reserve(bound);
            } else if (step % 5 < 4 || taken.isEmpty()) {
                long each = pools.allocate(Protocol.TCP, CLIENT, 4000);
                if (each >= 0) {
                    assertThat(taken.add(each)).isTrue();
                }
            } else {
                long each = taken.iterator().next();
                taken.remove(each);
                pools.release(Protocol.TCP, CLIENT, each);
            }
            assertThat(pools.violations()).isEmpty();
        }
        pools.allocators[0].reserve(List.of());
        taken.addAll(allOf(pools, Protocol.TCP));
        assertThat(taken).hasSize(128);
        taken.forEach(each -> pools.release(Protocol.TCP, CLIENT, each));
        pools.passSeconds(1);
        assertThat(pools.status("main").leasedBlocks()).isZero();
    }
}
