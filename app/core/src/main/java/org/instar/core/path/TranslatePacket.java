// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;
import org.instar.engine.translate.PacketTranslator;

/** Step 4 (RFC 6146 §3.7): has the engine write the translated packet, and counts. */
final class TranslatePacket {

    private final IpPacket packet;
    private final PacketTranslator translator;
    private final PathCounters counters;

    TranslatePacket(IpPacket packet, PacketTranslator translator, PathCounters counters) {
        this.packet = packet;
        this.translator = translator;
        this.counters = counters;
    }

    /** Bytes written, or -1 when the packet was dropped, and counted. */
    int to4(ByteBuffer out, int offset, OutgoingTuple4 tuple) {
        return counted(translator.translate6to4(packet, out, offset, tuple), PathEvent.PACKETS_6TO4);
    }

    /** Bytes written, or -1 when the packet was dropped, and counted. */
    int to6(ByteBuffer out, int offset, OutgoingTuple6 tuple) {
        return counted(translator.translate4to6(packet, out, offset, tuple), PathEvent.PACKETS_4TO6);
    }

    private int counted(int written, PathEvent event) {
        if (written < 0) {
            DropReason reason = translator.dropReason();
            counters.drop(reason);
        } else {
            counters.count(event);
        }
        return written;
    }
}
