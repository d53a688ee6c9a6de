// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/**
 * A frame of a shard to itself by way of the switch, which keeps the order of what comes from one port: when it is
 * back, all frames that were sent before it have gone on.
 *
 * <pre>
 * 0 the gateway's MAC address, twice    12 type 0x88b5    14 shard    16 the marker    24 padding
 * </pre>
 *
 * The type is one of those for local experiments (IEEE Std 802, 9.2.3): no other protocol has it.
 */
public final class Marker {

    public static final int ETHER_TYPE = 0x88b5;

    static final int FRAME_LENGTH = 60;

    private static final int SHARD = 14;
    private static final int MARKER = 16;
    private static final int END = 24;

    private Marker() {
    }

    static void write(ByteBuffer frame, long mac, int shard, long marker) {
        EthernetFrame.write(frame, 0, mac, mac, ETHER_TYPE);
        frame.putShort(SHARD, (short) shard).putLong(MARKER, marker);
    }

    /** Whether a frame of the type is a marker of this gateway. */
    public static boolean isMarker(ByteBuffer frame, int offset, int length, long mac) {
        return length >= END && EthernetFrame.source(frame, offset) == mac
                && EthernetFrame.destination(frame, offset) == mac;
    }

    /** The shard that sent it. */
    public static int shard(ByteBuffer frame, int offset) {
        return frame.getShort(offset + SHARD) & 0xffff;
    }

    /** What it carries. */
    public static long marker(ByteBuffer frame, int offset) {
        return frame.getLong(offset + MARKER);
    }
}
