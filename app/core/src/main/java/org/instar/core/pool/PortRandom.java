// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.security.SecureRandom;
import java.util.function.IntUnaryOperator;

/**
 * Numbers that can't be foretold from those seen, fast enough for every port (RFC 6056 §3.1): SipHash-2-4 of a counter
 * under a secret key. NOT thread safe.
 */
public final class PortRandom implements IntUnaryOperator {

    private final long key0;
    private final long key1;
    private long counter;

    PortRandom(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** One with a key of its own from the system's source of randomness. */
    public static PortRandom create() {
        SecureRandom secret = new SecureRandom();
        return new PortRandom(secret.nextLong(), secret.nextLong());
    }

    /** A number from 0 to below the bound; the bound is small against 2^32, so the bias doesn't matter. */
    @Override
    public int applyAsInt(int bound) {
        return (int) ((sipHash(counter++) >>> 32) * bound >>> 32);
    }

    /** SipHash-2-4 of the message's eight bytes, least significant first. */
    long sipHash(long message) {
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = key1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = key1 ^ 0x7465646279746573L;
        for (int round = 0; round < 8; round++) {
            if (round == 0) {
                v3 ^= message;
            } else if (round == 2) {
                v0 ^= message;
                v3 ^= 8L << 56;
            } else if (round == 4) {
                v0 ^= 8L << 56;
                v2 ^= 0xff;
            }
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
