// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;

/**
 * What a translator remembers between two calls: why it dropped a packet, and how far it has cut one into fragments.
 */
final class Cut {

    private DropReason dropReason;
    private IpPacket packet;
    private OutgoingTuple4 tuple4;
    private OutgoingTuple6 tuple6;
    private int at;
    private int identification;

    void begin4(IpPacket newPacket, OutgoingTuple4 tuple, int newIdentification) {
        packet = newPacket;
        tuple4 = tuple;
        tuple6 = null;
        at = 0;
        identification = newIdentification;
    }

    void begin6(IpPacket newPacket, OutgoingTuple6 tuple) {
        packet = newPacket;
        tuple4 = null;
        tuple6 = tuple;
        at = 0;
    }

    /** Notes that a fragment with this much of the transport packet was written. */
    void advance(int length) {
        at += length;
        if (at == packet.transportLength()) {
            packet = null;
        }
        dropReason = null;
    }

    /** Nothing is to be cut, or no more. */
    void end() {
        packet = null;
    }

    int drop(DropReason reason) {
        dropReason = reason;
        packet = null;
        return -1;
    }

    int succeed(int length) {
        if (dropReason != null) {   // spares the garbage collector's bookkeeping of reference stores
            dropReason = null;
        }
        return length;
    }

    DropReason dropReason() {
        return dropReason;
    }

    boolean isActive() {
        return packet != null;
    }

    boolean isTo4() {
        return tuple4 != null;
    }

    IpPacket packet() {
        return packet;
    }

    OutgoingTuple4 tuple4() {
        return tuple4;
    }

    OutgoingTuple6 tuple6() {
        return tuple6;
    }

    /** Bytes of the transport packet that are written. */
    int at() {
        return at;
    }

    int identification() {
        return identification;
    }
}
