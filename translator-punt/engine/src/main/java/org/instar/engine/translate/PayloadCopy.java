// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;

/**
 * Copies bytes between buffers by absolute offsets: 8 to 40 bytes by as many longs as they need and without a loop,
 * above that in bulk (measured on JDK 25: 1460 bytes by longs take 5 to 7 times as long as in bulk, and with more
 * accesses than these a translation became too long for the compiler to inline all). Before Java 16 a bulk copy takes
 * positions: those of duplicates kept here. Not thread safe.
 */
final class PayloadCopy {

    private static final int SHORT_LENGTH = 40;

    private final Duplicates sources = new Duplicates();
    private final Duplicates targets = new Duplicates();

    /** The ranges lie within the limits and don't overlap. */
    void copy(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        if (isShort(length)) {
            copyShort(in, inOffset, out, outOffset, length);
        } else {
            copyOther(in, inOffset, out, outOffset, length);
        }
    }

    /** Whether there are 8 to 40 bytes, for {@link #copyShort}. */
    static boolean isShort(int length) {
        return length >= Long.BYTES && length <= SHORT_LENGTH;
    }

    /** As {@link #copy} copies when {@link #isShort}. */
    static void copyShort(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        out.putLong(outOffset, in.getLong(inOffset));
        if (length > 16) {
            out.putLong(outOffset + 8, in.getLong(inOffset + 8));
            if (length > 24) {
                out.putLong(outOffset + 16, in.getLong(inOffset + 16));
                if (length > 32) {
                    out.putLong(outOffset + 24, in.getLong(inOffset + 24));
                }
            }
        }
        // the last eight may overlap those before
        out.putLong(outOffset + length - 8, in.getLong(inOffset + length - 8));
    }

    private void copyOther(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        if (length < Long.BYTES) {
            copyByBytes(in, inOffset, out, outOffset, length);
        } else if (BulkCopy.isAvailable()) {
            BulkCopy.copy(in, inOffset, out, outOffset, length);
        } else {
            copyByPositions(in, inOffset, out, outOffset, length);
        }
    }

    /** Before Java 16. */
    void copyByPositions(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        ByteBuffer source = sources.of(in);
        ByteBuffer target = targets.of(out);
        source.limit(inOffset + length).position(inOffset);
        target.limit(outOffset + length).position(outOffset);
        target.put(source);
    }

    private static void copyByBytes(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        for (int at = 0; at < length; at++) {
            out.put(outOffset + at, in.get(inOffset + at));
        }
    }

    /** Remembers the duplicates of the last few buffers: a caller with a handful of them causes no allocation. */
    private static final class Duplicates {

        private static final int SIZE = 8;

        private final ByteBuffer[] buffers = new ByteBuffer[SIZE];
        private final ByteBuffer[] duplicates = new ByteBuffer[SIZE];
        private int oldest;

        ByteBuffer of(ByteBuffer buffer) {
            for (int i = 0; i < SIZE; i++) {
                if (buffers[i] == buffer) {
                    return duplicates[i];
                }
            }
            int slot = oldest;
            oldest = (slot + 1) % SIZE;
            buffers[slot] = buffer;
            duplicates[slot] = buffer.duplicate();
            return duplicates[slot];
        }
    }
}
