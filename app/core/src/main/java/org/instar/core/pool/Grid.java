// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.core.config.PoolConfig;

/**
 * How each address of a pool is cut: a row of cells, each of which may be leased as a block. In a pool of blocks a
 * cell is a multiple of the block size, cut off at the ends of the pool's ports. In a deterministic pool it is what
 * one shard has of one subscriber's ports. Immutable.
 */
final class Grid {

    /** The lowest port that is not well-known: RFC 6146 §3.5.1.1 keeps the two sides apart. */
    static final int FIRST_REGISTERED = 1024;

    final int first;
    final int last;
    /** Cells that lie below {@link #FIRST_REGISTERED} wholly come first, so many. */
    final int lowCells;
    final int firstCell;
    final int endCell;
    /** Bits of a port within its block; says nothing in a deterministic pool. */
    final int shift;
    /** Ports of one subscriber, 0: a pool of blocks. */
    final int portsPerSubscriber;
    private final int shards;

    Grid(PoolConfig config, int shards) {
        this.shards = shards;
        this.shift = Integer.numberOfTrailingZeros(config.blockSize());
        this.first = config.firstPort();
        this.portsPerSubscriber = config.portsPerSubscriber();
        if (isDeterministic()) {
            this.last = first + config.subscribersPerAddress() * portsPerSubscriber - 1;
            this.firstCell = 0;
            this.endCell = config.subscribersPerAddress() * shards;
            this.lowCells = 0;
        } else {
            this.last = config.ports().last();
            this.firstCell = first >>> shift;
            this.endCell = (last >>> shift) + 1;
            int low = 0;
            while (firstCell + low < endCell && cellLast(firstCell + low) < FIRST_REGISTERED) {
                low++;
            }
            this.lowCells = low;
        }
    }

    boolean isDeterministic() {
        return portsPerSubscriber > 0;
    }

    boolean hasPort(int port) {
        return port >= first && port <= last;
    }

    /** The cell that a port of {@link #hasPort} lies in, of that shard in a deterministic pool. */
    int cellOf(int port, int shard) {
        return isDeterministic() ? (port - first) / portsPerSubscriber * shards + shard : port >>> shift;
    }

    int cellFirst(int cell) {
        return isDeterministic() ? first + cell / shards * portsPerSubscriber : Math.max(first, cell << shift);
    }

    int cellLast(int cell) {
        return isDeterministic() ? cellFirst(cell) + portsPerSubscriber - 1
                : Math.min(last, ((cell + 1) << shift) - 1);
    }

    /** Whether a cell is below the well-known ports' end wholly. */
    boolean isLow(int cell) {
        return cell < firstCell + lowCells;
    }

    boolean hasCell(int cell) {
        return cell >= firstCell && cell < endCell;
    }

    /** Blocks of one address; in a deterministic pool its subscribers. */
    int blocks() {
        return isDeterministic() ? endCell / shards : endCell - firstCell;
    }

    /** Cells of one side of {@link #FIRST_REGISTERED}. */
    int cells(boolean low) {
        return low ? lowCells : endCell - firstCell - lowCells;
    }

    int firstCell(boolean low) {
        return low ? firstCell : firstCell + lowCells;
    }

    /** Whether a cell has ports of both sides: it is counted as one of the upper side. */
    boolean hasMixedCell() {
        return first < FIRST_REGISTERED && last >= FIRST_REGISTERED
                && (isDeterministic() || 1 << shift > FIRST_REGISTERED);
    }

    /** Which shard has a port of a deterministic pool. */
    int stripe(int port) {
        return stripe(port, shards);
    }

    /** Which of so many shards has a port of a deterministic pool: 16 ports each in turn. */
    static int stripe(int port, int shards) {
        return (port >>> 4) % shards;
    }
}
