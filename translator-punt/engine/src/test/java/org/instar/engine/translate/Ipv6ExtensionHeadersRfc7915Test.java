// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.packet.ExtensionHeaders;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §5.1: IPv6 extension headers")
class Ipv6ExtensionHeadersRfc7915Test {

    private static final int[] EMPTY = {0, 0, 1, 0, 0, 0, 0, 0};

    private final TestTranslation translation = new TestTranslation();

    @ParameterizedTest(name = "header {0}")
    @DisplayName("§5.1: hop-by-hop options, spent routing and destination options headers are skipped")
    @ValueSource(ints = {0, 43, 60})
    void skipped(int type) {
        byte[] result = translation.to4(TestPacket.v6().extension(type, EMPTY).udp(40000, 80, new byte[] {7}));
        assertThat(result).hasSize(29);
        assertThat(ByteBuffer.wrap(result).getShort(2)).isEqualTo((short) 29);
        assertThat(result[9]).isEqualTo((byte) 17);
        assertThat(result[28]).isEqualTo((byte) 7);
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @Test
    @DisplayName("§5.1: a chain of them, of several lengths, before TCP and ICMPv6")
    void chain() {
        TestPacket chain = TestPacket.v6().extension(0, EMPTY)
                .extension(60, 0, 1, 1, 12, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99)
                .extension(43, EMPTY);
        assertThat(translation.to4(chain.tcp(40000, 80, 2))).hasSize(40).satisfies(
                packet -> assertThat(TestChecksum.transportIsRight(packet)).isTrue());
        TestPacket echo = TestPacket.v6().extension(0, EMPTY).extension(60, EMPTY).icmp(128, 0, 1, 2);
        assertThat(translation.to4(echo)).hasSize(28).satisfies(
                packet -> assertThat(TestChecksum.transportIsRight(packet)).isTrue());
    }

    @Test
    @DisplayName("§5.1: a routing header with segments left is not translated; the pointer is that field's")
    void segmentsLeft() {
        TestPacket packet = TestPacket.v6().extension(60, EMPTY).extension(43, 0, 0, 4, 1, 0, 0, 0, 0).udp(40000, 80);
        assertThat(translation.to4(packet)).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.SEGMENTS_LEFT);
        byte[] bytes = packet.build();
        assertThat(ExtensionHeaders.findSegmentsLeft(TestPacket.direct(bytes), 0, bytes.length)).isEqualTo(51);
    }

    @ParameterizedTest(name = "next header {0}")
    @DisplayName("§5.1.1: a fragment of an extension header is dropped, an ESP one isn't taken for that")
    @CsvSource({"0, FRAGMENT_OF_EXTENSION_HEADER", "43, FRAGMENT_OF_EXTENSION_HEADER",
        "44, FRAGMENT_OF_EXTENSION_HEADER",
        "51, FRAGMENT_OF_EXTENSION_HEADER", "60, FRAGMENT_OF_EXTENSION_HEADER", "135, FRAGMENT_OF_EXTENSION_HEADER",
        "139, FRAGMENT_OF_EXTENSION_HEADER", "140, FRAGMENT_OF_EXTENSION_HEADER", "50, UNKNOWN_TRANSPORT"})
    void fragmentOfExtensionHeader(int nextHeader, DropReason reason) {
        for (int offset = 0; offset <= 8; offset += 8) {
            translation.to4(TestPacket.v6().fragmentHeader(offset, true, 1).transport(nextHeader, new byte[24]));
            assertThat(translation.reason()).isEqualTo(reason);
        }
    }

    @Test
    @DisplayName("RFC 6146 §3.4: another protocol behind extension headers is discarded, authentication among them")
    void otherProtocol() {
        translation.to4(TestPacket.v6().extension(60, EMPTY).transport(51, new byte[24]));
        assertThat(translation.reason()).isEqualTo(DropReason.UNKNOWN_TRANSPORT);
    }

    @ParameterizedTest(name = "length field {0}")
    @DisplayName("an extension header that reaches beyond the packet is named")
    @ValueSource(ints = {1, 2, 255})
    void tooLong(int length) {
        translation.to4(TestPacket.v6().extension(60, 0, length, 1, 4, 0, 0, 0, 0).udp(1, 2).part(0, 7));
        assertThat(translation.reason()).isEqualTo(DropReason.BAD_HEADER_LENGTH);
        translation.to4(TestPacket.v6().transport(60, new byte[7]));
        assertThat(translation.reason()).isEqualTo(DropReason.BAD_HEADER_LENGTH);
        translation.to4(TestPacket.v6().transport(44, new byte[7]));
        assertThat(translation.reason()).isEqualTo(DropReason.BAD_HEADER_LENGTH);
    }

    @Test
    @DisplayName("16 extension headers are walked, not more")
    void tooMany() {
        TestPacket packet = TestPacket.v6();
        for (int i = 0; i < 16; i++) {
            packet.extension(60, EMPTY);
        }
        assertThat(translation.to4(packet.udp(40000, 80))).hasSize(28);
        assertThat(translation.to4(packet.extension(60, EMPTY).udp(40000, 80))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.TOO_MANY_EXTENSION_HEADERS);
    }
}
