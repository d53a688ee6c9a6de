// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/**
 * Has the blocks of one shard follow changed static bindings, a slice at a time. What must not be given out any more is
 * closed when a port is looked for in its block, without waiting for this walk; it is needed for what can be given out
 * again. NOT thread safe.
 */
final class ReservationWalk {

    /** Cells and words of ports that are looked at in one slice: well below a millisecond. */
    private static final int MOST_LOOKS = 16384;
    /** What finding an address costs, in looks. */
    private static final int LOOKS_OF_ADDRESS = 16;

    private final PoolDirectory directory;
    private final ShardBlocks blocks;
    /** Where it stands: a change, an address of it, and a cell of that. */
    private Reservations.Change change;
    private int next;
    private int cell;

    ReservationWalk(PoolDirectory directory, ShardBlocks blocks) {
        this.directory = directory;
        this.blocks = blocks;
        this.change = directory.reservations().last();
        this.next = change.addresses.length;
    }

    /** Whether there is nothing to do. */
    boolean isDone() {
        return next == change.addresses.length && change.next() == null;
    }

    /** Goes on for a while, if there is something to do. */
    void slice() {
        int looks = 0;
        while (looks < MOST_LOOKS && !isDone()) {
            if (next == change.addresses.length) {
                change = change.next();
                next = 0;
            } else {
                looks += LOOKS_OF_ADDRESS + follow(change.addresses[next], MOST_LOOKS - looks);
            }
        }
    }

    /**
     * Goes on at an address, until it is through or has looked often enough; how often it has. Blocks outside what the
     * pool has now give nothing out any more.
     */
    private int follow(int address, int most) {
        AddressSlot slot = directory.slot(address);
        PoolAddress[] places = slot == null ? new PoolAddress[0] : slot.places();
        int end = 0;
        int first = Integer.MAX_VALUE;
        for (PoolAddress place : places) {
            if (place.leased() > 0) {
                first = Math.min(first, place.pool().grid().firstCell);
                end = Math.max(end, Math.min(place.cells(), place.pool().grid().endCell));
            }
        }
        int looks = 0;
        for (cell = Math.max(cell, first); cell < end && looks < most; cell++) {
            for (PoolAddress place : places) {
                looks += 1 + (cell < place.cells() ? follow(place.block(cell)) : 0);
            }
        }
        if (cell >= end) {
            next++;
            cell = 0;
        }
        return looks;
    }

    private int follow(Block block) {
        int looks = 0;
        for (int protocol = 0; protocol < PoolView.PROTOCOLS; protocol++) {
            PortBits ports = block == null || block.shard() != blocks.shard() ? null : block.portsIfAny(protocol);
            if (ports != null) {
                blocks.follow(block, protocol);
                looks += ports.words();
            }
        }
        return looks;
    }
}
