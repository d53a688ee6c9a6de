// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;

/**
 * What a translator remembers between two calls: why it dropped a packet, and how far it has cut one into fragments.
 */
final class Cut {

    /** Whether the next packet finds anything of the last one. */
    private boolean used;
    private DropReason dropReason;
    private IpPacket packet;
    private OutgoingTuple4 tuple4;
    private OutgoingTuple6 tuple6;
    private int at;
    private int identification;

    void begin4(IpPacket newPacket, OutgoingTuple4 tuple, int newIdentification) {
        used = true;
        packet = newPacket;
        tuple4 = tuple;
        tuple6 = null;
        at = 0;
        identification = newIdentification;
    }

    void begin6(IpPacket newPacket, OutgoingTuple6 tuple) {
        used = true;
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

    /** Whether there is anything to {@link #forget()}. */
    boolean isUsed() {
        return used;
    }

    /** Nothing is dropped and nothing is to be cut, or no more. */
    void forget() {
        used = false;
        dropReason = null;
        packet = null;
    }

    int drop(DropReason reason) {
        used = true;
        dropReason = reason;
        packet = null;
        return -1;
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
