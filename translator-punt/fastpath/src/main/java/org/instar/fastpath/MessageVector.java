// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The {@code struct mmsghdr} array of one ring: one message, one {@code iovec}, one slot per frame, wired together
 * once.
 *
 * <pre>
 * mmsghdr (64 bytes): name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48, len 56
 * </pre>
 *
 * <p>Slots begin on cache lines. The memory is released by the garbage collector, not by closing the socket, so a view
 * of the ring that outlives the socket still points at memory of its own.
 */
final class MessageVector {
    private static final int HEADER_BYTES = 64;
    private static final int IOV = 16;
    private static final int IOVLEN = 24;
    private static final int CONTROL = 32;
    private static final int CONTROLLEN = 40;
    private static final int FLAGS = 48;
    private static final int LENGTH = 56;
    private static final int IOVEC_BYTES = 16;
    private static final int IOVEC_LENGTH = 8;
    private static final int CACHE_LINE_BYTES = 64;

    private final ByteBuffer ring;
    private final MemorySegment headers;
    private final MemorySegment vectors;
    private final MemorySegment controls;
    private final int controlBytes;
    private final int slotBytes;
    private final MemorySegment[] tails;

    /**
     * @param count messages
     * @param frameBytes capacity of a slot
     * @param controlBytes ancillary data per message, 0 for none, at most a cache line
     */
    MessageVector(int count, int frameBytes, int controlBytes) {
        this.slotBytes = slotBytes(frameBytes);
        this.controlBytes = controlBytes;
        this.ring = ByteBuffer.allocateDirect(count * slotBytes + CACHE_LINE_BYTES).alignedSlice(CACHE_LINE_BYTES);
        long base = MemorySegment.ofBuffer(ring).address();
        Arena arena = Arena.ofAuto();
        this.headers = arena.allocate((long) count * HEADER_BYTES, CACHE_LINE_BYTES);
        this.vectors = arena.allocate((long) count * IOVEC_BYTES, CACHE_LINE_BYTES);
        this.controls = arena.allocate((long) count * CACHE_LINE_BYTES, CACHE_LINE_BYTES);
        this.tails = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            tails[i] = headers.asSlice((long) i * HEADER_BYTES);
            vectors.set(JAVA_LONG, (long) i * IOVEC_BYTES, base + (long) i * slotBytes);
            setCapacity(i, frameBytes);
            headers.set(JAVA_LONG, header(i) + IOV, vectors.address() + (long) i * IOVEC_BYTES);
            headers.set(JAVA_LONG, header(i) + IOVLEN, 1);
            if (controlBytes > 0) {
                headers.set(JAVA_LONG, header(i) + CONTROL, controls.address() + (long) i * CACHE_LINE_BYTES);
            }
            rearm(i);
        }
    }

    /** Bytes from one slot to the next. */
    static int slotBytes(int frameBytes) {
        return (frameBytes + CACHE_LINE_BYTES - 1) / CACHE_LINE_BYTES * CACHE_LINE_BYTES;
    }

    /** The messages from {@code first} to the end, made beforehand. */
    MemorySegment from(int first) {
        return tails[first];
    }

    ByteBuffer ring() {
        return ring;
    }

    int offset(int message) {
        return message * slotBytes;
    }

    /** Bytes to send from, or room to receive into. */
    void setCapacity(int message, int bytes) {
        vectors.set(JAVA_LONG, (long) message * IOVEC_BYTES + IOVEC_LENGTH, bytes);
    }

    /** Gives the kernel the whole control buffer again; it had shortened it to what it wrote. */
    void rearm(int message) {
        headers.set(JAVA_LONG, header(message) + CONTROLLEN, controlBytes);
    }

    /** Bytes received. */
    int length(int message) {
        return headers.get(JAVA_INT, header(message) + LENGTH);
    }

    int flags(int message) {
        return headers.get(JAVA_INT, header(message) + FLAGS);
    }

    /** Bytes of ancillary data received. */
    long controlLength(int message) {
        return headers.get(JAVA_LONG, header(message) + CONTROLLEN);
    }

    int controlInt(int message, int offset) {
        return controls.get(JAVA_INT, (long) message * CACHE_LINE_BYTES + offset);
    }

    short controlShort(int message, int offset) {
        return controls.get(JAVA_SHORT, (long) message * CACHE_LINE_BYTES + offset);
    }

    private static long header(int message) {
        return (long) message * HEADER_BYTES;
    }
}
