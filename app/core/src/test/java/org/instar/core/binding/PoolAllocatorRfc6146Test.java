// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.config.ConfigException;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6146 §3.5.1.1, §3.5.2.3: allocation of IPv4 transport addresses")
class PoolAllocatorRfc6146Test {

    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    private static final Ip6 OTHER = Ip6.parse("2001:db8:6::b");

    private final Random random = new Random(6146);

    private static List<PoolConfig> pools(Object... pools) {
        try {
            return TestConfig.withPools(pools).pools();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private PoolAllocator allocator(Object... pools) {
        return new PoolAllocator(pools(pools), random::nextInt);
    }

    private static long allocate(PoolAllocator allocator, Protocol protocol, Ip6 client, int port) {
        return allocator.allocate(protocol, client.high(), client.low(), port);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80, 1023, 1024, 40001, 65535, 0})
    @DisplayName("range (0-1023 or 1024-65535) and parity of the client's port are kept")
    void keepsRangeAndParity(int clientPort) {
        PoolAllocator allocator = allocator(Map.of("name", "a", "prefixes", "198.51.100.1/32", "ports", "0-65535"));
        for (int i = 0; i < 200; i++) {
            int port = PoolAllocator.port(allocate(allocator, Protocol.UDP, CLIENT, clientPort));
            assertThat(port & 1).isEqualTo(clientPort & 1);
            assertThat(port < 1024).isEqualTo(clientPort < 1024);
        }
    }

    @Test
    @DisplayName("without a port of the range another range serves, without one of the parity the other parity")
    void fallsBack() {
        PoolAllocator allocator = allocator(Map.of("name", "a", "prefixes", "198.51.100.1/32", "ports", "2000-2001"));
        assertThat(PoolAllocator.port(allocate(allocator, Protocol.TCP, CLIENT, 80))).isEqualTo(2000);
        assertThat(PoolAllocator.port(allocate(allocator, Protocol.TCP, CLIENT, 82))).isEqualTo(2001);
        assertThat(allocate(allocator, Protocol.TCP, CLIENT, 84)).isEqualTo(PoolAllocator.EXHAUSTED);
        assertThat(allocate(allocator, Protocol.UDP, CLIENT, 84)).isNotEqualTo(PoolAllocator.EXHAUSTED);
    }

    @Test
    @DisplayName("a client has one address over all protocols while it has a binding")
    void pairsAddresses() {
        PoolAllocator allocator = allocator(Map.of("name", "a", "prefixes", "198.51.100.0/24"));
        int address = PoolAllocator.address(allocate(allocator, Protocol.TCP, CLIENT, 5000));
        Set<Integer> others = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            assertThat(PoolAllocator.address(allocate(allocator, Protocol.UDP, CLIENT, 5000 + i))).isEqualTo(address);
            others.add(PoolAllocator.address(allocate(allocator, Protocol.ICMP, Ip6.of(OTHER.high(), i), 1)));
        }
        assertThat(others).hasSizeGreaterThan(10);
    }

    @Test
    @DisplayName("every transport address is given out once, none twice, and comes back")
    void exhaustsAndRecovers() {
        PoolAllocator allocator = allocator(Map.of("name", "a", "prefixes", "198.51.100.0/31", "ports", "1000-1099"));
        Map<Long, Ip6> holders = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            Ip6 client = Ip6.of(1, i % 7);
            long got = allocate(allocator, Protocol.TCP, client, 40000 + i);
            assertThat(got).isNotEqualTo(PoolAllocator.EXHAUSTED);
            assertThat(holders.put(got, client)).as(Ip4.toString(PoolAllocator.address(got))).isNull();
        }
        assertThat(allocate(allocator, Protocol.TCP, CLIENT, 1)).isEqualTo(PoolAllocator.EXHAUSTED);

        holders.forEach((given, client) -> {
            allocator.release(Protocol.TCP, PoolAllocator.address(given), PoolAllocator.port(given), client.high(),
                    client.low());
            long again = allocate(allocator, Protocol.TCP, client, 1);
            assertThat(again).isEqualTo(given);
        });
    }

    @Test
    @DisplayName("pools that share addresses by port range or protocol keep to their own")
    void sharedAddresses() {
        PoolAllocator allocator = allocator(
                Map.of("name", "a", "prefixes", "198.51.100.1/32", "ports", "1024-1025", "protocols", "tcp"),
                Map.of("name", "b", "prefixes", "198.51.100.1/32", "ports", "2000-2001", "protocols", "tcp"),
                Map.of("name", "c", "prefixes", "198.51.100.1/32", "ports", "1024-1024", "protocols", "udp"));
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < 4; i++) {
            ports.add(PoolAllocator.port(allocate(allocator, Protocol.TCP, CLIENT, 5000 + i)));
        }
        assertThat(ports).containsExactlyInAnyOrder(1024, 1025, 2000, 2001);
        assertThat(allocate(allocator, Protocol.TCP, CLIENT, 1)).isEqualTo(PoolAllocator.EXHAUSTED);
        assertThat(PoolAllocator.port(allocate(allocator, Protocol.UDP, CLIENT, 7))).isEqualTo(1024);
        assertThat(allocate(allocator, Protocol.ICMP, CLIENT, 7)).isEqualTo(PoolAllocator.EXHAUSTED);
    }
}
