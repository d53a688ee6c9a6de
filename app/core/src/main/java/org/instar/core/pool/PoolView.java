// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.instar.core.Protocol;
import org.instar.core.config.Pairing;
import org.instar.core.config.PoolConfig;

/**
 * A pool as rules name it. Stays the same object as long as there is a pool of that name, or one that was removed and
 * still has bindings: whoever keeps a removed one is only refused ports. Thread-safe; what changes, changes under the
 * directory's lock.
 */
public final class PoolView {

    static final int PROTOCOLS = Protocol.values().length;
    /** Counters of one shard, with room between two shards' for a cache line. */
    private static final int COUNTERS = 2 * PROTOCOLS + 16;

    private final String name;
    private final int shards;
    private final AtomicLongArray[] counters;
    private final Map<Integer, PoolAddress> addresses = new LinkedHashMap<>();
    private final Room lowRoom = new Room(true);
    private final Room highRoom = new Room(false);
    private volatile PoolConfig config;
    private volatile Grid grid;
    private volatile DeterministicMap deterministic;
    private volatile int protocols;
    private volatile long holdDownNanos;
    private volatile boolean alarm;
    private boolean removed;
    private int leasedBlocks;
    private int blocks;

    /** Addresses that have cells to lease on one side of the well-known ports' end. */
    private final class Room {

        private final boolean low;
        private final List<PoolAddress> places = new ArrayList<>();
        private volatile int size;

        Room(boolean low) {
            this.low = low;
        }

        void update(PoolAddress place) {
            boolean has = !place.isDraining() && !removed && addresses.get(place.address()) == place
                    && place.closedCells(low) < grid.cells(low);
            int index = place.roomIndex(low);
            if (has && index < 0) {
                place.roomIndex(low, places.size());
                places.add(place);
            } else if (!has && index >= 0) {
                PoolAddress moved = places.remove(places.size() - 1);
                if (moved != place) {
                    places.set(index, moved);
                    moved.roomIndex(low, index);
                }
                place.roomIndex(low, -1);
            }
            size = places.size();
        }
    }

    PoolView(PoolConfig config, int shards) {
        this.name = config.name();
        this.shards = shards;
        this.counters = new AtomicLongArray[shards];
        for (int i = 0; i < shards; i++) {
            counters[i] = new AtomicLongArray(COUNTERS);
        }
        configure(config);
    }

    public String name() {
        return name;
    }

    int shards() {
        return shards;
    }

    /** As last configured. */
    public PoolConfig config() {
        return config;
    }

    /** Takes a new configuration; the addresses are the caller's to add and remove. */
    void configure(PoolConfig next) {
        config = next;
        removed = false;
        deterministic = next.deterministic().isPresent() ? new DeterministicMap(next) : null;
        holdDownNanos = TimeUnit.SECONDS.toNanos(next.holdDownSeconds());
        grid = new Grid(next, shards);
        protocols = next.drain() ? 0 : protocolBits();
        addresses.values().forEach(place -> place.fit(grid));
        addresses.values().forEach(this::updateRoom);
    }

    void remove() {
        removed = true;
        protocols = 0;
        addresses.values().forEach(this::updateRoom);
    }

    boolean isRemoved() {
        return removed;
    }

    /** A bit for each protocol that the configuration names. */
    int protocolBits() {
        int bits = 0;
        for (Protocol protocol : config.protocols()) {
            bits |= 1 << protocol.ordinal();
        }
        return bits;
    }

    /** Whether it gives out ports of a protocol now. */
    boolean serves(int protocol) {
        return (protocols >>> protocol & 1) != 0;
    }

    Grid grid() {
        return grid;
    }

    /** Null: a pool of blocks. */
    DeterministicMap deterministic() {
        return deterministic;
    }

    long holdDownNanos() {
        return holdDownNanos;
    }

    /** How many ports one shard may let rest. */
    long holdDownShare() {
        int max = config.holdDownMaxPorts();
        return max == 0 ? Long.MAX_VALUE : Math.max(1, max / shards);
    }

    boolean isHard() {
        return config.pairing() == Pairing.HARD;
    }

    Map<Integer, PoolAddress> addresses() {
        return addresses;
    }

    void updateRoom(PoolAddress place) {
        lowRoom.update(place);
        highRoom.update(place);
    }

    /** How many addresses have room on that side; without the lock a glance. */
    int room(boolean low) {
        return (low ? lowRoom : highRoom).size;
    }

    PoolAddress placeWithRoom(boolean low, int index) {
        return (low ? lowRoom : highRoom).places.get(index);
    }

    AtomicLongArray counters(int shard) {
        return counters[shard];
    }

    static int takenIndex(int protocol) {
        return protocol;
    }

    static int heldIndex(int protocol) {
        return PROTOCOLS + protocol;
    }

    long count(int index) {
        long sum = 0;
        for (AtomicLongArray shard : counters) {
            sum += shard.get(index);
        }
        return sum;
    }

    /** Blocks leased, in a deterministic pool subscribers with bindings; without those of draining addresses. */
    int leasedBlocks() {
        return leasedBlocks;
    }

    /** Blocks of the addresses that new bindings may have. */
    int blocks() {
        return blocks;
    }

    void addBlocks(int change) {
        blocks += change;
    }

    void addLeasedBlocks(int change) {
        leasedBlocks += change;
    }

    void countLeasedBlocks() {
        leasedBlocks = 0;
        blocks = activeAddresses() * grid.blocks();
        for (PoolAddress place : addresses.values()) {
            if (!place.isDraining()) {
                blocks -= place.reservedCells();
                leasedBlocks += grid.isDeterministic() ? subscribersOn(place)
                        : place.leasedCells(true) + place.leasedCells(false);
            }
        }
    }

    private int subscribersOn(PoolAddress place) {
        int subscribers = 0;
        for (int cell = 0; cell < place.cells(); cell += shards) {
            boolean any = false;
            for (int shard = 0; shard < shards; shard++) {
                any |= place.block(cell + shard) != null;
            }
            subscribers += any ? 1 : 0;
        }
        return subscribers;
    }

    int activeAddresses() {
        return (int) addresses.values().stream().filter(place -> !place.isDraining()).count();
    }

    boolean isAlarmRaised() {
        return alarm;
    }

    void raiseAlarm(boolean raised) {
        alarm = raised;
    }

    @Override
    public String toString() {
        return name;
    }
}
