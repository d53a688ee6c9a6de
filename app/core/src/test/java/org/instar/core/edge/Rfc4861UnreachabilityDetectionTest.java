// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The fixture's random is 0 unless set, so an answer keeps a neighbor REACHABLE for 0.5 x 30 s. */
@DisplayName("RFC 4861 §7.3: neighbor unreachability detection")
class Rfc4861UnreachabilityDetectionTest {

    private static final String PROBE =
            "02000000000a02005e00640186dd6000000000203aff20010db800060000000000000000000120010db8000600000000"
            + "00000000000a87002a500000000020010db800060000000000000000000a010102005e006401";

    private final EdgeFixture fixture = EdgeFixture.quiet();

    private void makeProbe() {
        fixture.makeReachable();
        fixture.run(15_000);
        fixture.send6(Frames.udp6(HOST, 1));
        fixture.takeSent();
        fixture.run(5_000);
    }

    @Test
    void section6_3_2_reachableTimeIsRandomized() {
        fixture.makeReachable();
        fixture.run(14_999);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        fixture.run(1);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);

        fixture.random = 0.5;
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        fixture.run(29_999);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        fixture.run(1);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
    }

    @Test
    void section7_3_3_unusedStaleNeighborIsNotProbed() {
        fixture.makeReachable();
        fixture.run(TimeUnit.MINUTES.toMillis(5));
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
    }

    @Test
    void section7_3_3_staleNeighborInUseIsProbedAfterFiveSeconds() {
        fixture.makeReachable();
        fixture.run(15_000);
        assertThat(fixture.send6(Frames.udp6(HOST, 1))).isTrue();
        assertThat(fixture.takeSent()).singleElement().asString().startsWith(Frames.ethernet(HOST_MAC, 0x86dd));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);

        fixture.run(4_999);
        assertThat(fixture.takeSent()).isEmpty();
        fixture.run(1);
        assertThat(fixture.takeSent()).containsExactly(PROBE);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.PROBE);
    }

    @Test
    void section7_3_3_answerToAProbeConfirms() {
        makeProbe();
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        fixture.takeSent();
        fixture.run(10_000);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @Test
    void section7_3_1_unsolicitedAdvertisementConfirmsNothing() {
        makeProbe();
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x20));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.PROBE);
    }

    @Test
    void section7_3_3_packetsFlowWhileProbing() {
        makeProbe();
        fixture.takeSent();
        fixture.send6(Frames.udp6(HOST, 2));
        assertThat(fixture.takeSent()).singleElement().asString().startsWith(Frames.ethernet(HOST_MAC, 0x86dd));
    }

    @Test
    void section7_3_3_threeUnansweredProbesRemoveTheNeighbor() {
        makeProbe();
        fixture.run(2_999);
        assertThat(fixture.takeSent()).containsExactly(PROBE, PROBE, PROBE);
        fixture.run(1);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_UNREACHABLE)).isEqualTo(1);
    }

    @Test
    void section7_3_3_confirmationInDelayStopsTheTimer() {
        fixture.receive(Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        fixture.takeSent();
        fixture.run(14_000);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
    }

    @Test
    void section5_3_longUnusedNeighborIsForgotten() {
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, Frames.option(1, HOST_MAC)));
        fixture.makeReachable();
        fixture.run(TimeUnit.MINUTES.toMillis(10) - 1);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
        fixture.run(TimeUnit.MINUTES.toMillis(6));   // the sweep takes turns
        assertThat(fixture.edge.neighbours()).isEmpty();
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_EXPIRED)).isEqualTo(1);
    }
}
