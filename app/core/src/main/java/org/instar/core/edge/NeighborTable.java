// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Neighbors by address, bounded. Entries keep their place for life, so that a reader on another thread misses none that
 * is there from begin to end; a hash index of {@code int}s finds them without allocating. The hash is of the address:
 * one that is in several zones is as many steps away as there are.
 */
final class NeighborTable {

    /** How many entries are looked at for one to evict: bounds the work per packet of a flood. */
    private static final int EVICTION_WINDOW = 128;

    private final AtomicReferenceArray<Neighbor> entries;
    private final int[] freePlaces;
    private int freeCount;
    /** Places plus one; zero is empty. Linear probing, at most half full. */
    private final int[] index;
    private final int mask;
    private final long hashSeed;
    private int hand;

    /**
     * @param hashSeed secret, so that nobody can choose addresses that collide
     */
    NeighborTable(int capacity, long hashSeed) {
        this.entries = new AtomicReferenceArray<>(capacity);
        this.freePlaces = new int[capacity];
        for (int place = 0; place < capacity; place++) {
            freePlaces[place] = capacity - 1 - place;
        }
        this.freeCount = capacity;
        this.index = new int[Integer.highestOneBit(capacity) << 2];
        this.mask = index.length - 1;
        this.hashSeed = hashSeed;
    }

    int size() {
        return entries.length() - freeCount;
    }

    int capacity() {
        return entries.length();
    }

    /** The entry in a place or null; for any thread. */
    Neighbor at(int place) {
        return entries.getAcquire(place);
    }

    Neighbor find(int zone, long high, long low) {
        for (int slot = slot(high, low); index[slot] != 0; slot = slot + 1 & mask) {
            Neighbor neighbor = entries.getPlain(index[slot] - 1);
            if (neighbor.low == low && neighbor.high == high && neighbor.zone == zone) {
                return neighbor;
            }
        }
        return null;
    }

    /** Adds an entry for an address that has none; null when the table is full. */
    Neighbor add(int zone, long high, long low, NeighborState state, long mac, long nowNanos) {
        if (freeCount == 0) {
            return null;
        }
        int place = freePlaces[--freeCount];
        Neighbor neighbor = new Neighbor(zone, high, low, place, state, nowNanos);
        neighbor.mac = mac;
        entries.setRelease(place, neighbor);
        int slot = slot(high, low);
        while (index[slot] != 0) {
            slot = slot + 1 & mask;
        }
        index[slot] = place + 1;
        return neighbor;
    }

    void remove(Neighbor neighbor) {
        int slot = slot(neighbor.high, neighbor.low);
        while (index[slot] != neighbor.index + 1) {
            slot = slot + 1 & mask;
        }
        closeGap(slot);
        entries.setRelease(neighbor.index, null);
        freePlaces[freeCount++] = neighbor.index;
    }

    /** Moves later entries of the probe sequence forward, so that no lookup ends at the gap. */
    private void closeGap(int emptied) {
        int gap = emptied;
        for (int slot = gap + 1 & mask; index[slot] != 0; slot = slot + 1 & mask) {
            Neighbor neighbor = entries.getPlain(index[slot] - 1);
            int home = slot(neighbor.high, neighbor.low);
            if ((slot - home & mask) >= (slot - gap & mask)) {
                index[gap] = index[slot];
                gap = slot;
            }
        }
        index[gap] = 0;
    }

    /**
     * An entry that may make room, or null: first those that never answered us, then those being resolved, then those
     * that did answer but are STALE. Neighbors known to be in use (REACHABLE, DELAY, PROBE) are never chosen.
     */
    Neighbor evictable(long nowNanos) {
        Neighbor best = null;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i < Math.min(EVICTION_WINDOW, capacity()); i++) {
            hand = hand + 1 == capacity() ? 0 : hand + 1;
            Neighbor candidate = entries.getPlain(hand);
            if (candidate == null) {
                continue;
            }
            int rank = evictionRank(candidate, nowNanos);
            if (rank == 0) {
                return candidate;
            }
            if (rank < bestRank) {
                bestRank = rank;
                best = candidate;
            }
        }
        return best;
    }

    private static int evictionRank(Neighbor neighbor, long nowNanos) {
        NeighborState state = neighbor.stateAt(nowNanos);
        if (state == NeighborState.INCOMPLETE) {
            return 1;
        }
        if (!neighbor.confirmed) {
            return 0;
        }
        return state == NeighborState.STALE ? 2 : Integer.MAX_VALUE;
    }

    private int slot(long high, long low) {
        long hash = (high ^ hashSeed) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ hash >>> 32 ^ low) * 0xd6e8feb86659fd93L;
        hash = (hash ^ hash >>> 32) * 0xd6e8feb86659fd93L;
        return (int) (hash >>> 32) & mask;
    }
}
