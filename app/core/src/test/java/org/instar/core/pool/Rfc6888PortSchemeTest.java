// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Pairing;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/** RFC 6888 §5: ports well used, little log; REQ-2, REQ-8: what the configuration says of pools. */
class Rfc6888PortSchemeTest {

    @Test
    void req11ARefusalRaisesTheAlarmEvenIfNoBlockIsLeased() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").ports(2048, 2303).build());
        assertThat(pools.allocate(Protocol.UDP, "2001:db8::1", 5000)).isNotNegative();
        assertThat(pools.directory.reconfigure(
                List.of(pool("next", "192.0.2.1").ports(2048, 2303).build()), true)).isNull();
        assertThat(pools.status("next").alarmRaised()).isFalse();
        assertThat(pools.allocate(0, Protocol.UDP, "2001:db8::2", 5000, "next")).as("its predecessor still drains")
                .isEqualTo(PortAllocator.EXHAUSTED);
        assertThat(pools.status("next").alarmRaised()).isTrue();
        assertThat(pools.events).endsWith("alarm next raised");
    }

    @Test
    void req13EveryPortOfAPoolIsUsedBeforeTheFirstRefusal() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/31").ports(1000, 3000).build());
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 2 * 2001; i++) {
            assertThat(seen.add(pools.allocate(Protocol.UDP, "2001:db8::1", 5000 + i))).isTrue();
        }
        assertThat(seen).allMatch(allocated -> allocated >= 0);
        assertThat(pools.allocate(Protocol.UDP, "2001:db8::1", 5000)).isEqualTo(PortAllocator.EXHAUSTED);
    }

    @Test
    void req14ABlockIsOneLineForAllItsPortsAndProtocols() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/28").build());
        Set<Integer> blocks = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            for (Protocol protocol : Protocol.values()) {
                blocks.add(port(pools.allocate(protocol, "2001:db8::1", 5000 + i)) >>> 8);
            }
        }
        assertThat(blocks).hasSize(1);
        assertThat(pools.events).hasSize(1);
        for (int i = 0; i < 200; i++) {
            pools.allocate(Protocol.TCP, "2001:db8::1", 6000 + i);
        }
        assertThat(pools.events).as("300 ports of one protocol").hasSize(2);
    }

    @Test
    void req15PortsOfADeterministicPoolAreDrawnToo() {
        PoolFixture pools = new PoolFixture(1, 64, pool("main", "192.0.2.64/28")
                .deterministic(Prefix6.parse("2001:db8:100::/56"), 64).build());
        Set<Integer> distances = new HashSet<>();
        int before = 0;
        for (int i = 0; i < 100; i++) {
            int port = port(pools.allocate(Protocol.TCP, "2001:db8:100::1", 5000 + i));
            distances.add(port - before);
            before = port;
        }
        assertThat(distances.size()).isGreaterThan(50);
    }

    @Test
    void req8AndReq2HaveTheirDefaultsAndAreConfigurable() throws ConfigException {
        PoolConfig defaults = TestConfig.standard().pools().get(0);
        assertThat(defaults.holdDownSeconds()).isEqualTo(120);
        assertThat(defaults.holdDownMaxPorts()).as("no limit").isZero();
        assertThat(defaults.pairing()).isEqualTo(Pairing.SOFT);
        assertThat(defaults.ports()).as("RFC 6056 §3.2: as wide as can be").hasToString("1024-65535");
        PoolConfig own = TestConfig.withPools(Map.of("name", "main", "prefixes", "192.0.2.64/28", "holdDownSeconds", 30,
                "holdDownMaxPorts", 1000, "pairing", "hard")).pools().get(0);
        assertThat(own.holdDownSeconds()).isEqualTo(30);
        assertThat(own.holdDownMaxPorts()).isEqualTo(1000);
        assertThat(own.pairing()).isEqualTo(Pairing.HARD);
    }
}
