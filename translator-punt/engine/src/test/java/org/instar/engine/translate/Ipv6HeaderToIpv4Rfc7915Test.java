// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §5.1: IPv6 header to IPv4 header")
class Ipv6HeaderToIpv4Rfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    @Test
    @DisplayName("§5.1: version 4, header length 5, total length, offset 0, protocol, header checksum")
    void fixedFields() {
        byte[] result = translation.to4(TestPacket.v6().tcp(40000, 80, 0x10, new byte[5]));
        ByteBuffer header = ByteBuffer.wrap(result);
        assertThat(result[0]).isEqualTo((byte) 0x45);
        assertThat(header.getShort(2)).isEqualTo((short) 45);
        assertThat(header.getShort(6)).isZero();
        assertThat(result[9]).isEqualTo((byte) 6);
        assertThat(TestChecksum.headerIsRight(result)).isTrue();
        assertThat(result).hasSize(45);
    }

    @ParameterizedTest
    @DisplayName("§5.1: type of service octet is copied from the traffic class, all 8 bits")
    @ValueSource(ints = {0, 1, 2, 3, 0x10, 0xb8, 0xff})
    void trafficClass(int value) {
        for (byte[] result : oneOfEachKind(TestPacket.v6().trafficClass(value))) {
            assertThat(result[1] & 0xff).isEqualTo(value);
        }
    }

    /** A packet in one piece, both fragments of one that is cut, and an ICMP error message. */
    private static List<byte[]> oneOfEachKind(TestPacket packet) {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu4(1000), 2000);
        List<byte[]> results = new ArrayList<>();
        results.add(narrow.to4(packet.udp(40000, 80)));
        results.addAll(narrow.allTo4(packet.udp(40000, 80, new byte[1200])));
        byte[] sent = TestPacket.v6().back().udp(80, 40000).build();
        results.add(narrow.to4(packet.icmpError(3, 0, 0, sent)));
        assertThat(results).hasSize(4);
        return results;
    }

    @ParameterizedTest(name = "{0} bytes: DF {1}")
    @DisplayName("§5.1: don't fragment is clear up to 1260 bytes and set above")
    @CsvSource({"28, 0", "1259, 0", "1260, 0", "1261, 0x4000", "1500, 0x4000"})
    void dontFragment(int length, String flags) {
        byte[] result = translation.to4(TestPacket.v6().udp(1, 2, new byte[length - 28]));
        assertThat(result).hasSize(length);
        assertThat(ByteBuffer.wrap(result).getShort(6)).isEqualTo(Integer.decode(flags).shortValue());
    }

    @Test
    @DisplayName("§5.1: identification comes from a generator: no value twice within 32768 packets, no plain counter")
    void identification() {
        TestTranslation small = new TestTranslation(TranslatorSettings.defaults(), 60);
        Set<Short> seen = new HashSet<>();
        int successors = 0;
        short last = 0;
        byte[] in = TestPacket.v6().udp(1, 2).build();
        for (int i = 0; i < 32768; i++) {
            short identification = ByteBuffer.wrap(small.to4(in, TestTranslation.tuple4())).getShort(4);
            assertThat(seen.add(identification)).isTrue();
            successors += identification == (short) (last + 1) ? 1 : 0;
            last = identification;
        }
        assertThat(successors).isLessThan(300);
    }

    @ParameterizedTest
    @DisplayName("§5.1: hop limit is decremented once")
    @CsvSource({"255, 254", "64, 63", "2, 1"})
    void hopLimit(int before, int after) {
        for (byte[] result : oneOfEachKind(TestPacket.v6().hopLimit(before))) {
            assertThat(result[8] & 0xff).isEqualTo(after);
        }
    }

    @ParameterizedTest
    @DisplayName("§5.1: a hop limit that would become zero is not forwarded")
    @ValueSource(ints = {0, 1})
    void expires(int hopLimit) {
        assertThat(translation.to4(TestPacket.v6().hopLimit(hopLimit).udp(1, 2))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.HOP_LIMIT_EXCEEDED);
        assertThat(translation.to4(TestPacket.v6().hopLimit(hopLimit).fragmentHeader(0, false, 1).udp(1, 2))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.HOP_LIMIT_EXCEEDED);
        assertThat(translation.to4(TestPacket.v6().hopLimit(hopLimit + 2).udp(1, 2))[8] & 0xff)
                .isEqualTo(hopLimit + 1);
    }

    @Test
    @DisplayName("§5.1: addresses are those of the outgoing tuple (RFC 6146 §3.7)")
    void addresses() {
        for (byte[] packet : oneOfEachKind(TestPacket.v6())) {
            ByteBuffer result = ByteBuffer.wrap(packet);
            assertThat(Ip4.toString(result.getInt(12))).isEqualTo(TestPacket.POOL4);
            assertThat(Ip4.toString(result.getInt(16))).isEqualTo(TestPacket.SERVER4);
        }
    }

    @ParameterizedTest
    @DisplayName("§5.1: an illegal source address is discarded")
    @ValueSource(strings = {"::", "::1", "ff02::1", "fe80::1", "febf::1", "::ffff:192.0.2.1"})
    void illegalSource(String source) {
        assertThat(translation.to4(TestPacket.v6().source(source).udp(1, 2))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ILLEGAL_SOURCE_ADDRESS);
    }

    @ParameterizedTest
    @DisplayName("§5.1: neighbours of the illegal ranges are translated")
    @ValueSource(strings = {"::2", "fec0::1", "fd00::1", "fe00::1", "2001:db8::"})
    void legalSource(String source) {
        assertThat(translation.to4(TestPacket.v6().source(source).udp(1, 2))).isNotNull();
    }

    @ParameterizedTest(name = "MTU {0}, IPv6 length {1}: {2}")
    @DisplayName("§5: what exceeds the IPv4 MTU is too big if it is longer than 1280 bytes")
    @CsvSource({"1400, 1420,", "1400, 1421, PACKET_TOO_BIG", "1260, 1280,", "1260, 1281, PACKET_TOO_BIG", "68, 88,"})
    void mtu(int mtu4, int length, DropReason reason) {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu4(mtu4), 2000);
        byte[] result = narrow.to4(TestPacket.v6().udp(1, 2, new byte[length - 48]));
        assertThat(narrow.reason()).isEqualTo(reason);
        if (reason == null) {
            assertThat(result).hasSize(length - 20);
        }
    }
}
