// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.pool;
import static org.instar.core.pool.PoolFixture.port;

import java.util.HashSet;
import java.util.Set;
import org.instar.core.Protocol;
import org.junit.jupiter.api.Test;

/** RFC 6056 §3: ports that can't be foretold. */
class Rfc6056PortRandomTest {

    @Test
    void isSipHash24() {
        PortRandom random = new PortRandom(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        assertThat(random.sipHash(0x0706050403020100L)).as("vector of 8 bytes of the reference implementation")
                .isEqualTo(0x93f5f5799a932462L);
    }

    @Test
    void drawsEvenlyAndDifferentlyEachTime() {
        PortRandom random = PortRandom.create();
        int[] counts = new int[16];
        for (int i = 0; i < 16_000; i++) {
            counts[random.applyAsInt(16)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(800, 1200);
        }
        assertThat(PortRandom.create().applyAsInt(Integer.MAX_VALUE))
                .isNotEqualTo(PortRandom.create().applyAsInt(Integer.MAX_VALUE));
    }

    @Test
    void section331PortsOfOneClientDontFollowOneAnother() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.0/24").build());
        Set<Integer> distances = new HashSet<>();
        int before = 0;
        for (int i = 0; i < 100; i++) {
            int port = port(pools.allocate(Protocol.TCP, "2001:db8::1", 2000));
            distances.add(port - before);
            before = port;
        }
        assertThat(distances.size()).isGreaterThan(50);
    }

    @Test
    void section331BlocksAreDrawnToo() {
        PoolFixture pools = new PoolFixture(1, pool("main", "192.0.2.1").build());
        Set<Integer> blocks = new HashSet<>();
        Set<Integer> distances = new HashSet<>();
        int before = 0;
        for (int i = 0; i < 100; i++) {
            int block = port(pools.allocate(Protocol.TCP, "2001:db8::" + i, 2000)) >>> 8;
            assertThat(blocks.add(block)).isTrue();
            distances.add(block - before);
            before = block;
        }
        assertThat(distances.size()).isGreaterThan(50);
    }
}
