// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.GATEWAY_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.checksum.InternetChecksum;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Expected frames were made with Scapy. */
@DisplayName("RFC 4443 §4: echo, and the same for IPv4 (RFC 792)")
class Rfc4443EchoTest {

    private static final String REQUEST6 =
            "02005e00640102000000000a86dd60000000000d3a4020010db800060000000000000000000a20010db8000600000000"
            + "000000000001" + "8000e82c123400076162636465";
    private static final String REPLY6 =
            "02000000000a02005e00640186dd60000000000d3a4020010db800060000000000000000000120010db8000600000000"
            + "00000000000a" + "8100e72c123400076162636465";
    private static final String REQUEST4 =
            "02005e00640102000000000a080045000021004d00004001f63dc0000250c00002010800bbfd123400076162636465";
    private static final String REPLY4 =
            "02000000000a02005e006401080045000021000040004001b68ac0000201c00002500000c3fd123400076162636465";
    private static final String ECHO = "800000001234000761";

    private final EdgeFixture fixture = EdgeFixture.quiet();

    @Test
    void section4_2_unknownAskerIsResolvedFirst() {
        fixture.receive(REQUEST6);
        assertThat(fixture.takeSent()).singleElement().asString().startsWith("3333ff00000a");
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(fixture.takeSent()).containsExactly(REPLY6);
    }

    @Test
    void section4_2_replyComesFromTheAddressAsked() {
        fixture.receive(Frames.solicitation(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, HOST_MAC));
        fixture.takeSent();
        fixture.receive(Frames.icmp6(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, ECHO));
        assertThat(fixture.takeSent()).singleElement().asString()
                .contains(Frames.hex(GATEWAY_LINK_LOCAL) + Frames.hex(HOST_LINK_LOCAL) + "8100");
    }

    @Test
    void section4_2_multicastIsAnsweredFromAUnicastAddress() {
        fixture.makeReachable();
        fixture.receive(Frames.icmp6(HOST, Ipv6Header.ALL_NODES, ECHO));
        assertThat(fixture.takeSent()).singleElement().asString()
                .contains(Frames.hex(GATEWAY) + Frames.hex(HOST) + "8100");
    }

    @Test
    void section4_2_askerBeyondTheLinkHasNoRoute() {
        fixture.receive(Frames.icmp6(Ip6.parse("2001:db8:9::1"), GATEWAY, ECHO));
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.count(EdgeCounter.DROP_NO_ROUTE)).isEqualTo(1);
        assertThat(fixture.count(EdgeCounter.ECHO_REPLIES_SENT)).isZero();
    }

    @Test
    void everythingElseForTheGatewayIsCounted() {
        fixture.receive(Frames.icmp6(HOST, GATEWAY, "81000000123400076162"));
        assertThat(fixture.count(EdgeCounter.DROP_ICMPV6_TYPE_NOT_SERVED)).isEqualTo(1);
        fixture.receive(Frames.icmp6(HOST, GATEWAY, "80000000123400"));
        assertThat(fixture.count(EdgeCounter.DROP_ICMPV6_TOO_SHORT)).isEqualTo(1);
        fixture.receive(Frames.icmp6(HOST, GATEWAY, "8000"));
        assertThat(fixture.count(EdgeCounter.DROP_ICMPV6_TOO_SHORT)).isEqualTo(2);
        fixture.receive(Frames.icmp6(HOST, Ip6.parse("2001:db8:9::1"), ECHO));
        assertThat(fixture.count(EdgeCounter.DROP_IPV6_DESTINATION_NOT_SERVED)).isEqualTo(1);
        fixture.receive(Frames.icmp6(Ipv6Header.UNSPECIFIED, GATEWAY, ECHO));
        fixture.receive(Frames.icmp6(Ip6.parse("::1"), GATEWAY, ECHO));
        assertThat(fixture.count(EdgeCounter.DROP_IPV6_INVALID_SOURCE)).isEqualTo(2);
        byte[] frame = Frames.icmp6(HOST, GATEWAY, ECHO);
        frame[20] = 17;
        fixture.receive(frame);
        assertThat(fixture.count(EdgeCounter.DROP_IPV6_PROTOCOL_NOT_SERVED)).isEqualTo(1);
        frame[20] = 44;
        fixture.receive(frame);
        assertThat(fixture.count(EdgeCounter.DROP_IPV6_EXTENSION_HEADER)).isEqualTo(1);
        frame[18] = 1;
        fixture.receive(frame);
        assertThat(fixture.count(EdgeCounter.DROP_IPV6_MALFORMED)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @Test
    void framesThatAreNotForTheGatewayAreCounted() {
        byte[] frame = Frames.bytes(REQUEST6);
        fixture.edge.receive(ByteBuffer.wrap(frame), 0, 13, fixture.nowNanos);
        assertThat(fixture.count(EdgeCounter.DROP_FRAME_TOO_SHORT)).isEqualTo(1);
        fixture.receive(REQUEST6.replaceFirst("86dd", "8100"));
        assertThat(fixture.count(EdgeCounter.DROP_FRAME_UNKNOWN_TYPE)).isEqualTo(1);
        fixture.receive(REQUEST6.replaceFirst("02005e006401", "02005e006402"));
        assertThat(fixture.count(EdgeCounter.DROP_FRAME_NOT_FOR_GATEWAY)).isEqualTo(1);
        fixture.receive(REQUEST6.replaceFirst("02000000000a", "03000000000a"));
        fixture.receive(REQUEST6.replaceFirst("02000000000a", "02005e006401"));
        assertThat(fixture.count(EdgeCounter.DROP_FRAME_INVALID_SOURCE)).isEqualTo(2);
    }

    @Test
    void ipv4EchoIsAnswered() {
        fixture.receive(REQUEST4);
        assertThat(fixture.takeSent()).singleElement().asString().startsWith("ffffffffffff");
        fixture.receive(Frames.arp(2, HOST_MAC, "192.0.2.80", "192.0.2.1"));
        assertThat(fixture.takeSent()).containsExactly(REPLY4);
    }

    @Test
    void ipv4OptionsAreLeftOutOfTheReply() {
        fixture.receive(Frames.arp(1, HOST_MAC, "192.0.2.80", "192.0.2.1"));
        fixture.takeSent();
        ByteBuffer frame = ByteBuffer.wrap(Frames.bytes(
                "02005e00640102000000000a080046000025004d000040010000c0000250c000020101010100"
                + "0800bbfd123400076162636465"));
        frame.putShort(24, (short) InternetChecksum.ofSum(InternetChecksum.sum(frame, 14, 24)));
        fixture.receive(frame.array());
        assertThat(fixture.takeSent()).containsExactly(REPLY4);
    }

    @Test
    void everythingElseForTheIpv4GatewayIsCounted() {
        ipv4(EdgeCounter.DROP_IPV4_MALFORMED, 14, 0x44);
        ipv4(EdgeCounter.DROP_IPV4_BAD_CHECKSUM, 22, 63);
        ipv4(EdgeCounter.DROP_ICMPV4_BAD_CHECKSUM, 40, 1);
        rewritten(EdgeCounter.DROP_IPV4_INVALID_SOURCE, 26, 0xe0);
        rewritten(EdgeCounter.DROP_IPV4_DESTINATION_NOT_SERVED, 33, 99);
        rewritten(EdgeCounter.DROP_IPV4_FRAGMENT, 20, 0x20);
        rewritten(EdgeCounter.DROP_IPV4_PROTOCOL_NOT_SERVED, 23, 17);
        rewritten(EdgeCounter.DROP_ICMPV4_TOO_SHORT, 17, 27);
        fixture.receive(REQUEST4.replace("0800bbfd", "0000c3fd"));
        assertThat(fixture.count(EdgeCounter.DROP_ICMPV4_TYPE_NOT_SERVED)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
    }

    /** The request with one octet changed. */
    private void ipv4(EdgeCounter reason, int at, int value) {
        byte[] frame = Frames.bytes(REQUEST4);
        frame[at] = (byte) value;
        fixture.receive(frame);
        assertThat(fixture.count(reason)).isEqualTo(1);
    }

    /** The same with the header checksum made right again. */
    private void rewritten(EdgeCounter reason, int at, int value) {
        ByteBuffer frame = ByteBuffer.wrap(Frames.bytes(REQUEST4));
        frame.put(at, (byte) value);
        frame.putShort(24, (short) 0);
        frame.putShort(24, (short) InternetChecksum.ofSum(InternetChecksum.sum(frame, 14, 20)));
        fixture.receive(frame.array());
        assertThat(fixture.count(reason)).isEqualTo(1);
    }
}
