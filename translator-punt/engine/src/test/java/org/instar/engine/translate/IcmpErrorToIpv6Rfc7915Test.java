// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §4.2, §4.3: ICMPv4 error messages to ICMPv6")
class IcmpErrorToIpv6Rfc7915Test {

    private static final String ROUTER4 = "198.51.100.1";
    private static final String ROUTER6 = "64:ff9b:1::c633:6401";

    private final TestTranslation translation = new TestTranslation();

    /** What the pool address sent: the packet that the errors are about. */
    private static TestPacket sent() {
        return TestPacket.v4().back().hopLimit(1).flagsAndOffset(0);
    }

    /** The same as the client sent it. */
    private static TestPacket client() {
        return TestPacket.v6().hopLimit(1).flowLabel(0);
    }

    private byte[] translate(int type, int code, int parameter, byte... quoted) {
        return translate(translation, TestPacket.v4().source(ROUTER4).icmpError(type, code, parameter, quoted));
    }

    private static byte[] translate(TestTranslation by, TestPacket error) {
        Ip6 router = Ip6.parse(ROUTER6);
        return by.to6(error.build(), TestTranslation.tuple6().setReporter(router.high(), router.low()));
    }

    private static int word(byte[] packet, int offset) {
        return ByteBuffer.wrap(packet).getInt(offset);
    }

    @ParameterizedTest(name = "{0}/{1} becomes {2}/{3}")
    @DisplayName("§4.2: type and code")
    @CsvSource({"3,0,1,0", "3,1,1,0", "3,2,4,1", "3,3,1,4", "3,4,2,0", "3,5,1,0", "3,6,1,0", "3,7,1,0", "3,8,1,0",
        "3,9,1,1", "3,10,1,1", "3,11,1,0", "3,12,1,0", "3,13,1,1", "3,15,1,1", "11,0,3,0", "11,1,3,1", "12,0,4,0",
        "12,2,4,0"})
    void typeAndCode(int type, int code, int newType, int newCode) {
        byte[] result = translate(type, code, 0, sent().udp(20000, 80, new byte[9]).build());
        assertThat(result[40]).isEqualTo((byte) newType);
        assertThat(result[41]).isEqualTo((byte) newCode);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @ParameterizedTest(name = "{0}/{1}")
    @DisplayName("§4.2: codes that are dropped")
    @CsvSource({"3,14", "3,16", "3,255", "12,1", "12,3"})
    void droppedCodes(int type, int code) {
        assertThat(translate(type, code, 0, sent().udp(20000, 80).build())).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
    }

    @ParameterizedTest(name = "pointer {0} becomes {1}")
    @DisplayName("§4.2, figure 3: pointers")
    @CsvSource({"0,0", "1,1", "2,4", "3,4", "4,", "5,", "6,", "7,", "8,7", "9,6", "10,", "11,", "12,8", "15,8",
        "16,24", "19,24", "20,", "255,"})
    void pointers(int pointer, Integer newPointer) {
        byte[] result = translate(12, 0, pointer << 24, sent().udp(20000, 80).build());
        if (newPointer == null) {
            assertThat(result).isNull();
            assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
        } else {
            assertThat(word(result, 44)).isEqualTo(newPointer);
        }
    }

    @Test
    @DisplayName("§4.2: protocol unreachable points to the next header field")
    void protocolUnreachable() {
        assertThat(word(translate(3, 2, 0, sent().udp(20000, 80).build()), 44)).isEqualTo(6);
    }

    @ParameterizedTest(name = "MTU {0}, MTUs of the translator {1} and {2}: {3}")
    @DisplayName("§4.2: max(1280, min(MTU + 20, MTU of IPv6, MTU of IPv4 + 20))")
    @CsvSource({"1400,1500,1500,1420", "1260,1500,1500,1280", "1259,1500,1500,1280", "1,1500,1500,1280",
        "65535,1500,1500,1500", "1480,1500,1500,1500", "1481,1500,1500,1500", "9000,9000,1300,1320",
        "9000,9000,68,1280", "1300,1310,1500,1310"})
    void packetTooBig(int mtu, int mtu6, int mtu4, int told) {
        TestTranslation other = new TestTranslation(TranslatorSettings.defaults().withMtu6(mtu6).withMtu4(mtu4), 2000);
        byte[] result = translate(other, TestPacket.v4().source(ROUTER4)
                .icmpError(3, 4, mtu, sent().udp(20000, 80).build()));
        assertThat(word(result, 44)).isEqualTo(told);
    }

    @ParameterizedTest(name = "total length {0}: {1}")
    @DisplayName("§4.2: an MTU of zero makes the greatest plateau below the total length, at least 1280")
    @CsvSource({"1500,1492", "1493,1492", "1492,1280", "1280,1280", "40,1280", "2003,2002", "2002,1492", "9000,8166",
        "17914,8166", "17915,17914", "32001,32000",
        "65535,32000", "8167,8166", "8166,4352", "4353,4352", "4352,2002"})
    void plateaus(int totalLength, int told) {
        TestTranslation jumbo = new TestTranslation(
                TranslatorSettings.defaults().withMtu6(65535).withMtu4(65535), 2000);
        byte[] quoted = sent().udp(20000, 80).build();
        ByteBuffer header = ByteBuffer.wrap(quoted).putShort(2, (short) totalLength).putShort(10, (short) 0);
        header.putShort(10, (short) InternetChecksum.ofSum(InternetChecksum.sum(header, 0, 20)));
        byte[] result = translate(jumbo, TestPacket.v4().source(ROUTER4).icmpError(3, 4, 0, quoted));
        assertThat(word(result, 44)).isEqualTo(told);
    }

    @Test
    @DisplayName("§4.3: the quoted UDP packet is the client's, hop limit as it is; RFC 6146 §3.7: with its ports")
    void quotedUdp() {
        byte[] result = translate(11, 0, 0, sent().trafficClass(0xb8).udp(20000, 80, new byte[] {1, 2, 3}).build());
        assertThat(quoted(result)).isEqualTo(
                client().trafficClass(0xb8).udp(40000, 80, new byte[] {1, 2, 3}).build());
        assertThat(word(result, 44)).isZero();
    }

    @Test
    @DisplayName("§4.3: the quoted TCP segment is the client's, RFC 6146 §3.7: with its ports")
    void quotedTcp() {
        byte[] result = translate(3, 1, 0, sent().tcp(20000, 80, 0x10, new byte[] {1, 2, 3}).build());
        assertThat(quoted(result)).isEqualTo(client().tcp(40000, 80, 0x10, new byte[] {1, 2, 3}).build());
    }

    @ParameterizedTest(name = "type {0}")
    @DisplayName("§4.3: the quoted echo is the client's, RFC 6146 §3.7: with its identifier")
    @CsvSource({"8,128", "0,129"})
    void quotedEcho(int type, int newType) {
        byte[] result = translate(11, 0, 0, sent().icmp(type, 0, 20000, 7, new byte[] {5}).build());
        assertThat(quoted(result)).isEqualTo(client().icmp(newType, 0, 40000, 7, new byte[] {5}).build());
    }

    @ParameterizedTest(name = "{0} bytes of transport")
    @DisplayName("§4.3: a quote that ends early keeps its lengths and what checksum it shows")
    @ValueSource(ints = {8, 9, 15, 16, 18, 19, 20, 63, 64, 65})
    void truncatedQuote(int shown) {
        byte[] data = new byte[100];
        byte[] result = translate(11, 0, 0,
                Arrays.copyOf(sent().tcp(20000, 80, 0x10, data).build(), 20 + shown));
        assertThat(quoted(result)).isEqualTo(
                Arrays.copyOf(client().tcp(40000, 80, 0x10, data).build(), 40 + shown));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§4.3: options of the quoted packet are skipped, a first fragment keeps its fragment header")
    void quotedOptionsAndFragments() {
        byte[] options = translate(11, 0, 0, sent().options(1, 1, 1, 0).udp(20000, 80).build());
        assertThat(quoted(options)).isEqualTo(client().udp(40000, 80).build());
        byte[] fragment = translate(11, 0, 0, sent().flagsAndOffset(0x2000).udp(20000, 80, new byte[8]).build());
        assertThat(quoted(fragment)).isEqualTo(
                client().fragmentHeader(0, true, 0xbeef).udp(40000, 80, new byte[8]).build());
    }

    @Test
    @DisplayName("§4.3: a quoted UDP packet without checksum stays without")
    void quotedWithoutChecksum() {
        byte[] result = translate(11, 0, 0, sent().udp(20000, 80).word(6, 0).build());
        assertThat(quoted(result)).isEqualTo(client().udp(40000, 80).word(6, 0).build());
    }

    @Test
    @DisplayName("§4.1: the message comes from the router that sent it, even an illegal one, its TTL less one")
    void outerHeader() {
        byte[] quoted = sent().udp(20000, 80).build();
        byte[] result = translate(translation, TestPacket.v4().source("127.0.0.1").hopLimit(9).trafficClass(0xc0)
                .icmpError(11, 0, 0, quoted));
        ByteBuffer header = ByteBuffer.wrap(result);
        assertThat(result).hasSize(40 + 8 + 48);
        assertThat(header.getInt(0)).isEqualTo(0x6c000000);
        assertThat(header.getShort(4)).isEqualTo((short) (result.length - 40));
        assertThat(result[6]).isEqualTo((byte) 58);
        assertThat(result[7]).isEqualTo((byte) 8);
        assertThat(Ip6.of(header.getLong(8), header.getLong(16))).hasToString(ROUTER6);
        assertThat(Ip6.of(header.getLong(24), header.getLong(32))).hasToString(TestPacket.CLIENT6);
    }

    @Test
    @DisplayName("RFC 6146 §3.7: without a reporter the message comes from the tuple's source")
    void noReporter() {
        byte[] result = translation.to6(TestPacket.v4().source(ROUTER4)
                .icmpError(11, 0, 0, sent().udp(20000, 80).build()));
        assertThat(Ip6.of(Arrays.copyOfRange(result, 8, 24))).hasToString(TestPacket.SERVER6);
    }

    @Test
    @DisplayName("RFC 6052 §3.1: a hop that the well-known prefix may not show is shown as the tuple's source")
    void nonGlobalReporter() {
        Ip6 router = Ip6.parse("64:ff9b::10.0.0.1");
        byte[] error = TestPacket.v4().source("10.0.0.1").icmpError(11, 0, 0, sent().udp(20000, 80).build()).build();
        byte[] result = translation.to6(error, TestTranslation.tuple6().setReporter(router.high(), router.low()));
        assertThat(Ip6.of(Arrays.copyOfRange(result, 8, 24))).hasToString(TestPacket.SERVER6);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("RFC 4443 §2.4 c: the message is cut at 1280 bytes")
    void longQuote() {
        byte[] result = translate(11, 0, 0, sent().udp(20000, 80, new byte[1400]).build());
        assertThat(result).hasSize(1280);
        assertThat(quoted(result)).isEqualTo(
                Arrays.copyOf(client().udp(40000, 80, new byte[1400]).build(), 1232));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    private static byte[] quoted(byte[] error) {
        return Arrays.copyOfRange(error, 48, error.length);
    }

    @ParameterizedTest(name = "{0}/{1}, {2} bytes quoted, {3} of extension: length {4}, {5} of extension")
    @DisplayName("RFC 4884 §4: the length attribute counts eights of bytes, the quote is padded, to 128 bytes at "
            + "least, the extension stays")
    @CsvSource({"11,0,64,8,16,8", "11,0,104,12,16,12", "11,0,108,8,16,8", "11,0,112,8,17,8", "11,0,128,8,19,8",
        "11,0,132,12,19,12", "3,1,512,20,67,20", "3,13,128,1104,19,1080",
        "3,1,1020,40,130,40",
        "3,4,128,8,,", "12,0,128,8,,", "3,2,128,8,,"})
    void extensions(int type, int code, int quotedLength, int extensionLength, Integer length, Integer newLength) {
        byte[] data = new byte[quotedLength - 28];
        byte[] extension = new byte[extensionLength];
        Arrays.fill(extension, (byte) 0xee);
        byte[] quote = sent().udp(20000, 80, data).build();
        byte[] both = ByteBuffer.allocate(quotedLength + extensionLength).put(quote).put(extension).array();
        byte[] result = translate(type, code, quotedLength / 4 << 16 | (code == 4 ? 1500 : 0), both);
        byte[] expected = client().udp(40000, 80, data).build();
        assertThat(quoted(result)).startsWith(expected);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        if (length == null) {
            assertThat(result).hasSize(48 + expected.length);
            return;
        }
        assertThat(word(result, 44)).isEqualTo(length << 24);
        assertThat(result).hasSize(48 + length * 8 + newLength).endsWith(Arrays.copyOf(extension, newLength));
        int padding = length * 8 - expected.length;
        assertThat(Arrays.copyOfRange(result, 48 + expected.length, 48 + length * 8)).isEqualTo(new byte[padding]);
    }

    @Test
    @DisplayName("RFC 4884 §5.5: bytes behind the quoted packet without a length attribute are padding")
    void noLengthNoExtension() {
        byte[] quote = sent().udp(20000, 80).build();
        byte[] result = translate(11, 0, 0, Arrays.copyOf(quote, quote.length + 20));
        assertThat(result).hasSize(48 + 48);
    }

    @Test
    @DisplayName("needs room for the whole message and writes nothing without")
    void room() {
        byte[] quote = sent().udp(20000, 80).build();
        for (int room = 0; room < 96; room += 19) {
            TestTranslation tight = new TestTranslation(TranslatorSettings.defaults(), room);
            assertThat(translate(tight, TestPacket.v4().source(ROUTER4).icmpError(11, 0, 0, quote))).isNull();
            assertThat(tight.reason()).isEqualTo(DropReason.OUTPUT_TOO_SMALL);
        }
    }
}
