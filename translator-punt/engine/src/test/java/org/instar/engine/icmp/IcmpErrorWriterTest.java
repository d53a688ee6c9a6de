// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §4.4, §5.4: ICMP errors of the translator's own")
class IcmpErrorWriterTest {

    private static final String GATEWAY6 = "2001:db8:6::1";
    private static final String GATEWAY4 = "192.0.2.1";
    private static final IcmpErrorSettings SETTINGS = IcmpErrorSettings.of(Ip6.parse(GATEWAY6), Ip4.parse(GATEWAY4));

    private final ByteBuffer out = ByteBuffer.allocateDirect(1400);

    private IcmpErrorWriter writer = new IcmpErrorWriter(SETTINGS, TranslatorSettings.defaults());

    /** The message about a packet, or null. */
    private byte[] write(IcmpError error, TestPacket about) {
        return write(error, about.build(), 0);
    }

    private byte[] write(IcmpError error, byte[] about, long now) {
        for (int i = 0; i < out.capacity(); i++) {
            out.put(i, (byte) 0xa5);
        }
        ByteBuffer in = TestPacket.direct(about);
        int length = about.length > 0 && about[0] >>> 4 == 6 ? writer.write6(error, in, 0, about.length, out, 10, now)
                : writer.write4(error, in, 0, about.length, out, 10, now);
        byte[] all = new byte[out.capacity()];
        out.duplicate().get(all);
        assertThat(Arrays.copyOf(all, 10)).containsOnly(0xa5);
        assertThat(Arrays.copyOfRange(all, 10 + length, all.length)).containsOnly(0xa5);
        return length == 0 ? null : Arrays.copyOfRange(all, 10, 10 + length);
    }

    @ParameterizedTest
    @DisplayName("RFC 7915 §5.4, RFC 4443: type, code, addresses, checksum and quote of each ICMPv6 error")
    @CsvSource({"HOP_LIMIT_EXCEEDED,3,0", "PACKET_TOO_BIG,2,0", "UNKNOWN_TRANSPORT,1,4",
        "ADMINISTRATIVELY_PROHIBITED,1,1",
        "ADDRESS_UNREACHABLE,1,3", "NO_ROUTE,1,0"})
    void errors6(IcmpError error, int type, int code) {
        TestPacket about = TestPacket.v6().udp(40000, 80, new byte[20]);
        byte[] result = write(error, about);
        ByteBuffer message = ByteBuffer.wrap(result);
        assertThat(result[40]).isEqualTo((byte) type);
        assertThat(result[41]).isEqualTo((byte) code);
        assertThat(message.getInt(0)).isEqualTo(6 << 28);
        assertThat(message.getShort(4)).isEqualTo((short) (result.length - 40));
        assertThat(result[6]).isEqualTo((byte) 58);
        assertThat(Ip6.of(Arrays.copyOfRange(result, 8, 24))).hasToString(GATEWAY6);
        assertThat(Ip6.of(Arrays.copyOfRange(result, 24, 40))).hasToString(TestPacket.CLIENT6);
        assertThat(message.getInt(44)).isEqualTo(error == IcmpError.PACKET_TOO_BIG ? 1500 : 0);
        assertThat(Arrays.copyOfRange(result, 48, result.length)).isEqualTo(about.build());
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @ParameterizedTest
    @DisplayName("RFC 7915 §4.4, RFC 1812: type, code, addresses, checksums and quote of each ICMPv4 error")
    @CsvSource({"HOP_LIMIT_EXCEEDED,11,0", "PACKET_TOO_BIG,3,4", "UNKNOWN_TRANSPORT,3,2",
        "ADMINISTRATIVELY_PROHIBITED,3,13", "SOURCE_ROUTE_FAILED,3,5", "ADDRESS_UNREACHABLE,3,1", "NO_ROUTE,3,0"})
    void errors4(IcmpError error, int type, int code) {
        TestPacket about = TestPacket.v4().udp(80, 20000, new byte[20]);
        byte[] result = write(error, about);
        ByteBuffer message = ByteBuffer.wrap(result);
        assertThat(result[20]).isEqualTo((byte) type);
        assertThat(result[21]).isEqualTo((byte) code);
        assertThat(message.getShort(2)).isEqualTo((short) result.length);
        assertThat(Ip4.toString(message.getInt(12))).isEqualTo(GATEWAY4);
        assertThat(Ip4.toString(message.getInt(16))).isEqualTo(TestPacket.SERVER4);
        assertThat(message.getInt(24)).isEqualTo(error == IcmpError.PACKET_TOO_BIG ? 1480 : 0);
        assertThat(Arrays.copyOfRange(result, 28, result.length)).isEqualTo(about.build());
        assertThat(TestChecksum.headerIsRight(result)).isTrue();
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("RFC 7915 §5.1: segments left are told with the position of the field, and nothing but them")
    void segmentsLeft() {
        byte[] result = write(IcmpError.SEGMENTS_LEFT,
                TestPacket.v6().extension(0, 0, 0, 1, 0, 0, 0, 0, 0).extension(43, 0, 0, 0, 1, 0, 0, 0, 0).udp(1, 2));
        assertThat(ByteBuffer.wrap(result).getShort(40)).isEqualTo((short) 0x0400);
        assertThat(ByteBuffer.wrap(result).getInt(44)).isEqualTo(51);
        assertThat(write(IcmpError.SEGMENTS_LEFT, TestPacket.v6().udp(1, 2))).isNull();
    }

    @ParameterizedTest(name = "MTUs {0} and {1}: {2} to IPv6, {3} to IPv4, {4} to IPv4 about a fragment")
    @DisplayName("RFC 7915 §4.1, §5.1.1: the MTU told is what fits after translation")
    @CsvSource({"1500,1500,1500,1480,1472", "1500,1400,1420,1480,1472", "1280,1500,1280,1260,1252",
        "1500,576,1280,1480,1472",
        "9000,9000,9000,8980,8972"})
    void mtu(int mtu6, int mtu4, int to6, int to4, int to4AboutFragment) {
        writer = new IcmpErrorWriter(SETTINGS, TranslatorSettings.defaults().withMtu6(mtu6).withMtu4(mtu4));
        byte[] about6 = write(IcmpError.PACKET_TOO_BIG, TestPacket.v6().udp(1, 2));
        assertThat(ByteBuffer.wrap(about6).getInt(44)).isEqualTo(to6);
        byte[] about4 = write(IcmpError.PACKET_TOO_BIG, TestPacket.v4().udp(1, 2));
        assertThat(ByteBuffer.wrap(about4).getInt(24)).isEqualTo(to4);
        TestPacket fragment = TestPacket.v4().flagsAndOffset(0x6000).udp(1, 2);
        assertThat(ByteBuffer.wrap(write(IcmpError.PACKET_TOO_BIG, fragment)).getInt(24)).isEqualTo(to4AboutFragment);
    }

    @Test
    @DisplayName("RFC 4443 §2.4 c, RFC 1812 §4.3.2.3: as much as fits into 1280 and 576 bytes is quoted")
    void quotes() {
        byte[] long6 = TestPacket.v6().udp(1, 2, new byte[1400]).build();
        assertThat(write(IcmpError.PACKET_TOO_BIG, long6, 0)).hasSize(1280).endsWith(Arrays.copyOf(long6, 1232));
        byte[] long4 = TestPacket.v4().udp(1, 2, new byte[1400]).build();
        assertThat(write(IcmpError.PACKET_TOO_BIG, long4, 0)).hasSize(576).endsWith(Arrays.copyOf(long4, 548));
        byte[] short6 = TestPacket.v6().udp(1, 2).build();
        assertThat(write(IcmpError.NO_ROUTE, Arrays.copyOf(short6, 60), 0)).hasSize(96).endsWith(short6);
        byte[] short4 = TestPacket.v4().udp(1, 2).build();
        assertThat(write(IcmpError.NO_ROUTE, Arrays.copyOf(short4, 60), 0)).hasSize(56).endsWith(short4);
    }

    @ParameterizedTest(name = "ICMPv6 type {0}: {1}")
    @DisplayName("RFC 4443 §2.4 e.1, e.2: no error about an ICMPv6 error or redirect, behind extension headers either")
    @CsvSource({"1,false", "2,false", "3,false", "4,false", "100,false", "127,false", "128,true", "129,true",
        "137,false"})
    void aboutErrors6(int type, boolean answered) {
        assertThat(write(IcmpError.HOP_LIMIT_EXCEEDED, TestPacket.v6().icmp(type, 0, 0, 0)) != null)
                .isEqualTo(answered);
        assertThat(write(IcmpError.HOP_LIMIT_EXCEEDED, TestPacket.v6().extension(60, 0, 0, 1, 0, 0, 0, 0, 0)
                .fragmentHeader(0, true, 1).icmp(type, 0, 0, 0)) != null).isEqualTo(answered);
        assertThat(write(IcmpError.ADMINISTRATIVELY_PROHIBITED, TestPacket.v6().icmp(type, 0, 0, 0))).isNull();
    }

    @ParameterizedTest(name = "ICMPv4 type {0}: {1}")
    @DisplayName("RFC 7915 §4.4, RFC 1122 §3.2.2: no error about an ICMPv4 error, nor what may be one")
    @CsvSource({"0,true", "3,false", "4,false", "5,false", "8,true", "11,false", "12,false", "13,true", "41,false"})
    void aboutErrors4(int type, boolean answered) {
        assertThat(write(IcmpError.HOP_LIMIT_EXCEEDED, TestPacket.v4().icmp(type, 0, 0, 0)) != null)
                .isEqualTo(answered);
        assertThat(write(IcmpError.HOP_LIMIT_EXCEEDED, TestPacket.v4().options(1, 1, 1, 0).icmp(type, 0, 0, 0)) != null)
                .isEqualTo(answered);
    }

    @ParameterizedTest
    @DisplayName("RFC 4443 §2.4 e.6: no error to a source that is no single node")
    @ValueSource(strings = {"::", "::1", "ff02::1", "fe80::1"})
    void sources6(String source) {
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v6().source(source).udp(1, 2))).isNull();
        assertThat(writer.refused()).isEqualTo(1);
    }

    @ParameterizedTest
    @DisplayName("RFC 1122 §3.2.2: no error to a source that is no single host")
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"})
    void sources4(String source) {
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().source(source).udp(1, 2))).isNull();
        assertThat(writer.refused()).isEqualTo(1);
    }

    @Test
    @DisplayName("RFC 4443 §2.4 e.3, RFC 1122 §3.2.2: no error about multicast or a later fragment")
    void multicastAndFragments() {
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v6().destination("ff0e::1").udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().destination("224.0.0.5").udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().destination("255.255.255.255").udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().flagsAndOffset(1).udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v6().fragmentHeader(8, true, 1).udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().flagsAndOffset(0x2000).udp(1, 2))).isNotNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v6().fragmentHeader(0, true, 1).udp(1, 2))).isNotNull();
    }

    @ParameterizedTest
    @DisplayName("bytes that are no packet, or too few, are not answered")
    @EnumSource
    void noPacket(IcmpError error) {
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 0x6f);
            assertThat(write(error, bytes, 0)).isNull();
            Arrays.fill(bytes, (byte) 0x4f);
            assertThat(write(error, bytes, 0)).isNull();
        }
        byte[] icmpOfNothing = TestPacket.v6().transport(58).build();
        assertThat(write(error, icmpOfNothing, 0)).isNull();
        assertThat(write(error, TestPacket.v4().transport(1).build(), 0)).isNull();
        assertThat(write(error, TestPacket.v6().transport(60, new byte[4]).build(), 0)).isNull();
    }

    @Test
    @DisplayName("RFC 4443 §2.4 f: the rate is limited for each version; what may not be answered costs nothing")
    void rate() {
        writer = new IcmpErrorWriter(SETTINGS.withRate(1, 3), TranslatorSettings.defaults());
        byte[] about6 = TestPacket.v6().udp(1, 2).build();
        byte[] about4 = TestPacket.v4().udp(1, 2).build();
        for (int i = 0; i < 10; i++) {
            write(IcmpError.NO_ROUTE, TestPacket.v6().source("::").udp(1, 2).build(), 0);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(write(IcmpError.NO_ROUTE, about6, 0)).isNotNull();
            assertThat(write(IcmpError.NO_ROUTE, about4, 0)).isNotNull();
        }
        assertThat(write(IcmpError.NO_ROUTE, about6, 999_999_999L)).isNull();
        assertThat(write(IcmpError.NO_ROUTE, about6, 1_000_000_000L)).isNotNull();
        assertThat(writer.sent()).isEqualTo(7);
        assertThat(writer.rateLimited()).isEqualTo(1);
        assertThat(writer.refused()).isEqualTo(10);
    }

    @Test
    @DisplayName("RFC 4443 §2.4 f, RFC 6864 §4.3: several translators share rate and identifications")
    void shares() {
        TestPacket about = TestPacket.v4().udp(1, 2);
        Set<Integer> identifications = new HashSet<>();
        for (int part = 0; part < 3; part++) {
            writer = new IcmpErrorWriter(SETTINGS.withRate(3, 7), TranslatorSettings.defaults().withPart(part, 3));
            for (int i = 0; i < 7; i++) {
                write(IcmpError.NO_ROUTE, TestPacket.v6().udp(1, 2));
                byte[] result = write(IcmpError.NO_ROUTE, about);
                if (result != null) {
                    int identification = ByteBuffer.wrap(result).getShort(4);
                    assertThat(identification & 3).isEqualTo(part);
                    identifications.add(identification);
                }
            }
            assertThat(writer.sent()).isEqualTo(part == 0 ? 6 : 4);
            assertThat(write(IcmpError.NO_ROUTE, about.build(), 999_999_999L)).isNull();
            assertThat(write(IcmpError.NO_ROUTE, about.build(), 1_000_000_000L)).isNotNull();
        }
        assertThat(identifications).hasSize(7);
    }

    @Test
    @DisplayName("RFC 7915 §4.4, §5.4: errors can be switched off")
    void disabled() {
        writer = new IcmpErrorWriter(SETTINGS.withEnabled(false), TranslatorSettings.defaults());
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v6().udp(1, 2))).isNull();
        assertThat(write(IcmpError.NO_ROUTE, TestPacket.v4().udp(1, 2))).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> SETTINGS.withRate(0, 1))
                .withMessage("perSecond is 1 to 1000000, not 0");
    }

    @Test
    void needsRoom() {
        byte[] about = TestPacket.v6().udp(1, 2).build();
        ByteBuffer small = ByteBuffer.allocateDirect(95);
        assertThat(writer.write6(IcmpError.NO_ROUTE, TestPacket.direct(about), 0, 48, small, 0, 0)).isZero();
        assertThat(writer.write6(IcmpError.NO_ROUTE, TestPacket.direct(about), 0, 48, small, -1, 0)).isZero();
        assertThat(writer.write6(IcmpError.NO_ROUTE, TestPacket.direct(about), -1, 48, out, 0, 0)).isZero();
        assertThat(writer.write6(IcmpError.NO_ROUTE, TestPacket.direct(about), 0, 49, out, 0, 0)).isZero();
    }

    @Test
    @DisplayName("RFC 6146 §3.4, RFC 7915 §4.1, §5.1: which drops are told")
    void dropsThatAreTold() {
        assertThat(DropReason.UNKNOWN_TRANSPORT.icmpError()).isEqualTo(IcmpError.UNKNOWN_TRANSPORT);
        assertThat(DropReason.HOP_LIMIT_EXCEEDED.icmpError()).isEqualTo(IcmpError.HOP_LIMIT_EXCEEDED);
        assertThat(DropReason.PACKET_TOO_BIG.icmpError()).isEqualTo(IcmpError.PACKET_TOO_BIG);
        assertThat(DropReason.SOURCE_ROUTE.icmpError()).isEqualTo(IcmpError.SOURCE_ROUTE_FAILED);
        assertThat(DropReason.SEGMENTS_LEFT.icmpError()).isEqualTo(IcmpError.SEGMENTS_LEFT);
        for (DropReason silent : List.of(DropReason.ICMP_ERROR_ABOUT_ERROR, DropReason.ICMP_ERROR_WITHOUT_TUPLE,
                DropReason.ICMP_TYPE_NOT_TRANSLATED, DropReason.ILLEGAL_SOURCE_ADDRESS)) {
            assertThat(silent.icmpError()).isNull();
        }
    }
}
