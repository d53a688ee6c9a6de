// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected frames were made with Scapy. */
@DisplayName("RFC 826: ARP")
class Rfc826ArpTest {

    private static final String HOST = "192.0.2.80";
    private static final String REPLY_OF_GATEWAY =
            "02000000000a02005e0064010806000108000604000202005e006401c000020102000000000ac0000250";
    private static final String REPLY_OF_POOL =
            "02000000000a02005e0064010806000108000604000202005e006401c000024102000000000ac0000250";
    private static final String REQUEST =
            "ffffffffffff02005e0064010806000108000604000102005e006401c0000201000000000000c0000250";
    private static final String PROBE =
            "02000000000a02005e0064010806000108000604000102005e006401c0000201000000000000c0000250";

    private final EdgeFixture fixture = EdgeFixture.quiet();

    private static String toHost(byte[] packet) {
        return Frames.ethernet(HOST_MAC, 0x0800) + Frames.hex(ByteBuffer.wrap(packet), 14, packet.length - 14);
    }

    @Test
    void answersForTheGatewayAndLearnsTheAsker() {
        fixture.receive(Frames.arp(1, HOST_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.takeSent()).containsExactly(REPLY_OF_GATEWAY);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
    }

    @Test
    void answersForPoolAddresses() {
        fixture.receive(Frames.arp(1, HOST_MAC, HOST, "192.0.2.65"));
        assertThat(fixture.takeSent()).containsExactly(REPLY_OF_POOL);
    }

    @Test
    void answersAProbeWithoutLearning() {
        fixture.receive(Frames.arp(1, HOST_MAC, "0.0.0.0", "192.0.2.79"));
        assertThat(fixture.takeSent()).hasSize(1);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void answersOffLinkSendersWithoutLearning() {
        fixture.receive(Frames.arp(1, HOST_MAC, "198.51.100.9", "192.0.2.65"));
        assertThat(fixture.takeSent()).hasSize(1);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void doesNotAnswerForOthers() {
        fixture.receive(Frames.arp(1, HOST_MAC, HOST, "192.0.2.90"));
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
        assertThat(fixture.count(EdgeCounter.DROP_ARP_TARGET_NOT_SERVED)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "192.0.2.65"})
    void countsWhoClaimsAnOwnAddress(String claimed) {
        fixture.receive(Frames.arp(1, HOST_MAC, claimed, claimed));
        fixture.receive(Frames.arp(2, HOST_MAC, claimed, claimed));
        assertThat(fixture.count(EdgeCounter.DROP_ADDRESS_CONFLICT)).isEqualTo(2);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void malformedPacketsAreCounted() {
        byte[] frame = Frames.arp(1, HOST_MAC, HOST, "192.0.2.1");
        fixture.edge.receive(ByteBuffer.wrap(frame), 0, 41, fixture.nowNanos);
        fixture.receive(Frames.arp(3, HOST_MAC, HOST, "192.0.2.1"));
        frame[18] = 8;
        fixture.receive(frame);
        assertThat(fixture.count(EdgeCounter.DROP_ARP_MALFORMED)).isEqualTo(3);

        fixture.receive(Frames.arp(1, MacAddress.BROADCAST, HOST, "192.0.2.1"));
        fixture.receive(Frames.arp(1, EdgeFixture.GATEWAY_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.count(EdgeCounter.DROP_ARP_INVALID_HARDWARE_ADDRESS)).isEqualTo(2);
        fixture.receive(Frames.arp(1, HOST_MAC, "224.0.0.1", "192.0.2.1"));
        assertThat(fixture.count(EdgeCounter.DROP_ARP_INVALID_SENDER)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void asksForOnLinkDestinationsAndSendsWhatWaited() {
        assertThat(fixture.send4(Frames.udp4(HOST))).isTrue();
        assertThat(fixture.takeSent()).containsExactly(REQUEST);
        fixture.receive(Frames.arp(2, HOST_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.takeSent()).containsExactly(toHost(Frames.udp4(HOST)));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
    }

    @Test
    void asksThriceThenGivesUp() {
        fixture.send4(Frames.udp4(HOST));
        fixture.run(2_999);
        assertThat(fixture.takeSent()).containsExactly(REQUEST, REQUEST, REQUEST);
        assertThat(fixture.count(EdgeCounter.DROP_UNREACHABLE)).isZero();
        fixture.run(1);
        assertThat(fixture.count(EdgeCounter.DROP_UNREACHABLE)).isEqualTo(1);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void staleNeighborInUseIsProbedByUnicast() {
        fixture.receive(Frames.arp(1, HOST_MAC, HOST, "192.0.2.1"));
        fixture.send4(Frames.udp4(HOST));
        fixture.takeSent();
        fixture.run(5_000);
        assertThat(fixture.takeSent()).containsExactly(PROBE);
        fixture.receive(Frames.arp(2, HOST_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.REACHABLE);
    }

    @Test
    void unaskedReplyMakesStaleAndNeverCreates() {
        fixture.receive(Frames.arp(2, HOST_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.count(EdgeCounter.DROP_ARP_REPLY_WITHOUT_ENTRY)).isEqualTo(1);
        assertThat(fixture.edge.neighbours()).isEmpty();

        fixture.send4(Frames.udp4(HOST));
        fixture.receive(Frames.arp(2, HOST_MAC, HOST, "192.0.2.1"));
        fixture.receive(Frames.arp(2, OTHER_MAC, HOST, "192.0.2.1"));
        assertThat(fixture.state(HOST)).isEqualTo(NeighborState.STALE);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(OTHER_MAC);
    }

    @Test
    void gratuitousRequestUpdatesAKnownNeighbor() {
        fixture.receive(Frames.arp(1, HOST_MAC, HOST, "192.0.2.1"));
        fixture.receive(Frames.arp(1, OTHER_MAC, HOST, HOST));
        assertThat(fixture.listed(HOST).mac()).isEqualTo(OTHER_MAC);
    }
}
