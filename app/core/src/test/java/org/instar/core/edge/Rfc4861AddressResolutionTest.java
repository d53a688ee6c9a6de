// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.GATEWAY_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Expected frames were made with Scapy. */
@DisplayName("RFC 4861 §7.2: address resolution")
class Rfc4861AddressResolutionTest {

    private static final String SOLICITATION_OF_HOST =
            "3333ff00000a02005e00640186dd6000000000203aff20010db8000600000000000000000001ff020000000000000000"
            + "0001ff00000a87005a0a0000000020010db800060000000000000000000a010102005e006401";
    private static final String SOLICITATION_OF_LINK_LOCAL =
            "3333ff00000a02005e00640186dd6000000000203afffe8000000000000000005efffe006401ff020000000000000000"
            + "0001ff00000a8700f88500000000fe80000000000000000000fffe00000a010102005e006401";
    private static final String SOLICITED_ADVERTISEMENT =
            "02000000000a02005e00640186dd6000000000203aff20010db800060000000000000000000120010db8000600000000"
            + "00000000000a88004858e000000020010db8000600000000000000000001020102005e006401";
    private static final String MULTICAST_ADVERTISEMENT =
            "33330000000102005e00640186dd6000000000203aff20010db8000600000000000000000001ff020000000000000000"
            + "0000000000018800b71da000000020010db8000600000000000000000001020102005e006401";
    private static final String SOLICITATION_BY_HOST =
            "3333ff00000102000000000a86dd6000000000203aff20010db800060000000000000000000aff020000000000000000"
            + "0001ff00000187001c0b0000000020010db8000600000000000000000001010102000000000a";
    private static final String DUPLICATE_ADDRESS_DETECTION =
            "3333ff00000102000000000a86dd6000000000183aff00000000000000000000000000000000ff020000000000000000"
            + "0001ff00000187004ce70000000020010db8000600000000000000000001";

    private final EdgeFixture fixture = EdgeFixture.quiet();

    private static String toHost(byte[] packet) {
        String hex = Frames.hex(ByteBuffer.wrap(packet), 0, packet.length);
        return Frames.ethernet(HOST_MAC, 0x86dd) + hex.substring(28);
    }

    @Test
    void section7_2_2_solicitsTheSolicitedNodeAddressAndSendsWhatWaited() {
        assertThat(fixture.send6(Frames.udp6(HOST, 1))).isTrue();
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.INCOMPLETE);

        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).containsExactly(toHost(Frames.udp6(HOST, 1)));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);

        assertThat(fixture.send6(Frames.udp6(HOST, 2))).isTrue();
        assertThat(fixture.takeSent()).containsExactly(toHost(Frames.udp6(HOST, 2)));
    }

    @Test
    void section7_2_2_linkLocalTargetIsSolicitedFromTheLinkLocalAddress() {
        fixture.send6(Frames.udp6(HOST_LINK_LOCAL, 1));
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_LINK_LOCAL);
    }

    @Test
    void section7_2_2_packetsOwnSourceAddressIsUsed() {
        fixture.send6(Frames.udp6(GATEWAY_LINK_LOCAL, HOST));
        assertThat(fixture.takeSent().get(0)).contains("3aff" + Frames.hex(GATEWAY_LINK_LOCAL));
    }

    @Test
    void section7_2_2_newArrivalReplacesTheOldestOfThree() {
        for (int number = 1; number <= 5; number++) {
            assertThat(fixture.send6(Frames.udp6(HOST, number))).isTrue();
        }
        assertThat(fixture.count(EdgeCounter.DROP_QUEUE_OVERFLOW)).isEqualTo(2);
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);

        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).containsExactly(
                toHost(Frames.udp6(HOST, 3)), toHost(Frames.udp6(HOST, 4)), toHost(Frames.udp6(HOST, 5)));
    }

    @Test
    void section7_2_2_waitingPacketsAreBoundedInAll() {
        for (int i = 0; i < 1100; i++) {
            fixture.send6(Frames.udp6(Ip6.of(GATEWAY.high(), 0x1000 + i), i));
        }
        assertThat(fixture.count(EdgeCounter.DROP_QUEUE_OVERFLOW)).isEqualTo(76);
        fixture.takeSent();

        fixture.receive(Frames.advertisement(Ip6.of(GATEWAY.high(), 0x1000 + 75), HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).isEmpty();
        fixture.receive(Frames.advertisement(Ip6.of(GATEWAY.high(), 0x1000 + 76), HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).hasSize(1);
    }

    @Test
    void section7_2_2_solicitsThriceASecondApartThenGivesUp() {
        fixture.send6(Frames.udp6(HOST, 1));
        fixture.send6(Frames.udp6(HOST, 2));
        assertThat(fixture.takeSent()).hasSize(1);
        fixture.run(999);
        assertThat(fixture.takeSent()).isEmpty();
        fixture.run(1);
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);
        fixture.run(1000);
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);
        fixture.run(999);
        assertThat(fixture.count(EdgeCounter.DROP_UNREACHABLE)).isZero();
        fixture.run(1);

        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.count(EdgeCounter.DROP_UNREACHABLE)).isEqualTo(2);
        assertThat(fixture.edge.neighbours()).isEmpty();

        fixture.send6(Frames.udp6(HOST, 3));
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);
    }

    @Test
    void section7_2_3_sourceOfASolicitationBecomesAStaleNeighbor() {
        fixture.receive(Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
        // STALE, and DELAY as soon as the advertisement was sent to it
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);
    }

    @Test
    void section7_2_3_changedLinkLayerAddressMakesStale() {
        fixture.makeReachable();
        fixture.receive(Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);

        fixture.takeSent();
        fixture.receive(Frames.solicitation(HOST, GATEWAY, OTHER_MAC));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);
        assertThat(fixture.takeSent().get(0)).startsWith(Frames.ethernet(OTHER_MAC, 0x86dd));
    }

    @Test
    void section7_2_3_solicitationResolvesAnIncompleteNeighbor() {
        fixture.send6(Frames.udp6(HOST, 1));
        fixture.takeSent();
        fixture.receive(Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(fixture.takeSent()).containsExactly(toHost(Frames.udp6(HOST, 1)), SOLICITED_ADVERTISEMENT);
    }

    @Test
    void section7_2_3_otherTargetsAreNotAnswered() {
        Ip6 other = Ip6.parse("2001:db8:6::2:1");   // has the gateway's solicited-node address
        fixture.receive(Frames.icmp6(HOST, GATEWAY, "8700000000000000" + Frames.hex(other)
                + Frames.option(1, HOST_MAC)));
        assertThat(fixture.count(EdgeCounter.DROP_NS_TARGET_NOT_SERVED)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section7_2_4_solicitationIsAnsweredByUnicast() {
        fixture.receive(SOLICITATION_BY_HOST);
        assertThat(fixture.takeSent()).containsExactly(SOLICITED_ADVERTISEMENT);
    }

    @Test
    void section7_2_4_linkLocalAddressIsAnsweredToo() {
        fixture.receive(Frames.solicitation(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, HOST_MAC));
        assertThat(fixture.takeSent()).singleElement().asString()
                .startsWith(Frames.ethernet(HOST_MAC, 0x86dd) + "6000000000203aff" + Frames.hex(GATEWAY_LINK_LOCAL))
                .endsWith("e0000000" + Frames.hex(GATEWAY_LINK_LOCAL) + "020102005e006401");
    }

    @Test
    void section7_2_4_duplicateAddressDetectionIsAnsweredToAll() {
        fixture.receive(DUPLICATE_ADDRESS_DETECTION);
        assertThat(fixture.takeSent()).containsExactly(MULTICAST_ADVERTISEMENT);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section7_2_4_unknownAskerIsResolvedFirst() {
        fixture.receive(Frames.icmp6(HOST, GATEWAY, "8700000000000000" + Frames.hex(GATEWAY)));
        assertThat(fixture.takeSent()).containsExactly(SOLICITATION_OF_HOST);
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).containsExactly(SOLICITED_ADVERTISEMENT);
    }

    @Test
    void section7_2_5_advertisementWithoutEntryIsDiscarded() {
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.count(EdgeCounter.DROP_NA_WITHOUT_ENTRY)).isEqualTo(1);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section7_2_5_incompleteNeedsALinkLayerAddress() {
        fixture.send6(Frames.udp6(HOST, 1));
        fixture.receive(Frames.advertisement(HOST, "", 0x60));
        assertThat(fixture.count(EdgeCounter.DROP_NA_WITHOUT_LINK_LAYER_ADDRESS)).isEqualTo(1);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.INCOMPLETE);
    }

    @Test
    void section7_2_5_incompleteBecomesStaleWhenUnsolicited() {
        fixture.send6(Frames.udp6(HOST, 1));
        fixture.takeSent();
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x80));
        // STALE, and DELAY with the packet that waited
        assertThat(fixture.takeSent()).containsExactly(toHost(Frames.udp6(HOST, 1)));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.DELAY);
        assertThat(fixture.listed(HOST).router()).isTrue();
    }

    @Test
    void section7_2_5_withoutOverrideAnotherAddressOnlyMakesStale() {
        fixture.makeReachable();
        fixture.receive(Frames.advertisement(HOST, OTHER_MAC, 0xc0));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
        assertThat(fixture.listed(HOST).router()).isFalse();

        fixture.receive(Frames.advertisement(HOST, OTHER_MAC, 0x40));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
        assertThat(fixture.count(EdgeCounter.DROP_NA_NOT_OVERRIDING)).isEqualTo(2);
    }

    @Test
    void section7_2_5_overrideReplacesTheAddress() {
        fixture.makeReachable();
        fixture.receive(Frames.advertisement(HOST, OTHER_MAC, 0x20));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(OTHER_MAC);

        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0xe0));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
        assertThat(fixture.listed(HOST).router()).isTrue();
    }

    @Test
    void section7_2_5_unsolicitedWithTheSameAddressChangesNothing() {
        fixture.makeReachable();
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x20));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
    }
}
