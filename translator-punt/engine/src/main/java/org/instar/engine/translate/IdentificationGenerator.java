// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.security.SecureRandom;

/**
 * Makes the identifications of IPv4 packets (RFC 7915 §5.1). A receiver mixes up fragments of two packets with the same
 * one (RFC 6864 §4.3), an attacker who can foretell it can slip his own in (RFC 7739). So: a counter of 15 bits runs
 * through a keyed permutation, the key changes each time round, and the top bit tells odd rounds from even ones. No
 * value comes again within 32768 packets. They are made in batches, by a loop that the compiler turns into vector
 * instructions. Not thread safe.
 */
final class IdentificationGenerator {

    private static final int ROUND_LENGTH = 1 << 15;
    private static final int MASK = ROUND_LENGTH - 1;
    private static final int BATCH = 256;

    private final int[] counters = new int[BATCH];
    private final int[] batch = new int[BATCH];
    private long keySeed;
    private int key1;
    private int key2;
    private int key3;
    private int count;
    private int taken;
    private int topBit;

    IdentificationGenerator() {
        this(new SecureRandom().nextLong());
    }

    IdentificationGenerator(long seed) {
        keySeed = seed;
        for (int i = 0; i < BATCH; i++) {
            counters[i] = i;
        }
        changeKey();
        fill();
    }

    /** The next value, 0 to 65535. */
    int next() {
        int value = peek();
        advance();
        return value;
    }

    /** The value that {@link #next} would give. */
    int peek() {
        return batch[taken];
    }

    /** Leaves a value behind that {@link #peek} gave. Making new ones is a call, of which peeking knows nothing. */
    void advance() {
        taken++;
        if (taken == BATCH) {
            fill();
        }
    }

    private void fill() {
        if (count == ROUND_LENGTH) {
            count = 0;
            topBit ^= ROUND_LENGTH;
            changeKey();
        }
        permute(counters, batch, count, topBit, key1, key2, key3);
        count += BATCH;
        taken = 0;
    }

    /** Each step can be undone: an exclusive or with higher bits, a product with an odd number modulo 2^15, a sum. */
    private static void permute(int[] counters, int[] values, int first, int topBit, int key1, int key2, int key3) {
        int key4 = key2 >>> 15;
        for (int i = 0; i < BATCH; i++) {
            int mixed = (counters[i] + first ^ key1) * 0x2c9b + key2 & MASK;
            mixed = (mixed ^ mixed >>> 8) * 0x4ba5 + key3 & MASK;
            mixed = (mixed ^ mixed >>> 7 ^ key4) * 0x5d8d + key1 & MASK;
            values[i] = topBit | mixed ^ mixed >>> 8;
        }
    }

    private void changeKey() {
        keySeed += 0x9e3779b97f4a7c15L;
        long key = mix(keySeed);
        key1 = (int) key & MASK;
        key2 = (int) (key >>> 15) & 0x3fffffff;
        key3 = (int) (key >>> 45) & MASK;
    }

    /** The finishing function of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
