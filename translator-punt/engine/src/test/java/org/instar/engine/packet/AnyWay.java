// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/** Reads packets as those are read that aren't bare, so that tests can compare the two ways. */
public final class AnyWay {

    private AnyWay() {
    }

    /** As {@link IpPacket#read6} or {@link IpPacket#read4}; {@link IpPacket#isBare} says no afterwards. */
    public static DropReason read(int version, IpPacket packet, ByteBuffer buffer, int offset, int length) {
        packet.buffer = buffer;
        return version == 6 ? packet.readAny6(offset, length) : packet.readAny4(offset, length);
    }
}
