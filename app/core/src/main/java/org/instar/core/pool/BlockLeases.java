// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Leases blocks to shards and takes them back. All of it under the directory's lock. */
final class BlockLeases {

    /** Addresses looked at for one lease. More than two only where pools share addresses. */
    private static final int MOST_ADDRESSES = 64;
    private static final int NO_CELL = -1;

    private final Object lock;
    private final AddressRegistry addresses;
    private final int shards;
    private final PortSteering steering;
    private final IntUnaryOperator random;
    private final PoolEvents events;
    private final Consumer<PoolView> onEmptied;

    /**
     * @param onEmptied hears of removed pools whose last address is gone
     */
    BlockLeases(Object lock, AddressRegistry addresses, PortSteering steering, IntUnaryOperator random,
            PoolEvents events, Consumer<PoolView> onEmptied) {
        this.lock = lock;
        this.addresses = addresses;
        this.shards = steering.shards();
        this.steering = steering;
        this.random = random;
        this.events = events;
        this.onEmptied = onEmptied;
    }

    /**
     * A block for a subscriber: at an address it has, or else, if it has none or may have more, at any.
     *
     * @param low whether below the well-known ports' end
     * @param elsewhere whether another address than those it has will do
     * @return null: there is none
     */
    Block lease(List<PoolView> pools, int protocol, boolean low, boolean elsewhere, Subscriber subscriber, int shard) {
        if (!hasRoom(pools, protocol, low)) {
            return null;
        }
        synchronized (lock) {
            while (true) {
                int[] paired = subscriber.shared().paired();
                Block block = leasePaired(pools, protocol, low, paired, subscriber, shard);
                if (block != null || !elsewhere || isBound(pools, paired)) {
                    return block;
                }
                PoolAddress place = choose(pools, protocol, low, shard);
                if (place == null) {
                    return null;
                }
                if (paired.length > 0 || subscriber.shared().pairIfAlone(place.address())) {
                    if (paired.length > 0) {
                        subscriber.shared().pair(place.address());
                    }
                    return commit(place, freeCell(place, protocol, low, shard), subscriber, false, shard);
                }
            }
        }
    }

    /** A glance without the lock, so that who is refused over and over doesn't keep others waiting. */
    private static boolean hasRoom(List<PoolView> pools, int protocol, boolean low) {
        for (int i = 0; i < pools.size(); i++) {
            if (pools.get(i).serves(protocol) && pools.get(i).room(low) > 0) {
                return true;
            }
        }
        return false;
    }

    private Block leasePaired(List<PoolView> pools, int protocol, boolean low, int[] paired, Subscriber subscriber,
            int shard) {
        for (int address : paired) {
            PoolAddress place = place(pools, protocol, address);
            int cell = place == null ? NO_CELL : freeCell(place, protocol, low, shard);
            if (cell != NO_CELL) {
                subscriber.shared().pair(address);
                return commit(place, cell, subscriber, false, shard);
            }
        }
        return null;
    }

    /** A block of the shard's own for endpoint-dependent bindings, at a place or, where that is null, at any. */
    Block leaseShared(List<PoolView> pools, int protocol, boolean low, PoolAddress at, int shard) {
        if (!hasRoom(pools, protocol, low)) {
            return null;
        }
        synchronized (lock) {
            PoolAddress place = at == null ? choose(pools, protocol, low, shard) : at;
            int cell = place == null ? NO_CELL : freeCell(place, protocol, low, shard);
            return cell == NO_CELL ? null : commit(place, cell, null, true, shard);
        }
    }

    /** The block that has a port, leased if it is free; null if another shard has it, or some other block. */
    Block leaseAt(PoolAddress place, int port, Subscriber subscriber, boolean shared, int shard) {
        synchronized (lock) {
            Grid grid = place.pool().grid();
            if (place.pool().addresses().get(place.address()) != place || !grid.hasPort(port)) {
                return null;
            }
            int cell = grid.cellOf(port, shard);
            if (!isFree(place, cell, shard)) {
                return null;
            }
            if (subscriber != null && !grid.isDeterministic()) {
                subscriber.shared().pair(place.address());
            }
            return commit(place, cell, grid.isDeterministic() ? null : subscriber, shared, shard);
        }
    }

    /** The place of an address in the first of the pools that has it and serves the protocol there; null: none. */
    PoolAddress place(List<PoolView> pools, int protocol, int address) {
        AddressSlot slot = addresses.find(address);
        if (slot != null) {
            for (PoolAddress place : slot.places()) {
                if (place.pool().serves(protocol) && !place.isDraining() && !place.pool().grid().isDeterministic()
                        && pools.contains(place.pool())) {
                    return place;
                }
            }
        }
        return null;
    }

    /** Whether a subscriber must do with the addresses it has: one of them is of a pool with hard pairing. */
    boolean isBound(List<PoolView> pools, int[] paired) {
        for (int address : paired) {
            AddressSlot slot = addresses.find(address);
            for (PoolAddress place : slot == null ? new PoolAddress[0] : slot.places()) {
                if (place.pool().isHard() && !place.isDraining() && !place.pool().config().drain()
                        && pools.contains(place.pool())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** An address with a free cell in the first pool that has one: the emptier of two drawn at random. */
    private PoolAddress choose(List<PoolView> pools, int protocol, boolean low, int shard) {
        for (PoolView pool : pools) {
            int room = pool.serves(protocol) && !pool.grid().isDeterministic() ? pool.room(low) : 0;
            if (room > 0) {
                int start = random.applyAsInt(room);
                int other = random.applyAsInt(room);
                if (pool.placeWithRoom(low, other).leased() < pool.placeWithRoom(low, start).leased()) {
                    start = other;
                }
                for (int i = 0; i < Math.min(room, MOST_ADDRESSES); i++) {
                    PoolAddress place = pool.placeWithRoom(low, (start + i) % room);
                    if (freeCell(place, protocol, low, shard) != NO_CELL) {
                        return place;
                    }
                }
            }
        }
        return null;
    }

    /**
     * A free cell of one side that has ports of the protocol to give, beginning at random; one whose packets are
     * steered to the shard, if there is one.
     */
    private int freeCell(PoolAddress place, int protocol, boolean low, int shard) {
        Grid grid = place.pool().grid();
        int cells = grid.cells(low);
        if (place.closedCells(low) >= cells) {
            return NO_CELL;
        }
        int start = random.applyAsInt(cells);
        int other = NO_CELL;
        for (int i = 0; i < cells; i++) {
            int cell = grid.firstCell(low) + (start + i) % cells;
            boolean steered = steering.shardOf(grid.cellFirst(cell)) == shard;
            if ((steered || other == NO_CELL) && isFree(place, cell, shard)
                    && !place.reserved().covers(protocol, grid.cellFirst(cell), grid.cellLast(cell))) {
                if (steered) {
                    return cell;
                }
                other = cell;
            }
        }
        return other;
    }

    private boolean isFree(PoolAddress place, int cell, int shard) {
        Grid grid = place.pool().grid();
        return place.block(cell) == null && (grid.isDeterministic() || place.slot().isFree(place, grid.cellFirst(cell),
                grid.cellLast(cell), place.pool().protocolBits(), shard));
    }

    private Block commit(PoolAddress place, int cell, Subscriber subscriber, boolean shared, int shard) {
        PoolView pool = place.pool();
        boolean deterministic = pool.grid().isDeterministic();
        Block block = new Block(place, cell, deterministic ? shards : 1, pool.protocolBits(), shard, subscriber,
                shared);
        if (!place.isDraining() && (!deterministic || isAlone(block))) {
            pool.addLeasedBlocks(1);
        }
        place.put(block);
        pool.updateRoom(place);
        if (!deterministic) {
            place.slot().lease(block.first(), block.last(), shard);
            tell(block, true);
            if (!pool.isAlarmRaised() && pool.blocks() > 0
                    && pool.leasedBlocks() * 100L >= (long) pool.config().raisePercent() * pool.blocks()) {
                alarm(pool, true);
            }
        }
        return block;
    }

    /** Takes an empty block back. */
    void giveBack(Block block) {
        synchronized (lock) {
            PoolAddress place = block.place();
            PoolView pool = place.pool();
            boolean deterministic = pool.grid().isDeterministic();
            place.remove(block);
            if (!place.isDraining() && pool.grid().hasCell(block.cell()) && (!deterministic || isAlone(block))) {
                pool.addLeasedBlocks(-1);
            }
            pool.updateRoom(place);
            if (!deterministic) {
                place.slot().giveBack(block.first(), block.last());
                if (block.subscriber() != null) {
                    block.subscriber().shared().unpair(place.address());
                }
                tell(block, false);
            }
            if (place.isDraining() && place.leased() == 0) {
                addresses.drop(place);
                if (pool.isRemoved() && pool.addresses().isEmpty()) {
                    onEmptied.accept(pool);
                }
            }
            clearAlarm(pool);
        }
    }

    /** Whether no other shard has a block of the same subscriber of a deterministic pool. */
    private boolean isAlone(Block block) {
        int first = block.cell() - block.cell() % shards;
        for (int i = first; i < first + shards; i++) {
            if (i != block.cell() && block.place().block(i) != null) {
                return false;
            }
        }
        return true;
    }

    /** These pools together have just refused ports. */
    void refused(List<PoolView> pools, int protocol) {
        for (PoolView pool : pools) {
            if (pool.serves(protocol) && !pool.grid().isDeterministic() && !pool.isAlarmRaised()) {
                synchronized (lock) {
                    if (!pool.isAlarmRaised() && !pool.isRemoved()) {
                        alarm(pool, true);
                    }
                }
            }
        }
    }

    /** Clears the alarm of a pool that has enough again. */
    void clearAlarm(PoolView pool) {
        if (pool.isAlarmRaised() && (pool.isRemoved() || pool.blocks() > 0
                && pool.leasedBlocks() * 100L <= (long) pool.config().clearPercent() * pool.blocks())) {
            alarm(pool, false);
        }
    }

    private void alarm(PoolView pool, boolean raised) {
        pool.raiseAlarm(raised);
        events.alarm(pool.name(), raised);
    }

    private void tell(Block block, boolean assigned) {
        Subscriber subscriber = block.subscriber();
        long high = subscriber == null ? 0 : subscriber.high();
        long low = subscriber == null ? 0 : subscriber.low();
        int length = subscriber == null ? 0 : subscriber.prefixLength();
        String pool = block.place().pool().name();
        if (assigned) {
            events.blockAssigned(high, low, length, block.place().address(), block.first(), block.last(), pool);
        } else {
            events.blockReleased(high, low, length, block.place().address(), block.first(), block.last(), pool);
        }
    }
}
