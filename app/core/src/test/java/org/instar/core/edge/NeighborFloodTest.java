// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;

/** Many made-up neighbors: the table stays bounded, and those known to be in use stay. */
class NeighborFloodTest {

    private static final int MAX = 64;

    private final EdgeFixture fixture = new EdgeFixture(EdgeFixture.config().maxNeighbors(MAX).build());

    private static Ip6 madeUp(int number) {
        return Ip6.of(GATEWAY.high(), 0x10000L + number);
    }

    private void flood(int count) {
        for (int i = 0; i < count; i++) {
            fixture.receive(Frames.solicitation(madeUp(i), GATEWAY, OTHER_MAC));
        }
    }

    @Test
    void reachableNeighborStays() {
        fixture.makeReachable();
        flood(1000);
        assertThat(fixture.edge.neighbours()).hasSize(MAX);
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_EVICTED)).isEqualTo(1000 - MAX + 1);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
    }

    @Test
    void confirmedNeighborStaysWhileItIsProbed() {
        fixture.makeReachable();
        fixture.run(15_000);
        fixture.send6(Frames.udp6(HOST, 1));
        flood(1000);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);
        fixture.run(5_000);
        flood(1000);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.PROBE);
    }

    @Test
    void unaskedConfirmationsDoNotProtect() {
        fixture.makeReachable();
        for (int i = 0; i < 1000; i++) {
            fixture.receive(Frames.solicitation(madeUp(i), GATEWAY, OTHER_MAC));
            fixture.receive(Frames.advertisement(madeUp(i), OTHER_MAC, 0x60));
        }
        fixture.receive(Frames.solicitation(Ip6.parse("2001:db8:6::b"), GATEWAY, HOST_MAC));
        assertThat(fixture.listed("2001:db8:6::b")).isNotNull();
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_NOT_LEARNED)).isZero();
    }

    @Test
    void packetsToNobodyMakeRoomForThoseToSomebody() {
        for (int i = 0; i < 1000; i++) {
            fixture.send6(Frames.udp6(madeUp(i), i));
        }
        assertThat(fixture.edge.neighbours()).hasSize(MAX);
        fixture.makeReachable();
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        assertThat(fixture.count(EdgeCounter.DROP_QUEUE_OVERFLOW)).isEqualTo(1001 - MAX);
    }

    @Test
    void fullOfNeighborsInUseNoMoreAreTaken() {
        for (int i = 0; i < MAX; i++) {
            fixture.send6(Frames.udp6(madeUp(i), i));
            fixture.receive(Frames.advertisement(madeUp(i), OTHER_MAC, 0x60));
        }
        assertThat(fixture.send6(Frames.udp6(HOST, 1))).isFalse();
        assertThat(fixture.count(EdgeCounter.DROP_NEIGHBOR_TABLE_FULL)).isEqualTo(1);
        fixture.receive(Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_NOT_LEARNED)).isEqualTo(1);
        assertThat(fixture.listed(HOST)).isNull();

        fixture.run(15_000);   // they become STALE
        assertThat(fixture.send6(Frames.udp6(HOST, 1))).isTrue();
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.INCOMPLETE);
    }
}
