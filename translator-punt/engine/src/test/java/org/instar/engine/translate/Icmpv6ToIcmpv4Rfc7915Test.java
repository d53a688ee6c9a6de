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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §5.2: ICMPv6 header to ICMPv4 header")
class Icmpv6ToIcmpv4Rfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    @ParameterizedTest(name = "type {0} becomes {1}")
    @DisplayName("§5.2: echo request and reply; protocol 1, checksum without pseudo-header; RFC 6146 §3.7: identifier")
    @CsvSource({"128, 8", "129, 0"})
    void echo(int before, int after) {
        byte[] result = translation.to4(TestPacket.v6().icmp(before, 0, 40000, 7, new byte[] {1, 2, 3}));
        ByteBuffer packet = ByteBuffer.wrap(result);
        assertThat(packet.get(9)).isEqualTo((byte) 1);
        assertThat(packet.getShort(20)).isEqualTo((short) (after << 8));
        assertThat(packet.getShort(24)).isEqualTo((short) 20000);
        assertThat(packet.getShort(26)).isEqualTo((short) 7);
        assertThat(result).endsWith(1, 2, 3).hasSize(31);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§5.2: a reply of zeros alone has the checksum 0xffff, one whose words cancel out has 0")
    void checksumOfZeros() {
        OutgoingTuple4 tuple = TestTranslation.tuple4();
        tuple.set(tuple.source(), tuple.destination(), 0, 0);
        byte[] zeros = translation.to4(TestPacket.v6().icmp(129, 0, 1, 0, new byte[3]).build(), tuple);
        assertThat(ByteBuffer.wrap(zeros).getShort(22)).isEqualTo((short) 0xffff);
        byte[] ones = TestPacket.bytes(0xff, 0xff);
        byte[] cancelling = translation.to4(TestPacket.v6().icmp(129, 0, 1, 0, ones).build(), tuple);
        assertThat(ByteBuffer.wrap(cancelling).getShort(22)).isZero();
    }

    @Test
    @DisplayName("§5.2: a wrong checksum stays wrong")
    void wrongChecksum() {
        byte[] result = translation.to4(TestPacket.v6().icmp(128, 0, 1, 1).word(2, 0x1234));
        assertThat(TestChecksum.transportIsRight(result)).isFalse();
    }

    @ParameterizedTest(name = "type {0}")
    @DisplayName("§5.2: multicast listener, neighbour discovery and unknown types are dropped")
    @ValueSource(ints = {0, 5, 8, 100, 127, 130, 131, 132, 133, 134, 135, 136, 137, 138, 143, 255})
    void notTranslated(int type) {
        assertThat(translation.to4(TestPacket.v6().icmp(type, 0, 1, 1))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
    }
}
