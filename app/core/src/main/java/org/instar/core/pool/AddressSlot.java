// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One IPv4 address that is some pool's, and which shard has which of its ports, in steps of 16. Several pools may have
 * an address, each with other ports or protocols; a step of ports is one shard's for all of them, or else the owner of a
 * packet couldn't be told by address and port. Changed under the directory's lock, read without.
 */
final class AddressSlot {

    private static final int STEP_SHIFT = 4;
    private static final int STEPS = 1 << 16 - STEP_SHIFT;
    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final PoolAddress[] NONE = {};

    private final int address;
    private volatile PoolAddress[] places = NONE;
    /** Shard + 1 of every step; null until the first lease. */
    private volatile byte[] owners;

    AddressSlot(int address) {
        this.address = address;
    }

    int address() {
        return address;
    }

    /** The pools it is in, not to be changed. Empty: no pool's any more. */
    PoolAddress[] places() {
        return places;
    }

    /** The shard that has a port, -1 none. */
    int owner(int port) {
        PoolAddress[] current = places;
        if (current.length == 1 && current[0].pool().grid().isDeterministic()) {
            Grid grid = current[0].pool().grid();
            return grid.hasPort(port) ? grid.stripe(port) : -1;
        }
        byte[] known = owners;
        return known == null ? -1 : (byte) BYTES.getAcquire(known, port >>> STEP_SHIFT) - 1;
    }

    void add(PoolAddress place) {
        PoolAddress[] more = Arrays.copyOf(places, places.length + 1);
        more[places.length] = place;
        places = more;
    }

    void remove(PoolAddress place) {
        places = Arrays.stream(places).filter(other -> other != place).toArray(PoolAddress[]::new);
    }

    /** Whether a shard may have these ports: no other shard has a step of them, and no other pool's block overlaps. */
    boolean isFree(PoolAddress forPlace, int first, int last, int protocols, int shard) {
        byte[] known = owners;
        if (known == null) {
            return true;
        }
        boolean untouched = true;
        for (int step = first >>> STEP_SHIFT; step <= last >>> STEP_SHIFT; step++) {
            if (known[step] != 0) {
                untouched = false;
                if (known[step] != shard + 1) {
                    return false;
                }
            }
        }
        for (PoolAddress place : places) {
            if (!untouched && place != forPlace && place.hasBlock(first, last, protocols)) {
                return false;
            }
        }
        return true;
    }

    void lease(int first, int last, int shard) {
        if (owners == null) {
            owners = new byte[STEPS];
        }
        for (int step = first >>> STEP_SHIFT; step <= last >>> STEP_SHIFT; step++) {
            BYTES.setRelease(owners, step, (byte) (shard + 1));
        }
    }

    /** Takes steps back that no block is in any more. */
    void giveBack(int first, int last) {
        for (int step = first >>> STEP_SHIFT; step <= last >>> STEP_SHIFT; step++) {
            int firstPort = step << STEP_SHIFT;
            boolean used = false;
            for (PoolAddress place : places) {
                used |= place.hasBlock(firstPort, firstPort + (1 << STEP_SHIFT) - 1, -1);
            }
            if (!used) {
                BYTES.setRelease(owners, step, (byte) 0);
            }
        }
    }
}
