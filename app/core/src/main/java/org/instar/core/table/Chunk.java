// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The pieces of memory outside the heap by which tables grow. */
final class Chunk {

    /** Small enough to be zeroed in a fraction of a millisecond. */
    static final int BYTES = 1 << 19;

    /** A record or a group of slots that fits into a line of the processor's cache must not lie in two. */
    private static final int LINE_BYTES = 64;

    private Chunk() {
    }

    /** Zeroed, in little-endian order: fields can be read several at once. */
    static ByteBuffer allocate() {
        return ByteBuffer.allocateDirect(BYTES + LINE_BYTES).alignedSlice(LINE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
