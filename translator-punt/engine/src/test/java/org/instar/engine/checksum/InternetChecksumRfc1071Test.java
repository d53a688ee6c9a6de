// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.TestPacket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 1071 and RFC 1624: the Internet checksum")
class InternetChecksumRfc1071Test {

    @Test
    @DisplayName("RFC 1071 §3: the numerical example")
    void example() {
        ByteBuffer bytes = TestPacket.direct(TestPacket.bytes(0, 1, 0xf2, 3, 0xf4, 0xf5, 0xf6, 0xf7));
        assertThat(InternetChecksum.fold(InternetChecksum.sum(bytes, 0, 8))).isEqualTo(0xddf2);
        assertThat(InternetChecksum.ofSum(InternetChecksum.sum(bytes, 0, 8))).isEqualTo(0x220d);
    }

    @Test
    @DisplayName("RFC 1624 §4: the example that equation 2 of RFC 1141 gets wrong")
    void updateExample() {
        assertThat(InternetChecksum.update(0xdd2f, 0x5555, 0x3285)).isZero();
    }

    @Test
    void foldsTheLargestSums() {
        assertThat(InternetChecksum.fold(0)).isZero();
        assertThat(InternetChecksum.fold(0xffff)).isEqualTo(0xffff);
        assertThat(InternetChecksum.fold(0x10000)).isEqualTo(1);
        assertThat(InternetChecksum.fold(Long.MAX_VALUE)).isEqualTo(0x7fff);
        assertThat(InternetChecksum.fold(0xffffffffffffL)).isEqualTo(0xffff);
    }
}
