// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import org.instar.core.config.PoolConfig;

/**
 * Which shard a filter in front of them sends packets to a pool port to, without knowing leases: the shards take turns,
 * so many ports each. Leases follow it where they can; a packet that comes in at another shard than that of its block
 * is handed over. Immutable.
 */
public final class PortSteering {

    private static final int LEAST_SHIFT = 8;

    private final int shards;
    private final int shift;

    PortSteering(List<PoolConfig> pools, int shards) {
        int largest = LEAST_SHIFT;
        for (PoolConfig pool : pools) {
            if (pool.portsPerSubscriber() == 0) {
                largest = Math.max(largest, Integer.numberOfTrailingZeros(pool.blockSize()));
            }
        }
        this.shards = shards;
        this.shift = largest;
    }

    /** How many shards there are. */
    public int shards() {
        return shards;
    }

    /** Bits of a port that don't matter: the ports that differ in these alone are one shard's. */
    public int shift() {
        return shift;
    }

    /** The shard of a port, 0 to below {@link #shards()}. */
    public int shardOf(int port) {
        return (port >>> shift) % shards;
    }
}
