// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import org.instar.core.Protocol;

/**
 * Which shard a session of a snapshot is to go to. It must be the shard that gets the client's packets and that can
 * have the block of the pool port; where these are not the same the session can't be restored.
 */
public interface ShardChoice {

    /** All to the only one. */
    ShardChoice ONLY = (protocol, clientHigh, clientLow, clientPort, poolAddress, poolPort, before) -> 0;

    /**
     * @param before the shard it was in; there may be fewer or more now
     * @return from 0 to below the number of shards
     */
    int shardOf(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress, int poolPort,
            int before);
}
