// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Arrays;
import org.instar.core.Protocol;

/**
 * A subscriber's blocks of one pool in one shard, those with free ports at hand by protocol and side. NOT thread safe.
 */
final class Holding {

    /** Blocks with free ports of one protocol, in no order. */
    static final class OpenBlocks {

        private static final OpenBlocks NONE = new OpenBlocks(0);

        private final int protocol;
        /** The first is kept apart: most have one. */
        private Block first;
        private Block[] others = {};
        private int size;

        OpenBlocks(int protocol) {
            this.protocol = protocol;
        }

        int size() {
            return size;
        }

        Block get(int index) {
            return index == 0 ? first : others[index - 1];
        }

        private void put(int index, Block block) {
            if (index == 0) {
                first = block;
            } else {
                others[index - 1] = block;
            }
        }

        private void add(Block block) {
            if (size > others.length) {
                others = Arrays.copyOf(others, 2 * size);
            }
            block.openIndex(protocol, size);
            put(size++, block);
        }

        private void remove(Block block) {
            Block moved = get(--size);
            put(block.openIndex(protocol), moved);
            moved.openIndex(protocol, block.openIndex(protocol));
            put(size, null);
            block.openIndex(protocol, -1);
        }
    }

    private static final int PROTOCOLS = Protocol.values().length;

    private final PoolView pool;
    /** By protocol, those of the upper side first; null: none yet. */
    private final OpenBlocks[] open = new OpenBlocks[2 * PROTOCOLS];
    private int blocks;
    private Holding next;

    Holding(PoolView pool, Holding next) {
        this.pool = pool;
        this.next = next;
    }

    PoolView pool() {
        return pool;
    }

    Holding next() {
        return next;
    }

    /** The list without one of its elements. */
    static Holding without(Holding list, Holding removed) {
        if (list == removed) {
            return list.next;
        }
        Holding before = list;
        while (before.next != removed) {
            before = before.next;
        }
        before.next = removed.next;
        return list;
    }

    /** Blocks with free ports, below the well-known ports' end or not. */
    OpenBlocks open(int protocol, boolean wellKnown) {
        OpenBlocks known = open[index(protocol, wellKnown)];
        return known == null ? OpenBlocks.NONE : known;
    }

    private static int index(int protocol, boolean wellKnown) {
        return wellKnown ? PROTOCOLS + protocol : protocol;
    }

    void add(Block block) {
        blocks++;
        for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
            update(block, protocol);
        }
    }

    /** How many blocks are left. */
    int remove(Block block) {
        for (int protocol = 0; protocol < PROTOCOLS; protocol++) {
            close(block, protocol);
        }
        return --blocks;
    }

    /** Lists a block, or not, as it has free ports of a protocol. */
    void update(Block block, int protocol) {
        PortBits ports = block.portsIfAny(protocol);
        boolean has = block.isOpen() && block.serves(protocol) && (ports == null || ports.free() > 0);
        if (has && block.openIndex(protocol) < 0) {
            int index = index(protocol, block.isLow());
            if (open[index] == null) {
                open[index] = new OpenBlocks(protocol);
            }
            open[index].add(block);
        } else if (!has) {
            close(block, protocol);
        }
    }

    private void close(Block block, int protocol) {
        if (block.openIndex(protocol) >= 0) {
            open(protocol, block.isLow()).remove(block);
        }
    }
}
