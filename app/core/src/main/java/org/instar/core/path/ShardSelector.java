// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.function.IntSupplier;
import org.instar.core.Protocol;

/**
 * Deals clients' transport addresses out to shards, by a keyed multilinear hash: the sum of each 32-bit word times a
 * secret odd number, whose upper 16 bits are scaled to the number of shards. It needs nothing but 32-bit
 * multiplications, additions and shifts, so that a filter in front of the shards can compute the same. Who doesn't know
 * the keys can't aim at one shard. Immutable.
 */
public final class ShardSelector {

    /** How many keys there are: four for the words of an IPv6 address, one for the port. */
    public static final int KEYS = 5;

    private static final int PORT_KEY = 4;

    private final int shards;
    private final int[] keys = new int[KEYS];

    /**
     * @param shards 1 to 64
     * @param random a number of 32 bits, not to be foretold
     */
    public ShardSelector(int shards, IntSupplier random) {
        this.shards = shards;
        for (int i = 0; i < KEYS; i++) {
            keys[i] = random.getAsInt() | 1;
        }
    }

    public int shards() {
        return shards;
    }

    /** The key of a word of the address, 0 to 3, or of the port, 4; odd. */
    public int key(int index) {
        return keys[index];
    }

    /**
     * The shard of a client's sessions from this port or ICMP identifier. Echo sessions are all the first shard's: no
     * switch matches their identifiers, so those between two addresses share their flow rules.
     */
    public int of(Protocol protocol, long high, long low, int port) {
        return protocol == Protocol.ICMP ? 0 : ofClient(high, low, port);
    }

    /** The shard of a client's transport address, 0 to below {@link #shards()}. */
    public int ofClient(long high, long low, int port) {
        return scale((int) (high >>> 32) * keys[0] + (int) high * keys[1] + (int) (low >>> 32) * keys[2]
                + (int) low * keys[3] + port * keys[PORT_KEY]);
    }

    /** The shard that puts the fragments between two IPv4 addresses in order. */
    public int ofFragments4(int source, int destination) {
        return scale(source * keys[0] + destination * keys[1]);
    }

    private int scale(int hash) {
        return (hash >>> 16) * shards >>> 16;
    }
}
