// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.util.Arrays;

/**
 * A bucket of tokens for each of many keys, in a table of fixed size: of those that share a place the one idle for
 * longest makes room for a new one, which a flood of keys can use to begin anew, but not to take memory. A bucket holds
 * a second's tokens (GCRA). Safe for use by several threads.
 */
final class TokenBuckets {

    private static final int WAYS = 4;
    private static final int LOCKS = 64;
    private static final long BURST_NANOS = 1_000_000_000L;

    private final long[] keys;
    /** When a bucket would be full again, plus 1; 0: nobody's. */
    private final long[] fullAtNanos;
    private final long intervalNanos;
    private final int setMask;
    private final Object[] locks = new Object[LOCKS];

    /**
     * @param sets a power of two; four keys find room in each
     * @param perSecond tokens that come into each bucket
     */
    TokenBuckets(int sets, int perSecond) {
        keys = new long[sets * WAYS * 2];
        fullAtNanos = new long[sets * WAYS];
        setMask = sets - 1;
        intervalNanos = Math.max(1, 1_000_000_000L / perSecond);
        Arrays.setAll(locks, i -> new Object());
    }

    /**
     * Takes a token out of the bucket of a key of two longs.
     *
     * @param nowNanos a time that doesn't go back
     * @return false when there was none
     */
    boolean take(long high, long low, long nowNanos) {
        int set = (int) (mix(high ^ mix(low)) & setMask);
        synchronized (locks[set % LOCKS]) {
            int at = find(set, high, low);
            long fullAt = fullAtNanos[at] == 0 ? nowNanos : Math.max(nowNanos, fullAtNanos[at] - 1);
            if (fullAt + intervalNanos - nowNanos > BURST_NANOS) {
                return false;
            }
            fullAtNanos[at] = fullAt + intervalNanos + 1;
            return true;
        }
    }

    private int find(int set, long high, long low) {
        int idlest = set * WAYS;
        for (int at = set * WAYS; at < (set + 1) * WAYS; at++) {
            if (fullAtNanos[at] != 0 && keys[2 * at] == high && keys[2 * at + 1] == low) {
                return at;
            }
            if (fullAtNanos[at] < fullAtNanos[idlest]) {
                idlest = at;
            }
        }
        keys[2 * idlest] = high;
        keys[2 * idlest + 1] = low;
        fullAtNanos[idlest] = 0;
        return idlest;
    }

    /** The finaliser of SplitMix64. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
