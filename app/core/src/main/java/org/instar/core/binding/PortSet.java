// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import java.util.BitSet;
import java.util.function.IntUnaryOperator;
import org.instar.core.config.PortRange;

/**
 * The ports of one pool address and protocol, which are taken and which are free. Even and odd ports are kept apart, so
 * that a search for a port of one parity walks whole words.
 */
final class PortSet {

    static final int NONE = -1;

    /** First port that is not well-known (RFC 6146 §3.5.1.1). */
    private static final int FIRST_REGISTERED = 1024;
    private static final int LAST = 65535;

    private final PortRange range;
    private final BitSet[] takenByParity = {new BitSet(), new BitSet()};
    private int taken;

    PortSet(PortRange range) {
        this.range = range;
    }

    /**
     * Takes a free port for a client's port: of the same range (0-1023 or 1024-65535) and parity where there is one,
     * else of the same range, else any (RFC 6146 §3.5.1.1; RFC 4787 REQ-3, REQ-4). Where to begin is drawn at random,
     * so that ports can't be foretold (RFC 6056).
     *
     * @param random a number from 0 to below its argument
     * @return the port, or {@link #NONE}
     */
    int take(int clientPort, IntUnaryOperator random) {
        int parity = clientPort & 1;
        boolean wellKnown = clientPort < FIRST_REGISTERED;
        for (int attempt = 0; attempt < 4; attempt++) {
            boolean low = wellKnown == attempt < 2;
            int port = low ? find(0, FIRST_REGISTERED - 1, parity ^ attempt & 1, random)
                    : find(FIRST_REGISTERED, LAST, parity ^ attempt & 1, random);
            if (port != NONE) {
                takenByParity[port & 1].set(port >> 1);
                taken++;
                return port;
            }
        }
        return NONE;
    }

    private int find(int from, int to, int parity, IntUnaryOperator random) {
        int first = Math.max(from, range.first());
        int last = Math.min(to, range.last());
        int firstIndex = (first - parity + 1) >> 1;
        int lastIndex = (last - parity) >> 1;
        if (first > last || firstIndex > lastIndex) {
            return NONE;
        }
        BitSet bits = takenByParity[parity];
        int start = firstIndex + random.applyAsInt(lastIndex - firstIndex + 1);
        int free = bits.nextClearBit(start);
        if (free > lastIndex) {
            free = bits.nextClearBit(firstIndex);
            if (free >= start) {
                return NONE;
            }
        }
        return free << 1 | parity;
    }

    void release(int port) {
        takenByParity[port & 1].clear(port >> 1);
        taken--;
    }

    int taken() {
        return taken;
    }
}
