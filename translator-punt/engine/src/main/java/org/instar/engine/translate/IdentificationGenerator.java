// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.security.SecureRandom;

/**
 * Makes the identifications of IPv4 packets (RFC 7915 §5.1). A receiver mixes up fragments of two packets with the same
 * one (RFC 6864 §4.3), an attacker who can foretell it can slip his own in (RFC 7739). So: a counter of 15 bits runs
 * through a keyed permutation, the key changes each time round, and the top bit tells odd rounds from even ones. No
 * value comes again within 32768 packets. Not thread safe.
 */
final class IdentificationGenerator {

    private static final int ROUND_LENGTH = 1 << 15;

    private long keySeed;
    private long key;
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
        if (count == ROUND_LENGTH) {
            count = 0;
            topBit ^= ROUND_LENGTH;
            keySeed += 0x9e3779b97f4a7c15L;
            key = mix(keySeed);
        }
        return topBit | permute(count++);
    }

    /** An unbalanced Feistel network: halves of 8 and 7 bits, each changed by what a keyed hash makes of the other. */
    private int permute(int value) {
        int left = value >>> 7;
        int right = value & 0x7f;
        for (int round = 0; round < 3; round++) {
            left ^= hash(right, round) >>> 24;
            right ^= hash(left, round + 4) >>> 25;
        }
        return left << 7 | right;
    }

    private int hash(int half, int round) {
        return (int) ((key ^ (long) half << 8 * round) * 0xd6e8feb86659fd93L >>> 32);
    }

    /** The finishing function of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
