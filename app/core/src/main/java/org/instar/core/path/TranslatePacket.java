// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;

/**
 * Step 4 (RFC 6146 §3.7): has the engine write the translated packet, in one piece or in fragments. Each direction
 * has a translator of its own, so that a hairpin packet can go through the second while the first still has
 * fragments.
 */
final class TranslatePacket {

    private final PacketTranslator to4;
    private final PacketTranslator to6;
    private final PathCounters counters;

    TranslatePacket(TranslatorSettings settings, PathCounters counters) {
        this.to4 = new PacketTranslator(settings);
        this.to6 = new PacketTranslator(settings);
        this.counters = counters;
    }

    /** Bytes written; -1 when the packet is dropped, {@link #refusal4} says why. */
    int to4(IpPacket packet, ByteBuffer out, int offset, OutgoingTuple4 tuple) {
        int written = to4.translate6to4(packet, out, offset, tuple);
        if (written > 0) {
            counters.count(PathEvent.PACKETS_6TO4);
        }
        return written;
    }

    /** The next fragment of the packet that {@link #to4} began; 0 or less when there is none. */
    int more4(ByteBuffer out, int offset) {
        return to4.nextFragment(out, offset);
    }

    /** Why {@link #to4} dropped the packet. */
    DropReason refusal4() {
        return to4.dropReason();
    }

    /** Bytes written; -1 when the packet is dropped, {@link #refusal6} says why. */
    int to6(IpPacket packet, ByteBuffer out, int offset, OutgoingTuple6 tuple) {
        int written = to6.translate4to6(packet, out, offset, tuple);
        if (written > 0) {
            counters.count(PathEvent.PACKETS_4TO6);
        }
        return written;
    }

    /** The next fragment of the packet that {@link #to6} began; 0 or less when there is none. */
    int more6(ByteBuffer out, int offset) {
        return to6.nextFragment(out, offset);
    }

    /** Why {@link #to6} dropped the packet. */
    DropReason refusal6() {
        return to6.dropReason();
    }
}
