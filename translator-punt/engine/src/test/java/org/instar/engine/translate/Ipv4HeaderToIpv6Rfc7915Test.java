// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.instar.engine.DropReason;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip6;
import org.instar.engine.icmp.IcmpError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §4.1: IPv4 header to IPv6 header")
class Ipv4HeaderToIpv6Rfc7915Test {

    private static final int DF = 0x4000;

    private final TestTranslation translation = new TestTranslation();

    @Test
    @DisplayName("§4.1: version 6, flow label 0, payload length without the IPv4 header, protocol as next header")
    void fixedFields() {
        ByteBuffer result = ByteBuffer.wrap(translation.to6(TestPacket.v4().tcp(80, 20000, 0x10, new byte[5])));
        assertThat(result.getInt(0)).isEqualTo(0x60000000);
        assertThat(result.getShort(4)).isEqualTo((short) 25);
        assertThat(result.get(6)).isEqualTo((byte) 6);
        assertThat(result.capacity()).isEqualTo(65);
    }

    @ParameterizedTest
    @DisplayName("§4.1: traffic class is copied from the type of service octet, all 8 bits")
    @ValueSource(ints = {0, 1, 2, 3, 0x10, 0xb8, 0xff})
    void trafficClass(int value) {
        for (byte[] result : oneOfEachKind(TestPacket.v4().trafficClass(value))) {
            assertThat(ByteBuffer.wrap(result).getInt(0)).isEqualTo(0x60000000 | value << 20);
        }
    }

    /** A packet in one piece, both fragments of one that is cut, and an ICMP error message. */
    private List<byte[]> oneOfEachKind(TestPacket packet) {
        List<byte[]> results = new ArrayList<>();
        results.add(translation.to6(packet.udp(80, 20000)));
        byte[] sent = TestPacket.v4().back().udp(20000, 80).build();
        results.add(translation.to6(packet.icmpError(11, 0, 0, sent)));
        results.addAll(translation.allTo6(packet.flagsAndOffset(0).udp(80, 20000, new byte[1400])));
        assertThat(results).hasSize(4);
        return results;
    }

    @ParameterizedTest(name = "protocol {0}")
    @DisplayName("§4.1: next header is the protocol, in fragments that of the fragment header; ICMPv4 becomes ICMPv6")
    @CsvSource({"1, 58", "6, 6", "17, 17"})
    void nextHeader(int protocol, int nextHeader) {
        byte[] transport = new byte[1400];
        System.arraycopy(TestPacket.bytes(8, 0, 0, 0, 5, 120, 0, 1, 0, 0, 0, 0, 0x50, 0x10), 0, transport, 0, 14);
        TestPacket packet = TestPacket.v4().transport(protocol, transport);
        assertThat(translation.to6(packet)[6]).isEqualTo((byte) nextHeader);
        List<byte[]> fragments = translation.allTo6(packet.flagsAndOffset(0));
        assertThat(fragments).hasSize(2).allSatisfy(fragment -> {
            assertThat(fragment[6]).isEqualTo((byte) 44);
            assertThat(fragment[40]).isEqualTo((byte) nextHeader);
        });
    }

    @ParameterizedTest
    @DisplayName("§4.1: time to live is decremented once")
    @CsvSource({"255, 254", "64, 63", "2, 1"})
    void hopLimit(int before, int after) {
        for (byte[] result : oneOfEachKind(TestPacket.v4().hopLimit(before))) {
            assertThat(result[7] & 0xff).isEqualTo(after);
        }
    }

    @ParameterizedTest
    @DisplayName("§4.1: a time to live that would become zero is not forwarded")
    @ValueSource(ints = {0, 1})
    void expires(int hopLimit) {
        assertThat(translation.to6(TestPacket.v4().hopLimit(hopLimit).udp(80, 20000))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.HOP_LIMIT_EXCEEDED);
        byte[] large = new byte[1400];
        assertThat(translation.to6(TestPacket.v4().hopLimit(hopLimit).flagsAndOffset(0).udp(80, 20000, large)))
                .isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.HOP_LIMIT_EXCEEDED);
        assertThat(translation.to6(TestPacket.v4().hopLimit(hopLimit + 2).udp(80, 20000))[7] & 0xff)
                .isEqualTo(hopLimit + 1);
    }

    @Test
    @DisplayName("§4.1: addresses are those of the outgoing tuple (RFC 6146 §3.7)")
    void addresses() {
        for (byte[] packet : oneOfEachKind(TestPacket.v4())) {
            ByteBuffer result = ByteBuffer.wrap(packet);
            assertThat(Ip6.of(result.getLong(8), result.getLong(16))).hasToString(TestPacket.SERVER6);
            assertThat(Ip6.of(result.getLong(24), result.getLong(32))).hasToString(TestPacket.CLIENT6);
        }
    }

    @ParameterizedTest
    @DisplayName("§4.1: an illegal source address is discarded")
    @ValueSource(strings = {"0.0.0.0", "0.1.2.3", "127.0.0.1", "127.255.255.255", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "169.254.0.1"})
    void illegalSource(String source) {
        assertThat(translation.to6(TestPacket.v4().source(source).udp(80, 20000))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ILLEGAL_SOURCE_ADDRESS);
    }

    @ParameterizedTest
    @DisplayName("§4.1: neighbours of the illegal ranges are translated")
    @ValueSource(strings = {"1.0.0.0", "126.255.255.255", "128.0.0.1", "223.255.255.255", "169.253.0.1", "10.0.0.1"})
    void legalSource(String source) {
        assertThat(translation.to6(TestPacket.v4().source(source).udp(80, 20000))).isNotNull();
    }

    @ParameterizedTest(name = "MTU {0}, IPv4 length {1}, DF {2}: {3}")
    @DisplayName("§1.4, §4.1: what exceeds the IPv6 MTU is too big with DF, and fragmented without")
    @CsvSource({"1500, 1480, true,", "1500, 1481, true, PACKET_TOO_BIG", "1280, 1260, true,",
        "1280, 1261, true, PACKET_TOO_BIG", "1280, 1260, false,", "1280, 1261, false,",
        "1500, 1481, false,"})
    void mtu(int mtu6, int length, boolean dontFragment, DropReason reason) {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu6(mtu6), 2000);
        TestPacket packet = TestPacket.v4().flagsAndOffset(dontFragment ? DF : 0);
        List<byte[]> results = narrow.allTo6(packet.udp(80, 20000, new byte[length - 28]));
        if (reason != null) {
            assertThat(results).isEmpty();
            assertThat(narrow.reason()).isEqualTo(reason);
            assertThat(reason.icmpError()).isEqualTo(IcmpError.PACKET_TOO_BIG);
        } else if (length + 20 <= mtu6) {
            assertThat(results).hasSize(1);
            assertThat(results.get(0)).hasSize(length + 20);
        } else {
            assertThat(results).hasSize(2)
                    .allSatisfy(result -> assertThat(result.length).isLessThanOrEqualTo(mtu6));
        }
    }

    @Test
    @DisplayName("RFC 1812 §5.2.2: a wrong header checksum is discarded")
    void headerChecksum() {
        byte[] packet = TestPacket.v4().udp(80, 20000).build();
        packet[10] ^= 1;
        assertThat(translation.to6(packet, TestTranslation.tuple6())).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.BAD_HEADER_CHECKSUM);
    }
}
