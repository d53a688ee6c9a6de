// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.instar.core.pool.PoolFixture.address;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/** RFC 7422: who has which port follows from the configuration alone. */
class Rfc7422DeterministicPoolTest {

    private static final Prefix6 CLIENTS = Prefix6.parse("2001:db8:100::/56");

    /** The worked example of docs/pools.md. */
    private final PoolConfig example = pool("main", "192.0.2.64/28").deterministic(CLIENTS, 64).build();

    @Test
    void theWorkedExampleOfTheDocuments() {
        assertThat(example.subscribersPerAddress()).isEqualTo(16);
        assertThat(example.portsPerSubscriber()).isEqualTo(4032);
        DeterministicMap map = new DeterministicMap(example);
        assertThat(map.forward(Prefix6.parse("2001:db8:100::/64")).get()).hasToString("192.0.2.64:1024-5055");
        assertThat(map.forward(Prefix6.parse("2001:db8:100:2a::/64")).get()).hasToString("192.0.2.66:41344-45375");
        assertThat(map.forward(Prefix6.parse("2001:db8:100:2a::17")).get()).hasToString("192.0.2.66:41344-45375");
        assertThat(map.forward(Prefix6.parse("2001:db8:100:ff::/64")).get()).hasToString("192.0.2.79:61504-65535");
        assertThat(map.reverse(ip("192.0.2.66"), 42000)).hasValue(Prefix6.parse("2001:db8:100:2a::/64"));
        assertThat(map.reverse(ip("192.0.2.66"), 1023)).isEmpty();
        assertThat(map.reverse(ip("192.0.2.80"), 42000)).isEmpty();
        assertThat(map.forward(Prefix6.parse("2001:db8:200::/64"))).isEmpty();
        assertThat(map.forward(CLIENTS)).as("many subscribers").isEmpty();
    }

    @Property(tries = 300)
    void forwardAndReverseAreInverse(@ForAll @IntRange(min = 0, max = 12) int bits,
            @ForAll @IntRange(min = 12, max = 128) int length, @ForAll @IntRange(min = 25, max = 32) int poolLength,
            @ForAll @IntRange(max = 4095) int number, @ForAll @IntRange(max = 65535) int port) {
        Prefix6 clients = Prefix6.of(Ip6.of(length - bits < 64 ? 0 : 0x20010db800000000L, 0), length - bits);
        PoolConfig config = pool("main", "198.51.100.0/" + poolLength, "192.0.2.9").ports(1000, 60000)
                .deterministic(clients, length).build();
        if (config.portsPerSubscriber() == 0) {
            return;
        }
        DeterministicMap map = new DeterministicMap(config);
        for (String text : new String[] {"192.0.2.9", "198.51.100.0"}) {
            map.reverse(ip(text), port).ifPresent(subscriber -> {
                assertThat(subscriber.length()).isEqualTo(length);
                PortSpan span = map.forward(subscriber).get();
                assertThat(span.address()).isEqualTo(ip(text));
                assertThat(port).isBetween(span.first(), span.last());
            });
        }
        Ip6 subscriber = shifted(clients, number & (1 << bits) - 1, 128 - length);
        PortSpan span = map.forward(Prefix6.of(subscriber, length)).get();
        assertThat(span.last() - span.first() + 1).isEqualTo(config.portsPerSubscriber());
        assertThat(span.first()).isGreaterThanOrEqualTo(1000);
        assertThat(span.last()).isLessThanOrEqualTo(60000);
        assertThat(map.reverse(span.address(), span.first())).hasValue(Prefix6.of(subscriber, length));
        assertThat(map.reverse(span.address(), span.last())).hasValue(Prefix6.of(subscriber, length));
    }

    private static Ip6 shifted(Prefix6 clients, long number, int by) {
        BigInteger value = BigInteger.valueOf(number).shiftLeft(by);
        return Ip6.of(clients.address().high() | value.shiftRight(64).longValue(),
                clients.address().low() | value.longValue());
    }

    @Test
    void givesEverySubscriberItsPortsOnlyAndLogsNoBlocks() {
        PoolFixture pools = new PoolFixture(4, 64, example);
        DeterministicMap map = new DeterministicMap(example);
        Set<Integer> seen = new HashSet<>();
        PortSpan span = map.forward(Prefix6.parse("2001:db8:100:2a::/64")).get();
        for (int i = 0; i < 4032; i++) {
            int shard = i / 1008;
            long allocated = pools.allocate(shard, Protocol.TCP, "2001:db8:100:2a::" + i % 9, 2000, "main");
            assertThat(address(allocated)).isEqualTo(span.address());
            assertThat(port(allocated)).isBetween(span.first(), span.last());
            assertThat(pools.directory.ownerOf(address(allocated), port(allocated))).isEqualTo(shard)
                    .isEqualTo((port(allocated) >>> 4) % 4);
            assertThat(seen.add(port(allocated))).isTrue();
        }
        assertThat(pools.allocate(0, Protocol.TCP, "2001:db8:100:2a::1", 2000, "main"))
                .isEqualTo(PortAllocator.PORT_LIMIT);
        assertThat(pools.allocate(0, Protocol.TCP, "2001:db8:200::1", 2000, "main"))
                .isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.allocate(0, Protocol.TCP, "2001:db8:100:2b::1", 2000, "main")).isNotNegative();
        assertThat(pools.status("main").leasedBlocks()).isEqualTo(2);
        assertThat(pools.status("main").blocks()).isEqualTo(256);
        assertThat(pools.violations()).isEmpty();
        for (int port : seen) {
            int shard = (port >>> 4) % 4;
            pools.allocators[shard].release(Protocol.TCP, span.address(), port,
                    pools.subscriber(shard, "2001:db8:100:2a::1"), pools.nowNanos);
        }
        pools.passSeconds(120);
        assertThat(pools.status("main").leasedBlocks()).isOne();
        assertThat(pools.events).isEmpty();
    }

    @Test
    void endpointDependentBindingsHaveTheFixedPortsToo() {
        PoolFixture pools = new PoolFixture(1, 64, example);
        long allocated = pools.allocators[0].allocateShared(pools.pools("main"), Protocol.UDP,
                pools.subscriber(0, "2001:db8:100::1"), 2001, 0, (address, port) -> true, pools.nowNanos);
        assertThat(address(allocated)).isEqualTo(ip("192.0.2.64"));
        assertThat(port(allocated)).isBetween(1024, 5055).matches(port -> (port & 1) == 1);
        pools.release(Protocol.UDP, "2001:db8:100::1", allocated);
    }

    @Test
    void shardsClaimOnlyPortsThatAreTheirs() {
        PoolFixture pools = new PoolFixture(2, 64, example);
        assertThat(pools.allocators[0].take(Protocol.TCP, ip("192.0.2.64"), 1040)).isFalse();
        assertThat(pools.allocators[1].take(Protocol.TCP, ip("192.0.2.64"), 1040)).isTrue();
        assertThat(pools.violations()).isEmpty();
    }

    @Test
    void aSubscriberWiderThanTheFixedPortsIsNotServed() {
        PoolFixture pools = new PoolFixture(1, 60, example);
        assertThat(pools.allocate(0, Protocol.TCP, "2001:db8:100::1", 2000, "main"))
                .isEqualTo(PortAllocator.EXHAUSTED);
    }

    @Test
    void tooFewPortsForTheShardsAreRefused() {
        PoolConfig narrow = pool("main", "192.0.2.64/32").deterministic(CLIENTS, 64).build();
        assertThat(narrow.portsPerSubscriber()).isEqualTo(240);
        assertThatThrownBy(() -> new PoolFixture(16, narrow)).hasMessage(
                "pool 'main': 240 ports for each subscriber are less than 16 for each of 16 shards");
    }

    @Test
    void howItIsCutCantChangeWhileItHasBindings() {
        PoolFixture pools = new PoolFixture(1, 64, example);
        long allocated = pools.allocate(0, Protocol.TCP, "2001:db8:100:2a::1", 2000, "main");
        PoolConfig wider = pool("main", "192.0.2.64/27").deterministic(CLIENTS, 64).build();
        assertThat(pools.directory.reconfigure(List.of(wider), true)).startsWith("pool 'main': how it is cut");
        pools.release(Protocol.TCP, "2001:db8:100:2a::1", allocated);
        pools.passSeconds(120);
        assertThat(pools.directory.reconfigure(List.of(wider))).isNull();
        assertThat(address(pools.allocate(0, Protocol.TCP, "2001:db8:100:2a::1", 2000, "main")))
                .isEqualTo(ip("192.0.2.69"));
    }
}
