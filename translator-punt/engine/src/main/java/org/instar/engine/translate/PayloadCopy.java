// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;

/**
 * Copies bytes between buffers by absolute offsets: up to 32 bytes a few longs without a loop, above that the bulk copy
 * (measured on JDK 25: each access costs code, and with eight more of each kind a translation became too long for the
 * compiler to inline all; 1460 bytes by longs take 5 to 7 times as long as in bulk). Before Java 16 a bulk copy takes
 * positions: those of duplicates kept here.
 * Not thread safe.
 */
final class PayloadCopy {

    private static final int SHORT_LENGTH = 32;

    private final Duplicates sources = new Duplicates();
    private final Duplicates targets = new Duplicates();

    /** The ranges lie within the limits and don't overlap. */
    void copy(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        if (length <= SHORT_LENGTH) {
            copyShort(in, inOffset, out, outOffset, length);
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

    /** Two halves of as many longs each, one from the front, one from the end; in the middle they may overlap. */
    private static void copyShort(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset, int length) {
        if (length < 8) {
            copyByBytes(in, inOffset, out, outOffset, length);
        } else if (length <= 16) {
            copy8(in, inOffset, out, outOffset);
            copy8(in, inOffset + length - 8, out, outOffset + length - 8);
        } else {
            copy16(in, inOffset, out, outOffset);
            copy16(in, inOffset + length - 16, out, outOffset + length - 16);
        }
    }

    private static void copy16(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset) {
        copy8(in, inOffset, out, outOffset);
        copy8(in, inOffset + 8, out, outOffset + 8);
    }

    private static void copy8(ByteBuffer in, int inOffset, ByteBuffer out, int outOffset) {
        out.putLong(outOffset, in.getLong(inOffset));
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
