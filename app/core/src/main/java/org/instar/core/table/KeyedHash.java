// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.util.function.LongSupplier;

/**
 * A hash under keys that are drawn at start: who doesn't know them can't choose addresses and ports that collide. Mixes
 * by folding 128-bit products, as wyhash does. Immutable.
 */
public final class KeyedHash {

    private final long key0;
    private final long key1;
    private final long key2;

    /**
     * @param random 64 random bits, not to be foretold
     */
    public KeyedHash(LongSupplier random) {
        key0 = random.getAsLong() | 1;
        key1 = random.getAsLong() | 1;
        key2 = random.getAsLong() | 1;
    }

    public long of(long a, long b) {
        return fold(fold(a ^ key0, b ^ key1) ^ key2, key1);
    }

    public long of(long a, long b, long c) {
        return fold(fold(a ^ key0, b ^ key1) ^ c, key2);
    }

    public long of(long a, long b, long c, long d) {
        return fold(fold(a ^ key0, b ^ key1) ^ c, key2 ^ d);
    }

    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }
}
