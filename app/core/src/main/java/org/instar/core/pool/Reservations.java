// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.instar.core.rule.StaticBinding;

/**
 * What static bindings hold of the pools, so that it is not leased. A change is made by whoever changes the
 * configuration, a few addresses at a time, since shards that lease blocks wait for the same lock; then it is published
 * for the shards, whose {@link ReservationWalk} has the blocks follow that they have already. Thread-safe.
 */
final class Reservations {

    /** Addresses that are seen to under the lock in one go: some 0.2 ms where their cells have to be counted. */
    private static final int SLICE = 64;
    /** How long the lock is left to others between two slices. */
    private static final long REST_NANOS = 50_000;

    /** A change that has been made, and the one after it. */
    static final class Change {

        /** Addresses of which static bindings hold other ports since. Not to be changed. */
        final int[] addresses;
        private volatile Change next;

        private Change(int[] addresses) {
            this.addresses = addresses;
        }

        /** Null: there was none since. */
        Change next() {
            return next;
        }
    }

    private final Object lock;
    private final AddressRegistry addresses;
    private final Runnable settled;
    private List<StaticBinding> bindings = List.of();
    private Map<Integer, ReservedPorts> byAddress = Map.of();
    private volatile Change last = new Change(new int[0]);

    /**
     * @param lock the directory's
     * @param settled to be run under the lock when pools have other blocks to lease
     */
    Reservations(Object lock, AddressRegistry addresses, Runnable settled) {
        this.lock = lock;
        this.addresses = addresses;
        this.settled = settled;
    }

    /** What static bindings hold of an address; under the directory's lock. */
    ReservedPorts of(int address) {
        return byAddress.getOrDefault(address, ReservedPorts.NONE);
    }

    /** The change that was made last. */
    Change last() {
        return last;
    }

    /** Makes these be the static bindings. Not for a shard's thread, nor under the directory's lock. */
    synchronized void change(List<StaticBinding> wanted) {
        if (wanted.equals(bindings)) {
            return;
        }
        Map<Integer, ReservedPorts> next = ReservedPorts.byAddress(wanted);
        int[] changed = changed(byAddress, next);
        synchronized (lock) {
            byAddress = next;
        }
        for (int from = 0; from < changed.length; from += SLICE) {
            if (from > 0) {
                LockSupport.parkNanos(REST_NANOS);
            }
            settle(changed, from, Math.min(changed.length, from + SLICE));
        }
        synchronized (lock) {
            settled.run();
        }
        bindings = List.copyOf(wanted);
        Change change = new Change(changed);
        last.next = change;
        last = change;
    }

    private static int[] changed(Map<Integer, ReservedPorts> before, Map<Integer, ReservedPorts> next) {
        Set<Integer> all = new HashSet<>(before.keySet());
        all.addAll(next.keySet());
        return all.stream().filter(address -> !Objects.equals(before.get(address), next.get(address)))
                .mapToInt(Integer::intValue).toArray();
    }

    private void settle(int[] changed, int from, int to) {
        synchronized (lock) {
            for (int i = from; i < to; i++) {
                AddressSlot slot = addresses.find(changed[i]);
                for (PoolAddress place : slot == null ? new PoolAddress[0] : slot.places()) {
                    place.reserve(of(changed[i]));
                    place.pool().updateRoom(place);
                }
            }
        }
    }
}
