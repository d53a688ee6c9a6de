// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.TestPacket;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6146 §3.4: what the incoming tuple is made of")
class IncomingTupleRfc6146Test {

    private final IpPacket packet = new IpPacket();

    @Test
    @DisplayName("§3.4: TCP over IPv6, at an offset and with padding behind it")
    void tcp6() {
        byte[] bytes = TestPacket.v6().hopLimit(9).trafficClass(0xb9).tcp(40000, 443, 0x12, new byte[3]).build();
        ByteBuffer buffer = ByteBuffer.allocateDirect(100).position(14).put(bytes).clear();
        assertThat(packet.read6(buffer, 14, 80)).isNull();
        assertThat(packet.version()).isEqualTo(6);
        assertThat(packet.protocol()).isEqualTo(IpPacket.TCP);
        assertThat(Ip6.of(packet.source6High(), packet.source6Low())).hasToString(TestPacket.CLIENT6);
        assertThat(Ip6.of(packet.destination6High(), packet.destination6Low())).hasToString(TestPacket.SERVER6);
        assertThat(packet.sourcePort()).isEqualTo(40000);
        assertThat(packet.destinationPort()).isEqualTo(443);
        assertThat(packet.tcpFlags()).isEqualTo(0x12);
        assertThat(packet.icmpType()).isEqualTo(-1);
        assertThat(packet.hopLimit()).isEqualTo(9);
        assertThat(packet.trafficClass()).isEqualTo(0xb9);
        assertThat(packet.offset()).isEqualTo(14);
        assertThat(packet.totalLength()).isEqualTo(63);
        assertThat(packet.headerLength()).isEqualTo(40);
        assertThat(packet.transportOffset()).isEqualTo(54);
        assertThat(packet.transportLength()).isEqualTo(23);
        assertThat(packet.buffer()).isSameAs(buffer);
    }

    @Test
    @DisplayName("§3.4: the 5-tuple of TCP and UDP, over IPv6 and IPv4")
    void fiveTuple() {
        for (boolean isTcp : new boolean[] {true, false}) {
            int protocol = isTcp ? IpPacket.TCP : IpPacket.UDP;
            TestPacket packet6 = TestPacket.v6();
            assertThat(read(isTcp ? packet6.tcp(40000, 443, 2) : packet6.udp(40000, 443), 0)).isNull();
            assertThat(packet.protocol()).isEqualTo(protocol);
            assertThat(Ip6.of(packet.source6High(), packet.source6Low())).hasToString(TestPacket.CLIENT6);
            assertThat(Ip6.of(packet.destination6High(), packet.destination6Low())).hasToString(TestPacket.SERVER6);
            assertThat(packet.sourcePort()).isEqualTo(40000);
            assertThat(packet.destinationPort()).isEqualTo(443);
            TestPacket packet4 = TestPacket.v4();
            assertThat(read(isTcp ? packet4.tcp(53, 65535, 2) : packet4.udp(53, 65535), 0)).isNull();
            assertThat(packet.protocol()).isEqualTo(protocol);
            assertThat(Ip4.toString(packet.source4())).isEqualTo(TestPacket.SERVER4);
            assertThat(Ip4.toString(packet.destination4())).isEqualTo(TestPacket.POOL4);
            assertThat(packet.sourcePort()).isEqualTo(53);
            assertThat(packet.destinationPort()).isEqualTo(65535);
        }
    }

    @Test
    @DisplayName("§3.4: UDP over IPv4")
    void udp4() {
        byte[] bytes = TestPacket.v4().flagsAndOffset(0).udp(53, 65535, new byte[1]).build();
        assertThat(packet.read4(TestPacket.direct(bytes), 0, bytes.length)).isNull();
        assertThat(packet.version()).isEqualTo(4);
        assertThat(packet.protocol()).isEqualTo(IpPacket.UDP);
        assertThat(Ip4.toString(packet.source4())).isEqualTo(TestPacket.SERVER4);
        assertThat(Ip4.toString(packet.destination4())).isEqualTo(TestPacket.POOL4);
        assertThat(packet.sourcePort()).isEqualTo(53);
        assertThat(packet.destinationPort()).isEqualTo(65535);
        assertThat(packet.tcpFlags()).isZero();
        assertThat(packet.dontFragment()).isFalse();
        assertThat(packet.totalLength()).isEqualTo(29);
        assertThat(packet.headerLength()).isEqualTo(20);
    }

    @Test
    @DisplayName("§3.4: of an ICMP query both ports are the identifier, in either version")
    void echo() {
        byte[] request = TestPacket.v6().icmp(128, 0, 0xfedc, 1).build();
        assertThat(packet.read6(TestPacket.direct(request), 0, request.length)).isNull();
        assertThat(packet.protocol()).isEqualTo(IpPacket.ICMP);
        assertThat(packet.icmpType()).isEqualTo(128);
        assertThat(packet.sourcePort()).isEqualTo(0xfedc);
        assertThat(packet.destinationPort()).isEqualTo(0xfedc);
        byte[] reply = TestPacket.v4().icmp(0, 0, 0x8001, 1).build();
        assertThat(packet.read4(TestPacket.direct(reply), 0, reply.length)).isNull();
        assertThat(packet.protocol()).isEqualTo(IpPacket.ICMP);
        assertThat(packet.icmpType()).isZero();
        assertThat(packet.sourcePort()).isEqualTo(0x8001);
        assertThat(packet.destinationPort()).isEqualTo(0x8001);
    }

    @ParameterizedTest(name = "protocol {0}")
    @DisplayName("§3.4: other protocols are discarded, the other version's ICMP among them")
    @ValueSource(ints = {1, 2, 33, 50, 51, 58, 59, 132, 135, 255})
    void otherProtocols(int protocol) {
        if (protocol != 58) {
            assertThat(read(TestPacket.v6().transport(protocol, new byte[40]), 0))
                    .isEqualTo(DropReason.UNKNOWN_TRANSPORT);
        }
        if (protocol != 1) {
            assertThat(read(TestPacket.v4().transport(protocol, new byte[40]), 0))
                    .isEqualTo(DropReason.UNKNOWN_TRANSPORT);
        }
    }

    @Test
    @DisplayName("a packet that is shorter than its length field says is truncated")
    void truncated() {
        assertThat(read(TestPacket.v6().lengthLie(1).udp(1, 2), 0)).isEqualTo(DropReason.TRUNCATED);
        assertThat(read(TestPacket.v4().lengthLie(1).udp(1, 2), 0)).isEqualTo(DropReason.TRUNCATED);
        for (int missing = 1; missing <= 28; missing++) {
            assertThat(read(TestPacket.v6().udp(1, 2), missing)).isEqualTo(DropReason.TRUNCATED);
            assertThat(read(TestPacket.v4().udp(1, 2), missing)).isEqualTo(DropReason.TRUNCATED);
        }
        assertThat(packet.version()).isZero();
    }

    @Test
    @DisplayName("a range that is not within the buffer is truncated")
    void outsideTheBuffer() {
        ByteBuffer buffer = TestPacket.direct(TestPacket.v6().udp(1, 2).build());
        assertThat(packet.read6(buffer, -1, 20)).isEqualTo(DropReason.TRUNCATED);
        assertThat(packet.read6(buffer, 0, -1)).isEqualTo(DropReason.TRUNCATED);
        assertThat(packet.read6(buffer, 0, 49)).isEqualTo(DropReason.TRUNCATED);
        assertThat(packet.read6(buffer, Integer.MAX_VALUE, Integer.MAX_VALUE)).isEqualTo(DropReason.TRUNCATED);
        assertThat(packet.read4(buffer, 49, 0)).isEqualTo(DropReason.TRUNCATED);
    }

    @Test
    @DisplayName("versions, header lengths and transport lengths that lie are named")
    void lies() {
        assertThat(packet.read6(TestPacket.direct(new byte[60]), 0, 60)).isEqualTo(DropReason.BAD_VERSION);
        assertThat(packet.read4(TestPacket.direct(new byte[60]), 0, 60)).isEqualTo(DropReason.BAD_VERSION);
        assertThat(read(TestPacket.v4().lengthLie(-9).udp(1, 2), 0)).isEqualTo(DropReason.BAD_HEADER_LENGTH);
        byte[] shortHeader = TestPacket.v4().udp(1, 2).build();
        shortHeader[0] = 0x44;
        assertThat(packet.read4(TestPacket.direct(shortHeader), 0, 28)).isEqualTo(DropReason.BAD_HEADER_LENGTH);
    }

    @Test
    @DisplayName("transport headers that don't fit, and transport lengths that lie, are named")
    void transportLies() {
        assertThat(read(TestPacket.v6().transport(6, new byte[19]), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v6().tcp(1, 2, 0).word(12, 0x4000), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v4().tcp(1, 2, 0).word(12, 0x6000), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v4().transport(17, new byte[7]), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v4().udp(1, 2).word(4, 9), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v6().udp(1, 2).word(4, 7), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v6().transport(58, new byte[7]), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
        assertThat(read(TestPacket.v4().transport(1, new byte[7]), 0)).isEqualTo(DropReason.BAD_TRANSPORT_LENGTH);
    }

    @ParameterizedTest(name = "{0} bytes, header of {1}: {2}")
    @DisplayName("§3.4: a first fragment that doesn't hold the whole TCP header is dropped")
    @CsvSource({"8, 20, BAD_TRANSPORT_LENGTH", "16, 20, BAD_TRANSPORT_LENGTH", "24, 20,", "24, 24,",
        "24, 28, BAD_TRANSPORT_LENGTH", "56, 60, BAD_TRANSPORT_LENGTH", "64, 60,"})
    void firstFragment(int length, int headerLength, DropReason reason) {
        byte[] data = new byte[100];
        TestPacket first6 = TestPacket.v6().fragmentHeader(0, true, 1).tcp(1, 2, 0, data);
        assertThat(read(first6.word(12, headerLength << 10).part(0, length), 0)).isEqualTo(reason);
        TestPacket first4 = TestPacket.v4().flagsAndOffset(0x2000).tcp(1, 2, 0, data);
        assertThat(read(first4.word(12, headerLength << 10).part(0, length), 0)).isEqualTo(reason);
    }

    /** Reads a packet of which some bytes at the end are missing. */
    private DropReason read(TestPacket built, int missing) {
        byte[] bytes = built.build();
        ByteBuffer buffer = TestPacket.direct(bytes);
        return bytes[0] >>> 4 == 6 ? packet.read6(buffer, 0, bytes.length - missing)
                : packet.read4(buffer, 0, bytes.length - missing);
    }
}
