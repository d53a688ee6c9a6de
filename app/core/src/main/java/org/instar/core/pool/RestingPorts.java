// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.core.Protocol;

/**
 * A walk over the ports of one shard that rest after their release, in pieces, between which the shard may go on: what
 * is released meanwhile may be missed. For the shard's thread.
 */
public final class RestingPorts {

    private static final int GENERATIONS = 2;

    /** Gets what rests. */
    public interface Visitor {

        /**
         * Some of 64 ports that rest.
         *
         * @param firstPort what bit 0 stands for, a multiple of 64
         * @param subscriber whose block they are in, null: nobody's in particular
         * @param releasedNanos when the last of them was released, or later
         */
        void resting(Protocol protocol, int address, int firstPort, long ports, Subscriber subscriber,
                long releasedNanos);
    }

    private final Block[] blocks;
    private int next;

    RestingPorts(Block[] blocks) {
        this.blocks = blocks;
    }

    /**
     * Goes on.
     *
     * @param most how many groups of 64 ports are looked at before it stops, at the end of a block
     * @return whether there is more
     */
    public boolean visit(int most, Visitor visitor) {
        for (int looks = 0; looks < most && next < blocks.length; next++) {
            looks += visit(blocks[next], visitor);
        }
        return next < blocks.length;
    }

    private static int visit(Block block, Visitor visitor) {
        int looks = 1;
        for (int generation = 0; generation < GENERATIONS && block.held() > 0; generation++) {
            for (Protocol protocol : Protocol.values()) {
                PortBits ports = block.portsIfAny(protocol.ordinal());
                for (int word = 0; ports != null && ports.held() > 0 && word < ports.words(); word++, looks++) {
                    long held = ports.heldWord(generation, word);
                    if (held != 0) {
                        visitor.resting(protocol, block.place().address(), block.base() + 64 * word, held,
                                block.subscriber(), block.lastNanos(generation));
                    }
                }
            }
        }
        return looks;
    }
}
