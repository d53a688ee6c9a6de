// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 7915 §5.5: transport headers, IPv6 to IPv4")
class Ipv6TransportToIpv4Rfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    @Test
    @DisplayName("§5.5: TCP checksum follows addresses and ports; all else of the segment is untouched")
    void tcp() {
        byte[] in = TestPacket.v6().tcp(40000, 80, 0x18, new byte[] {9, 8, 7}).build();
        byte[] result = translation.to4(in, TestTranslation.tuple4());
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(ByteBuffer.wrap(result).getInt(20)).isEqualTo(20000 << 16 | 80);
        ByteBuffer expected = ByteBuffer.wrap(in, 40, in.length - 40).slice()
                .putShort(0, (short) 20000).putShort(16, ByteBuffer.wrap(result).getShort(36));
        assertThat(ByteBuffer.wrap(result, 20, result.length - 20)).isEqualTo(expected);
    }

    @Test
    @DisplayName("§5.5: UDP checksum follows addresses and ports; one that comes to zero is sent as 0xffff (RFC 768)")
    void udp() {
        byte[] result = translation.to4(TestPacket.v6().udp(40000, 80, new byte[] {1, 2, 3}));
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(ByteBuffer.wrap(result).getInt(20)).isEqualTo(20000 << 16 | 80);
        assertThat(ByteBuffer.wrap(result).getShort(26)).isNotZero();
        short checksum = ByteBuffer.wrap(translation.to4(TestPacket.v6().udp(40000, 80, new byte[2]))).getShort(26);
        byte[] data = {(byte) (checksum >>> 8), (byte) checksum};
        byte[] zero = translation.to4(TestPacket.v6().udp(40000, 80, data));
        assertThat(ByteBuffer.wrap(zero).getShort(26)).isEqualTo((short) 0xffff);
    }

    @Test
    @DisplayName("RFC 8200 §8.1: an IPv6 UDP packet without checksum is discarded")
    void udpWithoutChecksum() {
        assertThat(translation.to4(TestPacket.v6().udp(40000, 80).word(6, 0))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.UDP_CHECKSUM_ZERO);
    }

    @Test
    @DisplayName("§5.5: a wrong TCP or UDP checksum stays wrong")
    void wrongChecksum() {
        assertThat(TestChecksum.transportIsRight(
                translation.to4(TestPacket.v6().tcp(1, 2, 0).word(16, 0x4321)))).isFalse();
        assertThat(TestChecksum.transportIsRight(
                translation.to4(TestPacket.v6().udp(1, 2).word(6, 0x4321)))).isFalse();
    }
}
