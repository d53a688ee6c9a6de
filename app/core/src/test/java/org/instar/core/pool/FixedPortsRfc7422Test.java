// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.instar.core.pool.PoolFixture.ip;
import static org.instar.core.pool.PoolFixture.pool;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/** RFC 7422: the same is told from either end, for every shard. */
class FixedPortsRfc7422Test {

    private final PoolConfig example = pool("main", "192.0.2.64/28")
            .deterministic(Prefix6.parse("2001:db8:100::/56"), 64).build();

    @Test
    void tellsTheSameFromEitherEnd() {
        FixedPorts ofHost = FixedPorts.ofClient(example, 1, Prefix6.parse("2001:db8:100:2a::17")).get();
        assertThat(ofHost).hasToString("main: 2001:db8:100:2a::/64 has 192.0.2.66:41344-45375 of tcp, udp, icmp");
        assertThat(ofHost.ofShard(0)).containsExactly(ofHost.span());
        assertThat(FixedPorts.ofPort(example, 1, ip("192.0.2.66"), 45375).get()).hasToString(ofHost.toString());
        assertThat(FixedPorts.ofPort(example, 1, ip("192.0.2.66"), 1023)).isEmpty();
        assertThat(FixedPorts.ofClient(example, 1, Prefix6.parse("2001:db8:100::/63"))).as("two subscribers").isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() ->
                FixedPorts.ofClient(pool("main", "192.0.2.64/28").build(), 1, Prefix6.parse("2001:db8::1")));
    }

    @Property(tries = 100)
    void shardsPartThePorts(@ForAll @IntRange(min = 1, max = 64) int shards,
            @ForAll @IntRange(max = 255) int number) {
        FixedPorts fixed = FixedPorts.ofClient(example, shards,
                Prefix6.parse("2001:db8:100:" + Integer.toHexString(number) + "::/64")).get();
        int ports = 0;
        for (int shard = 0; shard < shards; shard++) {
            for (PortSpan span : fixed.ofShard(shard)) {
                assertThat(span.address()).isEqualTo(fixed.span().address());
                for (int port = span.first(); port <= span.last(); port++) {
                    assertThat(fixed.shardOf(port)).isEqualTo(shard);
                    ports++;
                }
            }
        }
        assertThat(ports).isEqualTo(fixed.span().last() - fixed.span().first() + 1);
    }
}
