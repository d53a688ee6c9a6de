// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * One IPv4 address that is some pool's, and which shard has which of its ports, in steps of the smallest block.
 * Several pools may have an address, each with other ports or protocols; a step of ports is one shard's for all of
 * them, or else the owner of a packet couldn't be told by address and port. Changed under the directory's lock, read
 * without.
 */
final class AddressSlot {

    private static final int PORT_BITS = 16;
    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final PoolAddress[] NONE = {};

    private final int address;
    private volatile PoolAddress[] places = NONE;
    /** The one place, null while there are none or several: saves a step on the way to a block. */
    private volatile PoolAddress only;
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
        byte[] known = owners;
        if (known != null) {
            return (byte) BYTES.getAcquire(known, port >>> shift(known)) - 1;
        }
        PoolAddress place = only;
        Grid grid = place == null ? null : place.pool().grid();
        return grid != null && grid.isDeterministic() && grid.hasPort(port) ? grid.stripe(port) : -1;
    }

    void add(PoolAddress place) {
        PoolAddress[] more = Arrays.copyOf(places, places.length + 1);
        more[places.length] = place;
        setPlaces(more);
        byte[] known = owners;
        if (known != null && smallestBlock() < shift(known)) {
            byte[] finer = new byte[1 << PORT_BITS - smallestBlock()];
            for (int step = 0; step < finer.length; step++) {
                finer[step] = known[step >>> shift(known) - shift(finer)];
            }
            owners = finer;
        }
    }

    /** Bits of a port within a step. */
    private static int shift(byte[] owners) {
        return Integer.numberOfLeadingZeros(owners.length) - (Integer.SIZE - 1 - PORT_BITS);
    }

    /** Bits of a port within the smallest of the pools' blocks. */
    private int smallestBlock() {
        int smallest = PORT_BITS;
        for (PoolAddress place : places) {
            smallest = Math.min(smallest, place.pool().grid().shift);
        }
        return smallest;
    }

    void remove(PoolAddress place) {
        setPlaces(Arrays.stream(places).filter(other -> other != place).toArray(PoolAddress[]::new));
    }

    private void setPlaces(PoolAddress[] next) {
        places = next;
        only = next.length == 1 ? next[0] : null;
    }

    /** Whether it is no pool's any more. */
    boolean isUnused() {
        return only == null && places.length == 0;
    }

    /** The only pool's place at this address; null: there are none or several. */
    PoolAddress only() {
        return only;
    }

    /** Whether a shard may have these ports: no other shard has a step of them, and no other pool's block overlaps. */
    boolean isFree(PoolAddress forPlace, int first, int last, int protocols, int shard) {
        byte[] known = owners;
        if (known == null) {
            return true;
        }
        int shift = shift(known);
        boolean untouched = true;
        for (int step = first >>> shift; step <= last >>> shift; step++) {
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
            owners = new byte[1 << PORT_BITS - smallestBlock()];
        }
        byte[] known = owners;
        for (int step = first >>> shift(known); step <= last >>> shift(known); step++) {
            BYTES.setRelease(known, step, (byte) (shard + 1));
        }
    }

    /** Takes steps back that no block is in any more. */
    void giveBack(int first, int last) {
        byte[] known = owners;
        int shift = shift(known);
        for (int step = first >>> shift; step <= last >>> shift; step++) {
            int firstPort = step << shift;
            boolean used = false;
            for (PoolAddress place : places) {
                used |= place.hasBlock(firstPort, firstPort + (1 << shift) - 1, -1);
            }
            if (!used) {
                BYTES.setRelease(known, step, (byte) 0);
            }
        }
    }
}
