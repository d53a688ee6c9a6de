// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** The 14 octets in front of a packet: destination, source, type; 18 with a VLAN tag (IEEE 802.1Q) between. */
final class EthernetFrame {

    static final int HEADER_LENGTH = 14;
    static final int TAG_LENGTH = 4;
    /** Where the packet stands in buffers of the edge's own: behind room for a tagged header. */
    static final int PACKET = TAG_LENGTH + HEADER_LENGTH;
    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;
    static final int VLAN = 0x8100;
    static final int IPV6 = 0x86dd;

    private EthernetFrame() {
    }

    static long destination(ByteBuffer frame, int offset) {
        return frame.getLong(offset) >>> 16;
    }

    static long source(ByteBuffer frame, int offset) {
        return frame.getLong(offset + 6) >>> 16;
    }

    /** The type in front of a packet, whether there is a tag or not. */
    static int typeInFrontOf(ByteBuffer frame, int packet) {
        return frame.getShort(packet - 2) & 0xffff;
    }

    static void write(ByteBuffer frame, int offset, long destination, long source, int type) {
        frame.putLong(offset, destination << 16 | source >>> 32);
        frame.putInt(offset + 8, (int) source);
        frame.putShort(offset + 12, (short) type);
    }
}
