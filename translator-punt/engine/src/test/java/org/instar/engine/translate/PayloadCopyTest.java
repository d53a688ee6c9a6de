// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Copy of payload")
class PayloadCopyTest {

    private static final int IN_OFFSET = 3;
    private static final int OUT_OFFSET = 5;

    private final PayloadCopy copy = new PayloadCopy();

    @Test
    @DisplayName("takes over all bytes of the range and no other, for any length")
    void copiesTheRange() {
        for (int length = 0; length <= 200; length++) {
            ByteBuffer in = numbered();
            ByteBuffer out = ByteBuffer.allocateDirect(256);
            copy.copy(in, IN_OFFSET, out, OUT_OFFSET, length);
            assertCopied(in, out, length);
        }
    }

    @Test
    @DisplayName("does so by positions as well, which older releases need, and leaves the buffers' own alone")
    void copiesByPositions() {
        ByteBuffer in = numbered();
        for (int length = 0; length <= 200; length++) {
            ByteBuffer out = ByteBuffer.allocate(256);
            copy.copyByPositions(in, IN_OFFSET, out, OUT_OFFSET, length);
            assertCopied(in, out, length);
        }
    }

    private static ByteBuffer numbered() {
        ByteBuffer in = ByteBuffer.allocate(256);
        for (int i = 0; i < in.capacity(); i++) {
            in.put(i, (byte) (i | 1));
        }
        return in;
    }

    private static void assertCopied(ByteBuffer in, ByteBuffer out, int length) {
        for (int i = 0; i < out.capacity(); i++) {
            boolean isInRange = i >= OUT_OFFSET && i < OUT_OFFSET + length;
            assertThat(out.get(i)).as("length %d, byte %d", length, i)
                    .isEqualTo(isInRange ? in.get(i - OUT_OFFSET + IN_OFFSET) : 0);
        }
        assertThat(in.position()).isZero();
        assertThat(out.position()).isZero();
        assertThat(out.limit()).isEqualTo(out.capacity());
    }
}
