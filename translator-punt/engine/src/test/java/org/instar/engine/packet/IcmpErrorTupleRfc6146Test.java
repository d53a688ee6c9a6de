// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.instar.engine.DropReason;
import org.instar.engine.TestPacket;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6146 §3.4: the tuple of an ICMP error message")
class IcmpErrorTupleRfc6146Test {

    private final IpPacket packet = new IpPacket();

    private DropReason read(TestPacket built) {
        byte[] bytes = built.build();
        ByteBuffer buffer = TestPacket.direct(bytes);
        return bytes[0] >>> 4 == 6 ? packet.read6(buffer, 0, bytes.length) : packet.read4(buffer, 0, bytes.length);
    }

    private static TestPacket error4(byte[] quoted) {
        return TestPacket.v4().source("198.51.100.1").icmpError(11, 0, 0, quoted);
    }

    private static TestPacket error6(byte[] quoted) {
        return TestPacket.v6().source("2001:db8:6::1").icmpError(3, 0, 0, quoted);
    }

    @Test
    @DisplayName("§3.4: IPv4: that of the quoted packet, source and destination swapped")
    void tuple4() {
        assertThat(read(error4(TestPacket.v4().back().tcp(20000, 80, 0x12).build()))).isNull();
        assertThat(packet.isIcmpError()).isTrue();
        assertThat(packet.protocol()).isEqualTo(IpPacket.TCP);
        assertThat(Ip4.toString(packet.source4())).isEqualTo(TestPacket.SERVER4);
        assertThat(Ip4.toString(packet.destination4())).isEqualTo(TestPacket.POOL4);
        assertThat(packet.sourcePort()).isEqualTo(80);
        assertThat(packet.destinationPort()).isEqualTo(20000);
        assertThat(packet.tcpFlags()).isZero();
        assertThat(packet.icmpType()).isEqualTo(11);
        assertThat(Ip4.toString(packet.quoted().reporter4())).isEqualTo("198.51.100.1");
        assertThat(read(TestPacket.v4().udp(1, 2))).isNull();
        assertThat(packet.isIcmpError()).isFalse();
    }

    @Test
    @DisplayName("§3.4: IPv6: that of the quoted packet, source and destination swapped")
    void tuple6() {
        assertThat(read(error6(TestPacket.v6().back().udp(80, 40000).build()))).isNull();
        assertThat(packet.protocol()).isEqualTo(IpPacket.UDP);
        assertThat(Ip6.of(packet.source6High(), packet.source6Low())).hasToString(TestPacket.CLIENT6);
        assertThat(Ip6.of(packet.destination6High(), packet.destination6Low())).hasToString(TestPacket.SERVER6);
        assertThat(packet.sourcePort()).isEqualTo(40000);
        assertThat(packet.destinationPort()).isEqualTo(80);
        assertThat(Ip6.of(packet.quoted().reporter6High(), packet.quoted().reporter6Low()))
                .hasToString("2001:db8:6::1");
    }

    @Test
    @DisplayName("§3.4: of a quoted query both ports are the identifier")
    void query() {
        for (int type : new int[] {0, 8}) {
            assertThat(read(error4(TestPacket.v4().back().icmp(type, 0, 777 + type, 1).build()))).isNull();
            assertThat(packet.protocol()).isEqualTo(IpPacket.ICMP);
            assertThat(Ip4.toString(packet.source4())).isEqualTo(TestPacket.SERVER4);
            assertThat(Ip4.toString(packet.destination4())).isEqualTo(TestPacket.POOL4);
            assertThat(packet.sourcePort()).isEqualTo(777 + type);
            assertThat(packet.destinationPort()).isEqualTo(777 + type);
        }
        for (int type : new int[] {128, 129}) {
            assertThat(read(error6(TestPacket.v6().back().icmp(type, 0, 777 + type, 1).build()))).isNull();
            assertThat(packet.protocol()).isEqualTo(IpPacket.ICMP);
            assertThat(Ip6.of(packet.source6High(), packet.source6Low())).hasToString(TestPacket.CLIENT6);
            assertThat(Ip6.of(packet.destination6High(), packet.destination6Low())).hasToString(TestPacket.SERVER6);
            assertThat(packet.sourcePort()).isEqualTo(777 + type);
            assertThat(packet.destinationPort()).isEqualTo(777 + type);
        }
    }

    @Test
    @DisplayName("§3.4: an error about an error is discarded; RFC 7915 §4.3, §5.3: the walk ends at the first quote")
    void errorAboutError() {
        assertThat(DropReason.ICMP_ERROR_ABOUT_ERROR.icmpError()).isNull();
        for (int type : new int[] {3, 4, 5, 11, 12}) {
            assertThat(read(error4(TestPacket.v4().back().icmp(type, 0, 1, 1).build())))
                    .isEqualTo(DropReason.ICMP_ERROR_ABOUT_ERROR);
        }
        for (int type : new int[] {1, 2, 3, 4, 127}) {
            assertThat(read(error6(TestPacket.v6().back().icmp(type, 0, 1, 1).build())))
                    .isEqualTo(DropReason.ICMP_ERROR_ABOUT_ERROR);
        }
    }

    @Test
    @DisplayName("§3.4: without a tuple the message is discarded: too short, later fragments, other protocols")
    void noTuple() {
        assertThat(DropReason.ICMP_ERROR_WITHOUT_TUPLE.icmpError()).isNull();
        byte[] quoted4 = TestPacket.v4().back().udp(20000, 80).build();
        for (int length = 0; length < 28; length++) {
            assertThat(read(error4(Arrays.copyOf(quoted4, length)))).isEqualTo(DropReason.ICMP_ERROR_WITHOUT_TUPLE);
        }
        byte[] quoted6 = TestPacket.v6().back().extension(60, 0, 0, 1, 0, 0, 0, 0, 0).udp(80, 40000).build();
        for (int length = 0; length < 56; length++) {
            assertThat(read(error6(Arrays.copyOf(quoted6, length)))).isEqualTo(DropReason.ICMP_ERROR_WITHOUT_TUPLE);
        }
        for (TestPacket other : new TestPacket[] {
            error4(TestPacket.v4().back().flagsAndOffset(1).udp(20000, 80).build()),
            error4(TestPacket.v4().back().transport(50, new byte[20]).build()),
            error4(TestPacket.v4().back().icmp(13, 0, 1, 1).build()),
            error4(TestPacket.v4().back().lengthLie(-1).udp(20000, 80).build()),
            error4(TestPacket.v6().back().udp(80, 40000).build()),
            error6(TestPacket.v6().back().fragmentHeader(8, true, 1).udp(80, 40000).build()),
            error6(TestPacket.v6().back().transport(59, new byte[20]).build()),
            error6(TestPacket.v6().back().icmp(133, 0, 1, 1).build()),
            error6(TestPacket.v4().back().udp(80, 40000).build())}) {
            assertThat(read(other)).isEqualTo(DropReason.ICMP_ERROR_WITHOUT_TUPLE);
        }
    }

    @ParameterizedTest
    @DisplayName("a wrong ICMP checksum is named: the translated one is made anew")
    @ValueSource(ints = {1, 0x100, 0xffff})
    void checksum(int difference) {
        byte[] quoted4 = TestPacket.v4().back().udp(20000, 80).build();
        int right = ByteBuffer.wrap(error4(quoted4).build()).getShort(22);
        assertThat(read(error4(quoted4).word(2, right ^ difference))).isEqualTo(DropReason.ICMP_CHECKSUM);
        byte[] quoted6 = TestPacket.v6().back().udp(80, 40000).build();
        right = ByteBuffer.wrap(error6(quoted6).build()).getShort(42);
        assertThat(read(error6(quoted6).word(2, right ^ difference))).isEqualTo(DropReason.ICMP_CHECKSUM);
    }

    @ParameterizedTest
    @DisplayName("RFC 5508 REQ-3a, 3c: a wrong checksum of the quoted IPv4 header is named, one of its transport isn't")
    @ValueSource(ints = {1, 0x100, 0xffff})
    void quotedChecksum(int difference) {
        byte[] quoted = TestPacket.v4().back().options(1, 1, 1, 0).udp(20000, 80).build();
        assertThat(read(error4(quoted))).isNull();
        ByteBuffer header = ByteBuffer.wrap(quoted.clone());
        header.putShort(10, (short) (header.getShort(10) ^ difference));
        assertThat(read(error4(header.array()))).isEqualTo(DropReason.ICMP_ERROR_QUOTED_CHECKSUM);
        ByteBuffer options = ByteBuffer.wrap(quoted.clone());
        options.putShort(20, (short) (options.getShort(20) ^ difference));
        assertThat(read(error4(options.array()))).as("they count").isEqualTo(DropReason.ICMP_ERROR_QUOTED_CHECKSUM);
        ByteBuffer transport = ByteBuffer.wrap(quoted.clone());
        transport.putShort(30, (short) (transport.getShort(30) ^ difference));
        assertThat(read(error4(transport.array()))).isNull();
    }

    @Test
    @DisplayName("a message about a packet that its destination did not send is named")
    void misdirected() {
        assertThat(read(error4(TestPacket.v4().back().source("192.0.2.66").udp(20000, 80).build())))
                .isEqualTo(DropReason.ICMP_ERROR_MISDIRECTED);
        assertThat(read(error6(TestPacket.v6().back().source("64:ff9b:1::1").udp(80, 40000).build())))
                .isEqualTo(DropReason.ICMP_ERROR_MISDIRECTED);
    }
}
