// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.Subscribers;
import org.instar.core.session.ShardState;

/** A shard that a snapshot may fill: empty, its thread not yet started. Immutable. */
public final class RestoredShard {

    private final ShardState state;
    private final PortAllocator ports;
    private final Subscribers subscribers;

    public RestoredShard(ShardState state, PortAllocator ports, Subscribers subscribers) {
        this.state = state;
        this.ports = ports;
        this.subscribers = subscribers;
    }

    ShardState state() {
        return state;
    }

    PortAllocator ports() {
        return ports;
    }

    Subscribers subscribers() {
        return subscribers;
    }
}
