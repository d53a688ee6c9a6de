// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The pieces of memory outside the heap by which tables grow. Getting one from the system and zeroing it takes some
 * hundred page faults: the JDK's common pool does that ahead, for the tables of all shards. A table that finds nothing
 * ready does it itself.
 */
final class Chunk {

    static final int BYTES = 1 << 19;

    /** A record or a line of slots that fits into a line of the processor's cache must not lie in two. */
    private static final int LINE_BYTES = 64;
    private static final int MOST_READY = 4;

    private static final ArrayBlockingQueue<ByteBuffer> READY = new ArrayBlockingQueue<>(MOST_READY);
    private static final AtomicBoolean MAKING = new AtomicBoolean();

    private Chunk() {
    }

    /** Zeroed, in the processor's order of bytes. */
    static ByteBuffer take() {
        ByteBuffer ready = READY.poll();
        if (MAKING.compareAndSet(false, true)) {
            ForkJoinPool.commonPool().execute(Chunk::makeReady);
        }
        return ready != null ? ready : make();
    }

    private static ByteBuffer make() {
        return ByteBuffer.allocateDirect(BYTES + LINE_BYTES).alignedSlice(LINE_BYTES).order(ByteOrder.nativeOrder());
    }

    private static void makeReady() {
        try {
            while (READY.remainingCapacity() > 0) {
                READY.offer(make());
            }
        } catch (OutOfMemoryError e) {
            // a table that needs memory will try again itself, and tell
        } finally {
            MAKING.set(false);
        }
    }
}
