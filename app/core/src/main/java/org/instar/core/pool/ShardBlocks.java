// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntUnaryOperator;

/**
 * What one shard does with the ports of its blocks: takes them, lets them rest, and gives blocks back when nothing in
 * them is taken or rests. A block stands in the queue when something in it rests or when it is empty. NOT thread safe.
 */
final class ShardBlocks {

    private final PoolDirectory directory;
    private final int shard;
    private final IntUnaryOperator random;
    private final PriorityQueue<Block> queue =
            new PriorityQueue<>((a, b) -> Long.compare(a.dueNanos() - b.dueNanos(), 0));
    private SharedPorts sharedPorts;
    private int held;

    ShardBlocks(PoolDirectory directory, int shard, IntUnaryOperator random) {
        this.directory = directory;
        this.shard = shard;
        this.random = random;
    }

    /** Who has to hear of endpoint-dependent blocks that are given back. */
    void sharedPorts(SharedPorts ports) {
        this.sharedPorts = ports;
    }

    int shard() {
        return shard;
    }

    int held() {
        return held;
    }

    int random(int bound) {
        return bound == 1 ? 0 : random.applyAsInt(bound);
    }

    /** The block of this shard that has a transport address; null: none. */
    Block find(int protocol, int address, int port) {
        AddressSlot slot = directory.slot(address);
        if (slot == null) {
            return null;
        }
        PoolAddress only = slot.only();
        if (only != null) {
            return find(only, protocol, port);
        }
        for (PoolAddress place : slot.places()) {
            Block block = find(place, protocol, port);
            if (block != null) {
                return block;
            }
        }
        return null;
    }

    private Block find(PoolAddress place, int protocol, int port) {
        Block block = place.blockAt(port, shard);
        return block != null && block.shard() == shard && block.serves(protocol) && block.owns(port) ? block : null;
    }

    /** Takes a free port within [low, high], beginning at random; {@link PortBits#NONE}. */
    int takeAny(Block block, int protocol, int low, int high, long parity) {
        int start = block.first() + random(block.last() - block.first() + 1);
        PortBits ports = ports(block, protocol);
        int port = ports.find(start, low, high, parity);
        if (port != PortBits.NONE) {
            take(block, protocol, port);
        } else if (ports.free() == 0) {
            updateHolding(block, protocol);
        }
        return port;
    }

    /** The ports of a block as static bindings leave them now. */
    PortBits ports(Block block, int protocol) {
        PortBits ports = block.ports(protocol);
        if (ports.isBehind(block)) {
            follow(block, protocol);
        }
        return ports;
    }

    /** Has the ports of a block follow the static bindings. */
    void follow(Block block, int protocol) {
        block.ports(protocol).reserve(block, protocol);
        updateHolding(block, protocol);
    }

    /** Takes a free port. */
    void take(Block block, int protocol, int port) {
        PortBits ports = block.ports(protocol);
        ports.occupy(port);
        block.addTaken(1);
        add(block, PoolView.takenIndex(protocol), 1);
        if (ports.free() == 0) {
            updateHolding(block, protocol);
        }
    }

    /** Takes a port that rests. */
    void takeHeld(Block block, int protocol, int port) {
        block.unhold(protocol, port);
        block.addTaken(1);
        add(block, PoolView.takenIndex(protocol), 1);
        add(block, PoolView.heldIndex(protocol), -1);
        held--;
    }

    /** Frees a taken port, or lets it rest as the pool demands. */
    void release(Block block, int protocol, int port, long nowNanos) {
        PoolView pool = block.place().pool();
        block.addTaken(-1);
        add(block, PoolView.takenIndex(protocol), -1);
        long holdDownNanos = block.isShared() ? 0 : pool.holdDownNanos();
        if (holdDownNanos > 0 && mayHold(pool)) {
            block.hold(protocol, port, nowNanos, holdDownNanos);
            add(block, PoolView.heldIndex(protocol), 1);
            held++;
            if (!block.isQueued()) {
                queue(block, nowNanos + holdDownNanos);
            }
        } else {
            block.ports(protocol).free(port);
            block.ports(protocol).reserve(block, protocol);
            updateHolding(block, protocol);
            queueIfEmpty(block, nowNanos);
        }
    }

    /**
     * Lets a free port rest that was released before now. Such ports come in no order, so the first of a block may be
     * the last to have rested: the block is to be looked at with the next tick, which sees when it is to be again.
     */
    void rest(Block block, int protocol, int port, long releasedNanos, long nowNanos) {
        if (block.isQueued() && block.dueNanos() - nowNanos > 0) {
            queue.remove(block);
            block.unqueue();
        }
        if (!block.isQueued()) {
            queue(block, nowNanos);
        }
        take(block, protocol, port);
        release(block, protocol, port, releasedNanos);
    }

    private boolean mayHold(PoolView pool) {
        long share = pool.holdDownShare();
        if (share == Long.MAX_VALUE) {
            return true;
        }
        AtomicLongArray counters = pool.counters(shard);
        long resting = 0;
        for (int i = 0; i < PoolView.PROTOCOLS; i++) {
            resting += counters.get(PoolView.heldIndex(i));
        }
        return resting < share;
    }

    /** Lists a block that was just leased; the caller takes a port of it, or has it looked at. */
    void adopt(Block block) {
        if (block.isShared()) {
            sharedPorts.add(block);
        } else if (block.subscriber() != null) {
            block.subscriber().add(block);
        }
    }

    /** Has a block looked at that may stay empty. */
    void queueIfEmpty(Block block, long nowNanos) {
        if (block.isEmpty() && !block.isQueued()) {
            queue(block, nowNanos);
        }
    }

    /**
     * Ends hold-downs that are over and gives empty blocks back, at most so many blocks.
     *
     * @return whether there was any
     */
    boolean settle(long nowNanos, int most) {
        int done = 0;
        while (done < most && !queue.isEmpty() && queue.peek().dueNanos() - nowNanos <= 0) {
            Block block = queue.poll();
            block.unqueue();
            endHolds(block, nowNanos, block.place().pool().holdDownNanos());
            if (block.held() > 0) {
                queue(block, block.nextRestedNanos(nowNanos, block.place().pool().holdDownNanos()));
            } else if (block.isEmpty()) {
                giveBack(block);
            }
            done++;
        }
        return done > 0;
    }

    private void endHolds(Block block, long nowNanos, long holdDownNanos) {
        for (int generation = 0; generation < 2; generation++) {
            if (!block.isRested(generation, nowNanos, holdDownNanos)) {
                continue;
            }
            for (int protocol = 0; protocol < PoolView.PROTOCOLS; protocol++) {
                int ended = block.endHold(generation, protocol);
                if (ended > 0) {
                    add(block, PoolView.heldIndex(protocol), -ended);
                    held -= ended;
                    block.ports(protocol).reserve(block, protocol);
                    updateHolding(block, protocol);
                }
            }
        }
    }

    private void giveBack(Block block) {
        directory.leases().giveBack(block);
        if (block.isShared()) {
            sharedPorts.remove(block);
        } else if (block.subscriber() != null) {
            block.subscriber().remove(block);
        }
    }

    private void queue(Block block, long dueNanos) {
        block.queue(dueNanos);
        queue.add(block);
    }

    private void updateHolding(Block block, int protocol) {
        if (block.subscriber() != null) {
            block.subscriber().holding(block.place().pool()).update(block, protocol);
        }
    }

    private void add(Block block, int index, long change) {
        AtomicLongArray counters = block.place().pool().counters(shard);
        counters.lazySet(index, counters.get(index) + change);
    }

    /** The blocks that have resting ports now, and some that have none. */
    Block[] queued() {
        return queue.toArray(new Block[0]);
    }

    /** What doesn't add up in the block; for checks. */
    String violation(Block block) {
        int taken = 0;
        int resting = 0;
        int owned = 0;
        for (int port = block.first(); port <= block.last(); port++) {
            owned += block.owns(port) ? 1 : 0;
        }
        for (int protocol = 0; protocol < PoolView.PROTOCOLS; protocol++) {
            PortBits ports = block.portsIfAny(protocol);
            if (ports != null) {
                if (ports.countFree() != ports.free() || ports.countHeld() != ports.held()) {
                    return "free or resting ports miscounted";
                }
                taken += owned - ports.free() - ports.held() - ports.reserved();
                resting += ports.held();
            }
        }
        if (taken != block.taken() || resting != block.held()) {
            return taken + " taken and " + resting + " resting, but counted " + block.taken() + " and " + block.held();
        }
        return block.isQueued() || !block.isEmpty() && resting == 0 ? null : "forgotten in the queue";
    }
}
