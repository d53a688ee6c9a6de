// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.instar.engine.address.Prefix4;

/**
 * Pool addresses by number: between the passes there is room for 14 bits of them, the TTL of the NSH header that V3lo
 * and V4hi begin, and its next protocol. So a block is 256 addresses alike in their upper 24 bits, and there may be 64;
 * sessions of pool addresses beyond stay with the fast path.
 */
final class PoolBlocks {

    static final int MAX_BLOCKS = 64;

    private static final int BLOCK_BITS = 8;
    private static final int BLOCK_SIZE = 1 << BLOCK_BITS;

    private final List<Integer> blocks;

    PoolBlocks(List<Prefix4> pools) {
        Set<Integer> seen = new LinkedHashSet<>();
        for (Prefix4 pool : pools) {
            long count = Math.max(1, pool.size() >>> BLOCK_BITS);
            for (int i = 0; i < count && seen.size() < MAX_BLOCKS; i++) {
                seen.add(pool.address() + i * BLOCK_SIZE & -BLOCK_SIZE);
            }
        }
        blocks = new ArrayList<>(seen);
    }

    /** How many blocks there are, 1 to 64. */
    int count() {
        return blocks.size();
    }

    /** First address of a block. */
    int firstAddress(int block) {
        return blocks.get(block);
    }

    /** The NSH TTL that stands for a block: 63 for the first. */
    static int nshTtl(int block) {
        return MAX_BLOCKS - 1 - block;
    }

    /** The block an address is in; none if there was no room for it. */
    OptionalInt blockOf(int address) {
        int block = blocks.indexOf(address & -BLOCK_SIZE);
        return block < 0 ? OptionalInt.empty() : OptionalInt.of(block);
    }
}
