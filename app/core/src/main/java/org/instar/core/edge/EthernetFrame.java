// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** The 14 octets in front of a packet: destination, source, type. */
final class EthernetFrame {

    static final int HEADER_LENGTH = 14;
    static final int IPV4 = 0x0800;
    static final int ARP = 0x0806;
    static final int IPV6 = 0x86dd;

    private EthernetFrame() {
    }

    static long destination(ByteBuffer frame, int offset) {
        return frame.getLong(offset) >>> 16;
    }

    static long source(ByteBuffer frame, int offset) {
        return frame.getLong(offset + 6) >>> 16;
    }

    static int type(ByteBuffer frame, int offset) {
        return frame.getShort(offset + 12) & 0xffff;
    }

    static void write(ByteBuffer frame, int offset, long destination, long source, int type) {
        frame.putLong(offset, destination << 16 | source >>> 32);
        frame.putInt(offset + 8, (int) source);
        frame.putShort(offset + 12, (short) type);
    }
}
