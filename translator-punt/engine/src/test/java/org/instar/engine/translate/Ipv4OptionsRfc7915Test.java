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
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 7915 §4.1: IPv4 options")
class Ipv4OptionsRfc7915Test {

    private final TestTranslation translation = new TestTranslation();

    private byte[] translate(int... options) {
        return translation.to6(TestPacket.v4().options(options).udp(80, 20000, new byte[] {7}));
    }

    @Test
    @DisplayName("§4.1: options are ignored, the packet is translated without them")
    void ignored() {
        for (int[] options : new int[][] {{1, 1, 1, 0}, {148, 4, 0, 0}, {7, 7, 4, 0, 0, 0, 0, 0}, {0, 131, 4, 4},
            {131, 7, 8, 9, 9, 9, 9, 0}, {137, 3, 4, 0}}) {
            byte[] result = translate(options);
            assertThat(result).hasSize(49).endsWith(7);
            assertThat(ByteBuffer.wrap(result).getShort(4)).isEqualTo((short) 9);
            assertThat(TestChecksum.transportIsRight(result)).isTrue();
        }
    }

    @ParameterizedTest(name = "option {0}")
    @DisplayName("§4.1: a packet with an unexpired source route is discarded")
    @ValueSource(ints = {131, 137})
    void sourceRoute(int option) {
        assertThat(translate(1, option, 7, 4, 9, 9, 9, 9)).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.SOURCE_ROUTE);
        assertThat(translate(148, 4, 0, 0, option, 7, 7, 9, 9, 9, 9, 0)).isNull();
        assertThat(translate(option, 7, 8, 9, 9, 9, 9, 0)).isNotNull();
    }

    @Test
    @DisplayName("options whose lengths make no sense are ignored")
    void nonsense() {
        for (int[] options : new int[][] {{131, 0, 4, 4}, {131, 1, 4, 4}, {131, 5, 4, 4}, {1, 1, 1, 131},
            {131, 2, 1, 1}}) {
            assertThat(translate(options)).hasSize(49);
        }
    }
}
