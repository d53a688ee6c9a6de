// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;

import java.util.function.Consumer;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 4861 §6.1.1, §7.1: message validation")
class Rfc4861MessageValidationTest {

    private static final Ip6 UNSPECIFIED = Ipv6Header.UNSPECIFIED;
    private static final String SOURCE_OPTION = Frames.option(1, HOST_MAC);
    private static final String NS_HEADER = "8700000000000000";

    private EdgeFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = EdgeFixture.advertising();
        fixture.pass(0);
        fixture.takeSent();
    }

    /** The message is counted, unanswered, and leaves no neighbor behind. */
    private void dropped(byte[] frame, EdgeCounter reason) {
        fixture.receive(frame);
        fixture.pass(1000);
        assertThat(fixture.count(reason)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    private static byte[] changed(byte[] frame, Consumer<byte[]> change) {
        change.accept(frame);
        return frame;
    }

    private static byte[] solicitation() {
        return Frames.solicitation(HOST, GATEWAY, HOST_MAC);
    }

    @Test
    void section7_1_1_hopLimitIs255() {
        dropped(changed(solicitation(), frame -> frame[14 + 7] = (byte) 254), EdgeCounter.DROP_ND_BAD_HOP_LIMIT);
    }

    @Test
    void section7_1_1_checksumIsValid() {
        dropped(changed(solicitation(), frame -> frame[Frames.ICMP + 4] ^= 1), EdgeCounter.DROP_ICMPV6_BAD_CHECKSUM);
    }

    @Test
    void section7_1_1_codeIsZero() {
        dropped(Frames.icmp6(HOST, GATEWAY, "8701000000000000" + Frames.hex(GATEWAY)), EdgeCounter.DROP_ND_BAD_CODE);
    }

    @Test
    void section7_1_1_lengthIs24OrMore() {
        String tooShort = (NS_HEADER + Frames.hex(GATEWAY)).substring(0, 46);
        dropped(Frames.icmp6(HOST, GATEWAY, tooShort), EdgeCounter.DROP_ND_TOO_SHORT);
    }

    @Test
    void section7_1_1_targetIsNoMulticast() {
        dropped(Frames.icmp6(HOST, GATEWAY, NS_HEADER + Frames.hex(Ipv6Header.ALL_NODES)),
                EdgeCounter.DROP_ND_MULTICAST_TARGET);
    }

    @Test
    void section7_1_1_optionsAreLongerThanZero() {
        dropped(Frames.solicitation(HOST, GATEWAY, SOURCE_OPTION + "0500000000000000"),
                EdgeCounter.DROP_ND_OPTION_LENGTH_ZERO);
    }

    @Test
    void section4_6_optionsEndWithTheMessage() {
        dropped(Frames.solicitation(HOST, GATEWAY, SOURCE_OPTION + "0e02000000000000"),
                EdgeCounter.DROP_ND_OPTION_TRUNCATED);
        dropped(Frames.solicitation(HOST, GATEWAY, SOURCE_OPTION + "0e"), EdgeCounter.DROP_ND_OPTION_TRUNCATED, 2);
    }

    private void dropped(byte[] frame, EdgeCounter reason, int countNow) {
        fixture.receive(frame);
        assertThat(fixture.count(reason)).isEqualTo(countNow);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section4_6_1_linkLayerAddressIsOneOfAStation() {
        dropped(Frames.solicitation(HOST, GATEWAY, MacAddress.BROADCAST),
                EdgeCounter.DROP_ND_INVALID_LINK_LAYER_ADDRESS);
        dropped(Frames.solicitation(HOST, GATEWAY, 0), EdgeCounter.DROP_ND_INVALID_LINK_LAYER_ADDRESS, 2);
        dropped(Frames.solicitation(HOST, GATEWAY, EdgeFixture.GATEWAY_MAC),
                EdgeCounter.DROP_ND_INVALID_LINK_LAYER_ADDRESS, 3);
        dropped(Frames.solicitation(HOST, GATEWAY, "010202000000000a0000000000000000"),
                EdgeCounter.DROP_ND_INVALID_LINK_LAYER_ADDRESS, 4);
    }

    @Test
    void section7_1_1_unspecifiedSourceAsksTheSolicitedNodeAddress() {
        dropped(Frames.icmp6(UNSPECIFIED, GATEWAY, NS_HEADER + Frames.hex(GATEWAY)),
                EdgeCounter.DROP_NS_UNSPECIFIED_SOURCE_TO_UNICAST);
    }

    @Test
    void section7_1_1_unspecifiedSourceHasNoLinkLayerAddress() {
        dropped(Frames.solicitation(UNSPECIFIED, GATEWAY, HOST_MAC),
                EdgeCounter.DROP_ND_UNSPECIFIED_SOURCE_WITH_LINK_LAYER_ADDRESS);
    }

    @Test
    void section7_1_1_unknownOptionsAndReservedBitsAreIgnored() {
        String reserved = "87000000ffffffff" + Frames.hex(GATEWAY);
        String options = "0e01aabbccddeeff" + Frames.option(2, 0) + SOURCE_OPTION;
        fixture.receive(Frames.icmp6(HOST, GATEWAY, reserved + options));

        assertThat(fixture.takeSent()).hasSize(1);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
    }

    @Test
    void section7_1_2_advertisementsObeyTheSameRules() {
        Ip6 target = HOST;
        dropped(changed(Frames.advertisement(target, HOST_MAC, 0x60), frame -> frame[14 + 7] = 64),
                EdgeCounter.DROP_ND_BAD_HOP_LIMIT);
        dropped(changed(Frames.advertisement(target, HOST_MAC, 0x60), frame -> frame[Frames.ICMP + 20] ^= 1),
                EdgeCounter.DROP_ICMPV6_BAD_CHECKSUM);
        dropped(Frames.icmp6(HOST, GATEWAY, "8801000060000000" + Frames.hex(target)), EdgeCounter.DROP_ND_BAD_CODE);
        dropped(Frames.icmp6(HOST, GATEWAY, "8800000060000000" + "20010db8"), EdgeCounter.DROP_ND_TOO_SHORT);
        dropped(Frames.advertisement(Ipv6Header.ALL_NODES, HOST_MAC, 0), EdgeCounter.DROP_IPV6_INVALID_SOURCE);
        dropped(Frames.icmp6(HOST, GATEWAY, "8800000060000000" + Frames.hex(Ipv6Header.ALL_NODES)),
                EdgeCounter.DROP_ND_MULTICAST_TARGET);
        dropped(Frames.advertisement(target, "0200000000000000", 0x60), EdgeCounter.DROP_ND_OPTION_LENGTH_ZERO);
    }

    @Test
    void section7_1_2_solicitedAdvertisementIsUnicast() {
        dropped(Frames.icmp6(HOST, Ipv6Header.ALL_NODES, "8800000060000000" + Frames.hex(HOST)),
                EdgeCounter.DROP_NA_SOLICITED_TO_MULTICAST);
    }

    @Test
    void section6_1_1_routerSolicitation() {
        Ip6 allRouters = Ipv6Header.ALL_ROUTERS;
        dropped(changed(Frames.routerSolicitation(HOST, SOURCE_OPTION), frame -> frame[14 + 7] = 1),
                EdgeCounter.DROP_ND_BAD_HOP_LIMIT);
        dropped(changed(Frames.routerSolicitation(HOST, SOURCE_OPTION), frame -> frame[Frames.ICMP + 2] ^= 1),
                EdgeCounter.DROP_ICMPV6_BAD_CHECKSUM);
        dropped(Frames.icmp6(HOST, allRouters, "8502000000000000"), EdgeCounter.DROP_ND_BAD_CODE);
        dropped(Frames.icmp6(HOST, allRouters, "85000000000000"), EdgeCounter.DROP_ND_TOO_SHORT);
        dropped(Frames.routerSolicitation(HOST, "0100000000000000"), EdgeCounter.DROP_ND_OPTION_LENGTH_ZERO);
        dropped(Frames.routerSolicitation(UNSPECIFIED, SOURCE_OPTION),
                EdgeCounter.DROP_ND_UNSPECIFIED_SOURCE_WITH_LINK_LAYER_ADDRESS);
    }

    @Test
    void section8_2_redirectsAreNotFollowed() {
        dropped(Frames.icmp6(HOST, GATEWAY, "8900000000000000" + Frames.hex(HOST) + Frames.hex(HOST)),
                EdgeCounter.DROP_REDIRECT);
    }

    @Test
    void otherRoutersAdvertisementsAreCounted() {
        dropped(Frames.icmp6(Ip6.parse("fe80::9"), Ipv6Header.ALL_NODES, "8600000040000708" + "0000000000000000"),
                EdgeCounter.DROP_RA_OF_OTHER_ROUTER);
    }

    @Test
    void nobodyElseHasTheGatewaysAddress() {
        dropped(Frames.icmp6(GATEWAY, Ipv6Header.ALL_NODES, "8800000020000000" + Frames.hex(GATEWAY)),
                EdgeCounter.DROP_ADDRESS_CONFLICT);
        dropped(Frames.icmp6(HOST, Ipv6Header.ALL_NODES, "8800000020000000" + Frames.hex(GATEWAY)),
                EdgeCounter.DROP_ADDRESS_CONFLICT, 2);
    }
}
