// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.List;

/** Counts anew what a shard has, and compares. */
final class ShardAudit {

    private final PoolDirectory directory;
    private final ShardBlocks blocks;
    private final List<String> violations = new ArrayList<>();

    ShardAudit(PoolDirectory directory, ShardBlocks blocks) {
        this.directory = directory;
        this.blocks = blocks;
    }

    List<String> violations() {
        int heldInAll = 0;
        for (PoolView pool : directory.views()) {
            long[] counted = new long[2 * PoolView.PROTOCOLS];
            for (PoolAddress place : directory.placesOf(pool)) {
                for (int cell = 0; cell < place.cells(); cell++) {
                    Block block = place.block(cell);
                    if (block != null && block.shard() == blocks.shard()) {
                        check(block, counted);
                    }
                }
            }
            for (int i = 0; i < counted.length; i++) {
                long known = pool.counters(blocks.shard()).get(i);
                if (known != counted[i]) {
                    violations.add("pool " + pool + ", counter " + i + ": " + known + ", but there are " + counted[i]);
                }
                heldInAll += i < PoolView.PROTOCOLS ? 0 : counted[i];
            }
        }
        if (heldInAll != blocks.held()) {
            violations.add(blocks.held() + " ports held down, but there are " + heldInAll);
        }
        return violations;
    }

    private void check(Block block, long[] counted) {
        String what = "block " + new PortSpan(block.place().address(), block.first(), block.last()) + " of pool "
                + block.place().pool();
        String violation = blocks.violation(block);
        if (violation != null) {
            violations.add(what + ": " + violation);
        }
        for (int port = block.first(); port <= block.last(); port++) {
            if (block.owns(port)) {
                int owner = block.place().slot().owner(port);
                if (owner != blocks.shard()) {
                    violations.add(what + ": port " + port + " is shard " + owner + "'s");
                }
                count(block, port, counted);
            }
        }
    }

    private static void count(Block block, int port, long[] counted) {
        for (int protocol = 0; protocol < PoolView.PROTOCOLS; protocol++) {
            PortBits ports = block.portsIfAny(protocol);
            if (ports != null && ports.isOccupied(port) && !ports.isReserved(port)) {
                counted[ports.isHeld(port) ? PoolView.heldIndex(protocol) : PoolView.takenIndex(protocol)]++;
            }
        }
    }
}
