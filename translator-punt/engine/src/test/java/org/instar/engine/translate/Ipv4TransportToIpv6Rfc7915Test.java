// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §4.5: transport headers, IPv4 to IPv6")
class Ipv4TransportToIpv6Rfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    @Test
    @DisplayName("§4.5: TCP checksum follows addresses and ports; all else of the segment is untouched")
    void tcp() {
        byte[] in = TestPacket.v4().tcp(80, 20000, 0x18, new byte[] {9, 8, 7}).build();
        byte[] result = translation.to6(in, TestTranslation.tuple6());
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(ByteBuffer.wrap(result).getInt(40)).isEqualTo(80 << 16 | 40000);
        ByteBuffer expected = ByteBuffer.wrap(in, 20, in.length - 20).slice()
                .putShort(2, (short) 40000).putShort(16, ByteBuffer.wrap(result).getShort(56));
        assertThat(ByteBuffer.wrap(result, 40, result.length - 40)).isEqualTo(expected);
    }

    @Test
    @DisplayName("§4.5: UDP checksum follows addresses and ports; one that comes to zero is sent as 0xffff (RFC 768)")
    void udp() {
        byte[] result = translation.to6(TestPacket.v4().udp(80, 20000, new byte[] {1, 2, 3}));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(ByteBuffer.wrap(result).getInt(40)).isEqualTo(80 << 16 | 40000);
        short checksum = ByteBuffer.wrap(translation.to6(TestPacket.v4().udp(80, 20000, new byte[2]))).getShort(46);
        byte[] data = {(byte) (checksum >>> 8), (byte) checksum};
        byte[] zero = translation.to6(TestPacket.v4().udp(80, 20000, data));
        assertThat(ByteBuffer.wrap(zero).getShort(46)).isEqualTo((short) 0xffff);
    }

    @ParameterizedTest
    @DisplayName("§4.5: a UDP checksum of zero is calculated")
    @ValueSource(ints = {0, 1, 2, 3, 100, 1001})
    void udpWithoutChecksum(int length) {
        byte[] result = translation.to6(TestPacket.v4().udp(80, 20000, new byte[length]).word(6, 0));
        assertThat(ByteBuffer.wrap(result).getShort(46)).isNotZero();
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§4.5: the calculated checksum covers the UDP length, not what follows it in the IP packet")
    void udpWithoutChecksumButSurplus() {
        byte[] transport = {0, 80, 0, 1, 0, 10, 0, 0, 1, 2, 77, 88, 99};
        byte[] result = translation.to6(TestPacket.v4().transport(17, transport));
        assertThat(result).endsWith(1, 2, 77, 88, 99);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§4.5: a wrong TCP or UDP checksum stays wrong")
    void wrongChecksum() {
        assertThat(TestChecksum.transportIsRight(
                translation.to6(TestPacket.v4().tcp(80, 20000, 0).word(16, 0x4321)))).isFalse();
        assertThat(TestChecksum.transportIsRight(
                translation.to6(TestPacket.v4().udp(80, 20000).word(6, 0x4321)))).isFalse();
    }
}
