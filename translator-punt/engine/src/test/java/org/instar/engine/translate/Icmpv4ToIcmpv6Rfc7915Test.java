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

@DisplayName("RFC 7915 §4.2: ICMPv4 header to ICMPv6 header")
class Icmpv4ToIcmpv6Rfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    @ParameterizedTest(name = "type {0} becomes {1}")
    @DisplayName("§4.2: echo request and reply; next header 58, checksum with pseudo-header; RFC 6146 §3.7: identifier")
    @CsvSource({"8, 128", "0, 129"})
    void echo(int before, int after) {
        byte[] result = translation.to6(TestPacket.v4().icmp(before, 0, 20000, 7, new byte[] {1, 2, 3}));
        ByteBuffer packet = ByteBuffer.wrap(result);
        assertThat(packet.get(6)).isEqualTo((byte) 58);
        assertThat(packet.getShort(40)).isEqualTo((short) (after << 8));
        assertThat(packet.getShort(44) & 0xffff).isEqualTo(40000);
        assertThat(packet.getShort(46)).isEqualTo((short) 7);
        assertThat(result).endsWith(1, 2, 3).hasSize(51);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§4.2: a wrong checksum stays wrong")
    void wrongChecksum() {
        byte[] result = translation.to6(TestPacket.v4().icmp(8, 0, 1, 1).word(2, 0x1234));
        assertThat(TestChecksum.transportIsRight(result)).isFalse();
    }

    @ParameterizedTest(name = "type {0}")
    @DisplayName("§4.2: obsolete, single-hop and unknown types are dropped")
    @ValueSource(ints = {1, 2, 4, 5, 6, 7, 9, 10, 13, 14, 15, 16, 17, 18, 30, 40, 42, 128, 255})
    void notTranslated(int type) {
        assertThat(translation.to6(TestPacket.v4().icmp(type, 0, 1, 1))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.ICMP_TYPE_NOT_TRANSLATED);
    }
}
