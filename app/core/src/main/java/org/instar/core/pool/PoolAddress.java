// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/** One address of one pool and its blocks. Changed under the directory's lock. */
final class PoolAddress {

    private final PoolView pool;
    private final AddressSlot slot;
    /** By cell; null until the first lease. */
    private volatile Block[] blocks;
    private int leased;
    /** Leased cells of the present grid, upper and lower side. */
    private final int[] leasedCells = new int[2];
    /** Cells of the present grid that static bindings hold wholly and that aren't leased, likewise. */
    private final int[] reservedCells = new int[2];
    private volatile ReservedPorts reserved = ReservedPorts.NONE;
    /** Where it stands in its pool's lists of addresses with room, upper and lower side; -1: not there. */
    private final int[] roomIndex = {-1, -1};
    private volatile boolean draining;

    PoolAddress(PoolView pool, AddressSlot slot) {
        this.pool = pool;
        this.slot = slot;
    }

    PoolView pool() {
        return pool;
    }

    AddressSlot slot() {
        return slot;
    }

    int address() {
        return slot.address();
    }

    boolean isDraining() {
        return draining;
    }

    void drain(boolean drain) {
        draining = drain;
    }

    /** Blocks leased, whatever the grid is now. */
    int leased() {
        return leased;
    }

    /** The block that has a port, of that shard in a deterministic pool; null: none. */
    Block blockAt(int port, int shard) {
        Block[] known = blocks;
        Grid grid = pool.grid();
        if (known == null || grid.isDeterministic() && !grid.hasPort(port)) {
            return null;
        }
        return known[grid.cellOf(port, shard)];
    }

    Block block(int cell) {
        Block[] known = blocks;
        return known == null ? null : known[cell];
    }

    /** How many cells there are to ask {@link #block} for. */
    int cells() {
        Block[] known = blocks;
        return known == null ? 0 : known.length;
    }

    /** Whether a leased block has some of these ports and protocols. */
    boolean hasBlock(int first, int last, int protocols) {
        if (leased == 0) {
            return false;
        }
        Grid grid = pool.grid();
        if (grid.isDeterministic()) {
            return grid.first <= last && grid.last >= first;
        }
        for (int cell = grid.cellOf(first, 0); cell <= grid.cellOf(last, 0); cell++) {
            Block block = blocks[cell];
            if (block != null && (block.protocols() & protocols) != 0 && block.first() <= last
                    && block.last() >= first) {
                return true;
            }
        }
        return false;
    }

    void put(Block block) {
        if (blocks == null) {
            Grid grid = pool.grid();
            blocks = new Block[grid.isDeterministic() ? grid.endCell : grid.cellOf(0xffff, 0) + 1];
        }
        blocks[block.cell()] = block;
        leased++;
        count(block.cell(), 1);
        countReserved();
    }

    void remove(Block block) {
        blocks[block.cell()] = null;
        leased--;
        count(block.cell(), -1);
        countReserved();
    }

    /** What static bindings hold here from now on. */
    void reserve(ReservedPorts ports) {
        reserved = ports;
        countReserved();
    }

    /** What static bindings hold here. */
    ReservedPorts reserved() {
        return reserved;
    }

    private void countReserved() {
        int before = reservedCells();
        reservedCells[0] = 0;
        reservedCells[1] = 0;
        Grid grid = pool.grid();
        if (reserved != ReservedPorts.NONE && !grid.isDeterministic()) {
            for (int cell = grid.firstCell; cell < grid.endCell; cell++) {
                if (block(cell) == null
                        && reserved.coversAll(pool.protocolBits(), grid.cellFirst(cell), grid.cellLast(cell))) {
                    reservedCells[grid.isLow(cell) ? 1 : 0]++;
                }
            }
        }
        if (!draining) {
            pool.addBlocks(before - reservedCells());
        }
    }

    /** Cells of one side that are leased or that nobody may lease. */
    int closedCells(boolean low) {
        return leasedCells(low) + reservedCells[low ? 1 : 0];
    }

    /** Cells that static bindings hold wholly. */
    int reservedCells() {
        return reservedCells[0] + reservedCells[1];
    }

    private void count(int cell, int change) {
        if (pool.grid().hasCell(cell)) {
            leasedCells[pool.grid().isLow(cell) ? 1 : 0] += change;
        }
    }

    /** After the pool's ports have changed: closes what is outside, counts the rest. */
    void fit(Grid grid) {
        leasedCells[0] = 0;
        leasedCells[1] = 0;
        for (int cell = 0; cell < cells(); cell++) {
            Block block = blocks[cell];
            if (block != null) {
                count(cell, 1);
                if (!grid.hasPort(block.first()) || !grid.hasPort(block.last())) {
                    block.close();
                }
            }
        }
        countReserved();
    }

    /** Leased cells of one side. */
    int leasedCells(boolean low) {
        return leasedCells[low ? 1 : 0];
    }

    int roomIndex(boolean low) {
        return roomIndex[low ? 1 : 0];
    }

    void roomIndex(boolean low, int index) {
        roomIndex[low ? 1 : 0] = index;
    }
}
