// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/**
 * Sends frames of the gateway in a VLAN. The tag takes the {@link EthernetFrame#TAG_LENGTH} octets in front of where an
 * untagged frame begins, so that no packet moves.
 */
final class FrameSender {

    private final long mac;
    private final EdgeOutput output;

    /**
     * @param mac the gateway's
     */
    FrameSender(long mac, EdgeOutput output) {
        this.mac = mac;
        this.output = output;
    }

    /**
     * Writes the Ethernet header in front of a packet and sends it all.
     *
     * @param offset of the frame without tag: its packet is 14 octets behind
     * @param length of the frame without tag
     */
    void send(ByteBuffer frame, int offset, int length, long destination, int type, int vlan) {
        if (vlan == Vlans.UNTAGGED) {
            EthernetFrame.write(frame, offset, destination, mac, type);
            output.send(frame, offset, length);
        } else {
            int start = offset - EthernetFrame.TAG_LENGTH;
            EthernetFrame.write(frame, start, destination, mac, EthernetFrame.VLAN);
            frame.putShort(start + EthernetFrame.HEADER_LENGTH, (short) vlan);
            frame.putShort(offset + EthernetFrame.HEADER_LENGTH - 2, (short) type);
            output.send(frame, start, length + EthernetFrame.TAG_LENGTH);
        }
    }
}
