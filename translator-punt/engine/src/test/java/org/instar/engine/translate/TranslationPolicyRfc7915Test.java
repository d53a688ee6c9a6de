// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915: what an operator may choose")
class TranslationPolicyRfc7915Test {

    private static TestTranslation with(TranslatorSettings settings) {
        return new TestTranslation(settings, 2000);
    }

    @ParameterizedTest
    @DisplayName("§4.1: the traffic class may be set, to zero above all, whatever the type of service")
    @ValueSource(ints = {0, 0x28, 255})
    void trafficClass(int value) {
        TestTranslation fixed = with(TranslatorSettings.defaults().withTrafficClass6(value));
        byte[] result = fixed.to6(TestPacket.v4().trafficClass(0xb8).udp(80, 20000));
        assertThat(ByteBuffer.wrap(result).getInt(0)).isEqualTo(0x60000000 | value << 20);
        List<byte[]> fragments = fixed.allTo6(
                TestPacket.v4().flagsAndOffset(0).trafficClass(0xb8).udp(80, 20000, new byte[1400]));
        assertThat(fragments).hasSize(2).allSatisfy(fragment ->
                assertThat(ByteBuffer.wrap(fragment).getInt(0)).isEqualTo(0x60000000 | value << 20));
        byte[] sent = TestPacket.v4().back().trafficClass(0xb8).udp(20000, 80).build();
        byte[] error = fixed.to6(TestPacket.v4().trafficClass(0xc0).icmpError(11, 0, 0, sent));
        assertThat(ByteBuffer.wrap(error).getInt(0)).isEqualTo(0x60000000 | value << 20);
        assertThat(ByteBuffer.wrap(error).getInt(48)).isEqualTo(0x60000000 | value << 20);
    }

    @ParameterizedTest
    @DisplayName("§5.1: the type of service may be set to a value, whatever the traffic class")
    @ValueSource(ints = {0, 0x28, 255})
    void typeOfService(int value) {
        TestTranslation fixed = with(TranslatorSettings.defaults().withTypeOfService4(value).withMtu4(1000));
        assertThat(fixed.to4(TestPacket.v6().trafficClass(0xb8).udp(1, 2))[1]).isEqualTo((byte) value);
        List<byte[]> fragments = fixed.allTo4(TestPacket.v6().trafficClass(0xb8).udp(1, 2, new byte[1200]));
        assertThat(fragments).hasSize(2).allSatisfy(fragment -> assertThat(fragment[1]).isEqualTo((byte) value));
        byte[] sent = TestPacket.v6().back().trafficClass(0xb8).udp(80, 40000).build();
        byte[] error = fixed.to4(TestPacket.v6().trafficClass(0xc0).icmpError(3, 0, 0, sent));
        assertThat(error[1]).isEqualTo((byte) value);
        assertThat(error[29]).isEqualTo((byte) value);
    }

    @ParameterizedTest(name = "{0} bytes")
    @DisplayName("§5.1: df=always sets DF in short packets, too, but not in fragments")
    @ValueSource(ints = {28, 1260, 1261, 1500})
    void alwaysDontFragment(int length) {
        TestTranslation always = with(TranslatorSettings.defaults().withAlwaysDontFragment(true));
        byte[] result = always.to4(TestPacket.v6().udp(1, 2, new byte[length - 28]));
        assertThat(ByteBuffer.wrap(result).getShort(6)).isEqualTo((short) 0x4000);
        byte[] fragment = always.to4(TestPacket.v6().fragmentHeader(0, true, 1).udp(1, 2, new byte[8]));
        assertThat(ByteBuffer.wrap(fragment).getShort(6)).isEqualTo((short) 0x2000);
    }

    @Test
    @DisplayName("§4.5: UDP packets without a checksum may be dropped, or forwarded as they are")
    void udpZeroChecksum() {
        TestPacket packet = TestPacket.v4().udp(80, 20000, new byte[5]).word(6, 0);
        TestTranslation dropping = with(TranslatorSettings.defaults().withUdpZeroChecksum(UdpZeroChecksum.DROP));
        assertThat(dropping.to6(packet)).isNull();
        assertThat(dropping.reason()).isEqualTo(DropReason.UDP_CHECKSUM_ZERO);
        assertThat(dropping.to6(TestPacket.v4().udp(80, 20000))).isNotNull();
        assertThat(dropping.to6(TestPacket.v4().icmp(8, 0, 1, 0))).isNotNull();
        TestTranslation forwarding = with(TranslatorSettings.defaults().withUdpZeroChecksum(UdpZeroChecksum.FORWARD));
        assertThat(ByteBuffer.wrap(forwarding.to6(packet)).getShort(46)).isZero();
    }

    @ParameterizedTest(name = "MSS {0} at {3}, MTUs {1} and {2}: {4}")
    @DisplayName("§1.4: the MSS of a SYN may be clamped to what fits into both MTUs")
    @CsvSource({"1460,1500,1500,0,1440", "1440,1500,1500,0,1440", "1441,1500,1500,1,1440", "65535,1500,1500,3,1440",
        "536,1500,1500,0,536", "1460,1500,1400,2,1360", "1460,1280,1500,0,1220"})
    void mssClamp(int size, int mtu6, int mtu4, int position, int clamped) {
        TestTranslation clamping = with(TranslatorSettings.defaults().withMssClamp(true).withMtu6(mtu6).withMtu4(mtu4));
        byte[] options = {1, 1, 1, 1, 1, 1, 1, 0};
        ByteBuffer.wrap(options).put(position, (byte) 2).put(position + 1, (byte) 4)
                .putShort(position + 2, (short) size);
        byte[] result = clamping.to4(TestPacket.v6().tcp(40000, 80, 0x02, options).word(12, 0x7002));
        assertThat(ByteBuffer.wrap(result).getShort(42 + position)).isEqualTo((short) clamped);
        byte[] result6 = clamping.to6(TestPacket.v4().tcp(80, 20000, 0x12, options).word(12, 0x7012));
        assertThat(ByteBuffer.wrap(result6).getShort(62 + position)).isEqualTo((short) clamped);
        byte[] noSyn = clamping.to4(TestPacket.v6().tcp(40000, 80, 0x10, options).word(12, 0x7010));
        assertThat(ByteBuffer.wrap(noSyn).getShort(42 + position)).isEqualTo((short) size);
    }

    @Test
    @DisplayName("§1.4: the TCP checksum follows the clamp; broken options are left alone")
    void mssClampChecksum() {
        TestTranslation clamping = with(TranslatorSettings.defaults().withMssClamp(true));
        for (int[] options : new int[][] {{2, 4, 5, 0xb4}, {1, 2, 4, 0xff, 0xff, 1, 1, 0}, {2, 3, 0xff, 0xff},
            {2, 0, 0xff, 0xff}, {3, 9, 0, 0}, {0, 2, 4, 9}, {1, 1, 1, 2}}) {
            int dataOffset = 5 + options.length / 4;
            byte[] segment = TestPacket.v6().tcp(40000, 80, 0x02, TestPacket.bytes(options)).build();
            ByteBuffer.wrap(segment).putShort(52, (short) (dataOffset << 12 | 2)).putShort(56, (short) 0);
            byte[] transport = Arrays.copyOfRange(segment, 40, segment.length);
            byte[] right = TestPacket.v6().transportWithChecksum(6, 16, transport).build();
            assertThat(TestChecksum.transportIsRight(right)).isTrue();
            assertThat(TestChecksum.transportIsRight(clamping.to4(right, TestTranslation.tuple4()))).isTrue();
        }
    }

    @Test
    @DisplayName("RFC 6052 §3.1: packets between the well-known prefix and non-global IPv4 addresses are dropped")
    void wellKnownPrefix() {
        TestTranslation strict = new TestTranslation();
        byte[] out = TestPacket.v6().destination("64:ff9b::10.1.2.3").udp(1, 2).build();
        assertThat(strict.to4(out, TestTranslation.tuple4())).isNull();
        assertThat(strict.reason()).isEqualTo(DropReason.NON_GLOBAL_ADDRESS);
        assertThat(strict.to4(TestPacket.v6().destination("64:ff9b::10.1.2.3").fragmentHeader(0, true, 1)
                .udp(1, 2, new byte[8]))).isNull();
        assertThat(strict.reason()).isEqualTo(DropReason.NON_GLOBAL_ADDRESS);
        byte[] about = TestPacket.v6().back().source("64:ff9b::10.1.2.3").udp(2, 1).build();
        assertThat(strict.to4(TestPacket.v6().destination("64:ff9b::10.1.2.3").icmpError(3, 0, 0, about))).isNull();
        assertThat(strict.reason()).isEqualTo(DropReason.NON_GLOBAL_ADDRESS);
        assertThat(strict.to4(TestPacket.v6().destination("64:ff9b::8.8.8.8").udp(1, 2))).isNotNull();
        byte[] in = TestPacket.v4().source("10.1.2.3").udp(1, 2).build();
        Ip6 client = Ip6.parse(TestPacket.CLIENT6);
        OutgoingTuple6 tuple = TestTranslation.tuple6(Ip6.parse("64:ff9b::10.1.2.3"), client, 1, 2);
        assertThat(strict.to6(in, tuple)).isNull();
        assertThat(strict.reason()).isEqualTo(DropReason.NON_GLOBAL_ADDRESS);
        byte[] fragment = TestPacket.v4().source("10.1.2.3").flagsAndOffset(0x2000).udp(1, 2, new byte[8]).build();
        assertThat(strict.to6(fragment, tuple)).isNull();
        assertThat(strict.reason()).isEqualTo(DropReason.NON_GLOBAL_ADDRESS);
        TestTranslation lax = with(TranslatorSettings.defaults().withNonGlobalInWellKnownPrefix(true));
        assertThat(lax.to6(in, tuple)).isNotNull();
        assertThat(lax.to4(out, TestTranslation.tuple4())).isNotNull();
        assertThat(strict.to6(in, TestTranslation.tuple6(Ip6.parse("64:ff9b:1::10.1.2.3"), client, 1, 2))).isNotNull();
    }

    @Test
    void settingsNameTheFieldThatIsWrong() {
        TranslatorSettings settings = TranslatorSettings.defaults();
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withTrafficClass6(256))
                .withMessage("trafficClass6 is -1 to 255, not 256");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withTypeOfService4(-2))
                .withMessage("typeOfService4 is -1 to 255, not -2");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withLowestMtu6(1279))
                .withMessage("lowestMtu6 is 1280 to 65535, not 1279");
        assertThatIllegalArgumentException().isThrownBy(() -> settings.withUdpZeroChecksum(null))
                .withMessage("udpZeroChecksum is missing");
        assertThat(settings.withLowestMtu6(9000).lowestMtu6()).isEqualTo(1500);
    }
}
