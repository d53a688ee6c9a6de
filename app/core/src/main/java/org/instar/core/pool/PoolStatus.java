// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;

/** How full a pool is. Immutable; the numbers of ports are of moments a little apart while shards work. */
public final class PoolStatus {

    private final PoolConfig config;
    private final int shards;
    private final int addresses;
    private final int drainingAddresses;
    private final int blocks;
    private final int leasedBlocks;
    private final long capacity;
    private final long[] taken;
    private final long[] heldDown;
    private final boolean draining;
    private final boolean alarmRaised;

    PoolStatus(PoolView pool) {
        int protocols = Protocol.values().length;
        config = pool.config();
        shards = pool.shards();
        addresses = pool.activeAddresses();
        drainingAddresses = pool.addresses().size() - addresses;
        blocks = pool.blocks();
        leasedBlocks = pool.leasedBlocks();
        capacity = (long) pool.addresses().size() * (pool.grid().last - pool.grid().first + 1);
        taken = new long[protocols];
        heldDown = new long[protocols];
        for (int i = 0; i < protocols; i++) {
            taken[i] = pool.count(PoolView.takenIndex(i));
            heldDown[i] = pool.count(PoolView.heldIndex(i));
        }
        draining = pool.isRemoved() || config.drain();
        alarmRaised = pool.isAlarmRaised();
    }

    /** As last configured, also of a pool that was removed and still has bindings. */
    public PoolConfig config() {
        return config;
    }

    /** Shards that its blocks are leased to. */
    public int shards() {
        return shards;
    }

    /** Addresses that new bindings may have. */
    public int addresses() {
        return addresses;
    }

    /** Addresses that were taken away and only wait for their last bindings to end. */
    public int drainingAddresses() {
        return drainingAddresses;
    }

    /** Blocks of {@link #addresses()}; in a deterministic pool how many subscribers fit. */
    public int blocks() {
        return blocks;
    }

    /** Those of {@link #blocks()} that are leased; in a deterministic pool subscribers that have bindings. */
    public int leasedBlocks() {
        return leasedBlocks;
    }

    /** Transport addresses of one protocol, on addresses of both kinds. */
    public long capacityPerProtocol() {
        return capacity;
    }

    /** Transport addresses that have bindings. */
    public long taken(Protocol protocol) {
        return taken[protocol.ordinal()];
    }

    /** Transport addresses that rest after their release. */
    public long heldDown(Protocol protocol) {
        return heldDown[protocol.ordinal()];
    }

    /** What is neither taken nor held down: in blocks leased or not. */
    public long free(Protocol protocol) {
        return capacity - taken(protocol) - heldDown(protocol);
    }

    /** Whether the pool as a whole gives out nothing: it is to be drained, or removed already. */
    public boolean draining() {
        return draining;
    }

    public boolean alarmRaised() {
        return alarmRaised;
    }
}
