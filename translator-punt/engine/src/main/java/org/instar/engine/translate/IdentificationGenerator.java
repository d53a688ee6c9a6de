// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.security.SecureRandom;

/**
 * Makes the identifications of IPv4 packets (RFC 7915 §5.1). A receiver mixes up fragments of two packets with the same
 * one (RFC 6864 §4.3), an attacker who can foretell it can slip his own in (RFC 7739). So: a counter of 15 bits runs
 * through a keyed permutation, the key changes each time round, and the top bit tells odd rounds from even ones. No
 * value comes again within 32768 packets. They are made in batches, by a loop that the compiler turns into vector
 * instructions. Not thread safe.
 *
 * <p>Of several translators that send from the same addresses each has a part of its own, which the lowest bits tell
 * ({@link TranslatorSettings#withPart}): no two ever make the same value. The counter is then shorter by these bits.
 */
final class IdentificationGenerator {

    private static final int COUNTER_BITS = 15;
    private static final int KEY_MASK = (1 << COUNTER_BITS) - 1;
    private static final int BATCH = 256;

    private final int[] counters = new int[BATCH];
    private final int[] batch = new int[BATCH];
    private final int part;
    private final int partBits;
    private final int counterBits;
    private final int roundLength;
    private long keySeed;
    private int key1;
    private int key2;
    private int key3;
    private int count;
    private int taken;
    private int topBit;

    /** @param settings tell the part */
    IdentificationGenerator(TranslatorSettings settings) {
        this(settings, new SecureRandom().nextLong());
    }

    IdentificationGenerator(TranslatorSettings settings, long seed) {
        part = settings.part();
        partBits = settings.partBits();
        counterBits = COUNTER_BITS - partBits;
        roundLength = 1 << counterBits;
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
        if (count == roundLength) {
            count = 0;
            topBit ^= roundLength;
            changeKey();
        }
        permute();
        count += BATCH;
        taken = 0;
    }

    /**
     * Each step can be undone: an exclusive or with higher bits, a product with an odd number modulo a power of 2, a
     * sum. What the loop needs stands in variables of its own, or it would not become vector instructions.
     */
    private void permute() {
        int first = count;
        int k1 = key1;
        int k2 = key2;
        int k3 = key3;
        int k4 = key2 >>> COUNTER_BITS;
        int mask = roundLength - 1;
        int more = (counterBits >>> 1) + 1;
        int less = counterBits >>> 1;
        int top = topBit;
        int lowest = part;
        int shift = partBits;
        for (int i = 0; i < BATCH; i++) {
            int mixed = (counters[i] + first ^ k1) * 0x2c9b + k2 & mask;
            mixed = (mixed ^ mixed >>> more) * 0x4ba5 + k3 & mask;
            mixed = (mixed ^ mixed >>> less ^ k4) * 0x5d8d + k1 & mask;
            batch[i] = (top | mixed ^ mixed >>> more) << shift | lowest;
        }
    }

    private void changeKey() {
        keySeed += 0x9e3779b97f4a7c15L;
        long key = mix(keySeed);
        key1 = (int) key & KEY_MASK;
        key2 = (int) (key >>> 15) & 0x3fffffff;
        key3 = (int) (key >>> 45) & KEY_MASK;
    }

    /** The finishing function of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
