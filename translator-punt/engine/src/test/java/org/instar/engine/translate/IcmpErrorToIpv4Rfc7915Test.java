// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
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

@DisplayName("RFC 7915 §5.2, §5.3: ICMPv6 error messages to ICMPv4")
class IcmpErrorToIpv4Rfc7915Test {

    private static final String ROUTER6 = "2001:db8:6::1";
    private static final String ROUTER4 = "192.0.2.1";

    private final TestTranslation translation = new TestTranslation();

    /** What was sent to the client: the packet that the errors are about. */
    private static TestPacket sent() {
        return TestPacket.v6().back().hopLimit(1);
    }

    /** The same as the server sent it. */
    private static TestPacket server() {
        return TestPacket.v4().hopLimit(1).flagsAndOffset(0).identification(0);
    }

    private byte[] translate(int type, int code, int parameter, byte... quoted) {
        return translate(translation, TestPacket.v6().source(ROUTER6).icmpError(type, code, parameter, quoted));
    }

    private static byte[] translate(TestTranslation by, TestPacket error) {
        return by.to4(error.build(), TestTranslation.tuple4().setReporter(Ip4.parse(ROUTER4)));
    }

    private static int word(byte[] packet, int offset) {
        return ByteBuffer.wrap(packet).getInt(offset);
    }

    private static byte[] quoted(byte[] error) {
        return Arrays.copyOfRange(error, 28, error.length);
    }

    @ParameterizedTest(name = "{0}/{1} becomes {2}/{3}")
    @DisplayName("§5.2: type and code")
    @CsvSource({"1,0,3,1", "1,1,3,10", "1,2,3,1", "1,3,3,1", "1,4,3,3", "2,0,3,4", "3,0,11,0", "3,1,11,1", "4,0,12,0",
        "4,1,3,2"})
    void typeAndCode(int type, int code, int newType, int newCode) {
        byte[] result = translate(type, code, 0, sent().udp(80, 40000, new byte[9]).build());
        assertThat(result[20]).isEqualTo((byte) newType);
        assertThat(result[21]).isEqualTo((byte) newCode);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(TestChecksum.headerIsRight(result)).isTrue();
    }

    @ParameterizedTest(name = "{0}/{1}")
    @DisplayName("§5.2: codes that are dropped")
    @CsvSource({"1,5", "1,6", "1,255", "4,2", "4,3"})
    void droppedCodes(int type, int code) {
        assertThat(translate(type, code, 0, sent().udp(80, 40000).build())).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
    }

    @ParameterizedTest(name = "pointer {0} becomes {1}")
    @DisplayName("§5.2, figure 6: pointers")
    @CsvSource({"0,0", "1,1", "2,", "3,", "4,2", "5,2", "6,9", "7,8", "8,12", "23,12", "24,16", "39,16", "40,", "255,",
        "-1,", "-2147483648,"})
    void pointers(int pointer, Integer newPointer) {
        byte[] result = translate(4, 0, pointer, sent().udp(80, 40000).build());
        if (newPointer == null) {
            assertThat(result).isNull();
            assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
        } else {
            assertThat(word(result, 24)).isEqualTo(newPointer << 24);
        }
    }

    @ParameterizedTest(name = "MTU {0}, MTUs of the translator {1} and {2}: {3}")
    @DisplayName("§5.2: min(MTU - 20, MTU of IPv4, MTU of IPv6 - 20), no less than 68 (RFC 791)")
    @CsvSource({"1400,1500,1500,1380", "1280,1500,1500,1260", "88,1500,1500,68", "87,1500,1500,68", "0,1500,1500,68",
        "19,1500,1500,68", "65535,1500,1500,1480", "-1,1500,1500,1480", "2147483648,9000,1400,1400",
        "1500,9000,1300,1300", "9000,1400,9000,1380"})
    void packetTooBig(long mtu, int mtu6, int mtu4, int told) {
        TestTranslation other = new TestTranslation(TranslatorSettings.defaults().withMtu6(mtu6).withMtu4(mtu4), 2000);
        byte[] result = translate(other, TestPacket.v6().source(ROUTER6)
                .icmpError(2, 0, (int) mtu, sent().udp(80, 40000).build()));
        assertThat(word(result, 24)).isEqualTo(told);
    }

    @ParameterizedTest(name = "MTU {0}: {1}")
    @DisplayName("§5.2: a fragment header of the quoted packet takes eight bytes more")
    @CsvSource({"1400,1372", "1280,1252", "65535,1472", "90,68"})
    void packetTooBigWithFragmentHeader(int mtu, int told) {
        byte[] quoted = sent().fragmentHeader(0, true, 7).udp(80, 40000, new byte[8]).build();
        assertThat(word(translate(2, 0, mtu, quoted), 24)).isEqualTo(told);
    }

    @Test
    @DisplayName("§5.3: the quoted UDP packet is the server's, time to live as it is; RFC 6146 §3.7: with its ports")
    void quotedUdp() {
        byte[] result = translate(3, 0, 0, sent().trafficClass(0xb8).udp(80, 40000, new byte[] {1, 2, 3}).build());
        assertThat(quoted(result)).isEqualTo(
                server().trafficClass(0xb8).udp(80, 20000, new byte[] {1, 2, 3}).build());
        assertThat(word(result, 24)).isZero();
    }

    @Test
    @DisplayName("§5.3: the quoted TCP segment is the server's, RFC 6146 §3.7: with its ports")
    void quotedTcp() {
        byte[] result = translate(1, 4, 0, sent().tcp(80, 40000, 0x10, new byte[] {1, 2, 3}).build());
        assertThat(quoted(result)).isEqualTo(server().tcp(80, 20000, 0x10, new byte[] {1, 2, 3}).build());
    }

    @ParameterizedTest(name = "type {0}")
    @DisplayName("§5.3: the quoted echo is the server's, RFC 6146 §3.7: with the pool's identifier")
    @CsvSource({"128,8", "129,0"})
    void quotedEcho(int type, int newType) {
        byte[] result = translate(3, 0, 0, sent().icmp(type, 0, 40000, 7, new byte[] {5}).build());
        assertThat(quoted(result)).isEqualTo(server().icmp(newType, 0, 20000, 7, new byte[] {5}).build());
    }

    @ParameterizedTest(name = "{0} bytes of transport")
    @DisplayName("§5.3: a quote that ends early keeps its lengths and what checksum it shows")
    @ValueSource(ints = {8, 9, 15, 16, 18, 19, 20, 63, 64, 65})
    void truncatedQuote(int shown) {
        byte[] data = new byte[100];
        byte[] result = translate(3, 0, 0,
                Arrays.copyOf(sent().tcp(80, 40000, 0x10, data).build(), 40 + shown));
        assertThat(quoted(result)).isEqualTo(
                Arrays.copyOf(server().tcp(80, 20000, 0x10, data).build(), 20 + shown));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§5.3: extension headers of the quoted packet are skipped, a first fragment is one in IPv4")
    void quotedExtensionHeaders() {
        byte[] options = translate(3, 0, 0, sent().extension(60, 0, 0, 1, 4, 0, 0, 0, 0).udp(80, 40000).build());
        assertThat(quoted(options)).isEqualTo(server().udp(80, 20000).build());
        byte[] fragment = translate(3, 0, 0,
                sent().fragmentHeader(0, true, 0x1beef).udp(80, 40000, new byte[8]).build());
        assertThat(quoted(fragment)).isEqualTo(
                server().flagsAndOffset(0x2000).identification(0xbeef).udp(80, 20000, new byte[8]).build());
    }

    @Test
    @DisplayName("§5.3: the quoted packet has DF as it had in IPv4: above 1260 bytes")
    void quotedDontFragment() {
        byte[] data = new byte[1300];
        byte[] result = translate(2, 0, 1280, Arrays.copyOf(sent().udp(80, 40000, data).build(), 1000));
        assertThat(quoted(result)).isEqualTo(
                Arrays.copyOf(server().flagsAndOffset(0x4000).udp(80, 20000, data).build(), 980));
    }

    @Test
    @DisplayName("§5.1, RFC 6791 §3.2: the message comes from the translator's address, its hop limit less one")
    void outerHeader() {
        byte[] quoted = sent().udp(80, 40000).build();
        byte[] result = translate(translation, TestPacket.v6().source(ROUTER6).hopLimit(9).trafficClass(0xc0)
                .icmpError(3, 0, 0, quoted));
        ByteBuffer header = ByteBuffer.wrap(result);
        assertThat(result).hasSize(20 + 8 + 28);
        assertThat(header.getShort(0)).isEqualTo((short) 0x45c0);
        assertThat(header.getShort(2)).isEqualTo((short) result.length);
        assertThat(header.getShort(6)).isZero();
        assertThat(header.getShort(8)).isEqualTo((short) 0x0801);
        assertThat(Ip4.toString(header.getInt(12))).isEqualTo(ROUTER4);
        assertThat(Ip4.toString(header.getInt(16))).isEqualTo(TestPacket.SERVER4);
    }

    @Test
    @DisplayName("RFC 6146 §3.7: without a reporter the message comes from the tuple's source")
    void noReporter() {
        byte[] result = translation.to4(TestPacket.v6().source(ROUTER6)
                .icmpError(3, 0, 0, sent().udp(80, 40000).build()));
        assertThat(Ip4.toString(word(result, 12))).isEqualTo(TestPacket.POOL4);
    }

    @Test
    @DisplayName("§5: the message is cut at the MTU rather than fragmented")
    void longQuote() {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu4(576), 2000);
        byte[] result = translate(narrow, TestPacket.v6().source(ROUTER6)
                .icmpError(3, 0, 0, sent().udp(80, 40000, new byte[1000]).build()));
        assertThat(result).hasSize(576);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(narrow.nextFragment()).isNull();
    }

    @ParameterizedTest(name = "{0}/{1}, {2} bytes quoted, {3} of extension: length {4}, {5} of extension")
    @DisplayName("RFC 4884 §4: the length attribute counts fours of bytes, at least 128; the extension stays")
    @CsvSource({"3,0,128,8,32,8", "3,0,152,12,33,12", "1,0,512,20,123,20", "1,4,1032,40,253,40", "1,4,1048,40,255,40"})
    void extensions(int type, int code, int quotedLength, int extensionLength, int length, int newLength) {
        byte[] data = new byte[quotedLength - 48];
        byte[] extension = new byte[extensionLength];
        Arrays.fill(extension, (byte) 0xee);
        byte[] quote = sent().udp(80, 40000, data).build();
        byte[] both = ByteBuffer.allocate(quotedLength + extensionLength).put(quote).put(extension).array();
        byte[] result = translate(type, code, quotedLength / 8 << 24, both);
        byte[] expected = server().udp(80, 20000, data).build();
        assertThat(quoted(result)).startsWith(Arrays.copyOf(expected, Math.min(expected.length, 1020)));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(word(result, 24)).isEqualTo(length << 16);
        assertThat(result).hasSize(28 + length * 4 + newLength).endsWith(Arrays.copyOf(extension, newLength));
    }

    @Test
    @DisplayName("needs room for the whole message and writes nothing without")
    void room() {
        byte[] quote = sent().udp(80, 40000).build();
        for (int room = 0; room < 56; room += 11) {
            TestTranslation tight = new TestTranslation(TranslatorSettings.defaults(), room);
            assertThat(translate(tight, TestPacket.v6().source(ROUTER6).icmpError(3, 0, 0, quote))).isNull();
            assertThat(tight.reason()).isEqualTo(DropReason.OUTPUT_TOO_SMALL);
        }
    }
}
