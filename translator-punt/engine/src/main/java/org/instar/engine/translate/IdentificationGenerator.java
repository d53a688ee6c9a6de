// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.security.SecureRandom;

/**
 * Makes the identifications of IPv4 packets (RFC 7915 §5.1). A receiver mixes up fragments of two packets with the same
 * one (RFC 6864 §4.3), an attacker who can foretell it can slip his own in (RFC 7739). So: a counter of 15 bits runs
 * through a keyed permutation, the key changes each time round, and the top bit tells odd rounds from even ones. No
 * value comes again within 32768 packets. Made in batches, by a loop without branches, which costs a fifth of making
 * them one by one. Not thread safe.
 */
final class IdentificationGenerator {

    private static final int ROUND_LENGTH = 1 << 15;
    private static final int BATCH = 256;

    private final int[] batch = new int[BATCH];
    private long keySeed;
    private long key;
    private int taken = BATCH;
    private int count;
    private int topBit;

    IdentificationGenerator() {
        this(new SecureRandom().nextLong());
    }

    IdentificationGenerator(long seed) {
        keySeed = seed;
        key = mix(seed);
    }

    /** The next value, 0 to 65535. */
    int next() {
        if (taken == BATCH) {
            fill();
        }
        return batch[taken++];
    }

    private void fill() {
        if (count == ROUND_LENGTH) {
            count = 0;
            topBit ^= ROUND_LENGTH;
            keySeed += 0x9e3779b97f4a7c15L;
            key = mix(keySeed);
        }
        permute(batch, count, topBit, (int) key, (int) (key >>> 32));
        count += BATCH;
        taken = 0;
    }

    /** An unbalanced Feistel network: halves of 8 and 7 bits, each changed by what a keyed hash makes of the other. */
    private static void permute(int[] values, int first, int topBit, int key1, int key2) {
        for (int i = 0; i < BATCH; i++) {
            int left = first + i >>> 7;
            int right = first + i & 0x7f;
            left ^= hash(right ^ key1) >>> 24;
            right ^= hash(left ^ key2) >>> 25;
            left ^= hash(right + key2) >>> 24;
            right ^= hash(left + key1) >>> 25;
            left ^= hash(right - key1) >>> 24;
            right ^= hash(left - key2) >>> 25;
            values[i] = topBit | left << 7 | right;
        }
    }

    /** The upper bits of the result depend on all bits of the value. */
    private static int hash(int value) {
        int mixed = value * 0x85ebca6b;
        return (mixed ^ mixed >>> 15) * 0xc2b2ae35;
    }

    /** The finishing function of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
