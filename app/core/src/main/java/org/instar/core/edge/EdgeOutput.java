// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** Where the router edge puts the frames it sends. */
@FunctionalInterface
public interface EdgeOutput {

    /**
     * Takes one complete Ethernet frame without frame check sequence.
     *
     * @param buffer holds the frame, valid during the call only: the buffer given to {@code send4} or {@code send6},
     *               or one of the edge's own, which may be on the heap or direct; position and limit mean nothing
     * @param offset of the frame's first octet
     * @param length of the frame in octets; not padded to Ethernet's minimum of 60
     */
    void send(ByteBuffer buffer, int offset, int length);
}
