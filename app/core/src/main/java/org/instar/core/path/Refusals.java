// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.core.config.Nat64Config;
import org.instar.core.rule.Ingress;
import org.instar.engine.DropReason;
import org.instar.engine.icmp.IcmpError;
import org.instar.engine.icmp.IcmpErrorSettings;
import org.instar.engine.icmp.IcmpErrorWriter;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;

/**
 * Counts packets that are dropped and tells their senders where the RFCs want it: docs/icmp.md has the table. The
 * rate of these messages is bounded; none is sent about an error, a group or a later fragment (RFC 4443 §2.4, RFC
 * 1812 §4.3.2.7).
 */
final class Refusals {

    private static final int MAX_MESSAGE = 1280;
    private static final int SOURCE_OFFSET = 12;
    private static final int DESTINATION_OFFSET = 16;
    private static final int SOURCE6_OFFSET = 8;
    /** An error makes no session, whose wall clock time this would be. */
    private static final long NO_NEW_SESSION_MILLIS = 0;

    private final PathCounters counters;
    private final PacketPath.Output output;
    private final PacketPath path;
    private final IcmpErrorWriter errors;
    private final ByteBuffer stored = ByteBuffer.allocateDirect(StoredSyns.MAX_PACKET);
    private final ByteBuffer message = ByteBuffer.allocateDirect(PacketPath.HEADROOM + MAX_MESSAGE);

    Refusals(Nat64Config config, TranslatorSettings settings, PathCounters counters, PacketPath.Output output,
            PacketPath path) {
        this.counters = counters;
        this.output = output;
        this.path = path;
        this.errors = new IcmpErrorWriter(
                IcmpErrorSettings.of(config.gateway().address6(), config.gateway().address4()), settings);
    }

    void refuse6(DropReason reason, IpPacket packet, long nowNanos) {
        refuse6(reason, packet.buffer(), packet.offset(), packet.totalLength(), nowNanos);
    }

    void refuse6(DropReason reason, ByteBuffer buffer, int offset, int length, long nowNanos) {
        counters.drop(reason);
        answer6(reason.icmpError(), buffer, offset, length, nowNanos);
    }

    void refuse6(PathDrop reason, ByteBuffer buffer, int offset, int length, long nowNanos) {
        counters.drop(reason);
        answer6(reason.icmpError(), buffer, offset, length, nowNanos);
    }

    void refuse4(DropReason reason, ByteBuffer buffer, int offset, int length, long nowNanos) {
        counters.drop(reason);
        if (reason.icmpError() != null) {
            int written = errors.write4(reason.icmpError(), buffer, offset, length, message, PacketPath.HEADROOM,
                    nowNanos);
            if (counted(written)) {
                send4(written, nowNanos);
            }
        }
    }

    /** Tells the sender of a SYN that was kept in vain. */
    void tellPortUnreachable(byte[] syn, long nowNanos) {
        stored.clear();
        stored.put(syn).clear();
        int written = errors.write4(IcmpError.PORT_UNREACHABLE, stored, 0, syn.length, message, PacketPath.HEADROOM,
                nowNanos);
        if (counted(written)) {
            send4(written, nowNanos);
        }
    }

    /** Tells the sender of a packet that came out translated, by an error that is translated back. */
    void tellUnreachable(ByteBuffer packet, int offset, int length, long nowNanos) {
        if (packet.get(offset) >>> 4 == 4) {
            int written = path.isPoolAddress(packet.getInt(offset + SOURCE_OFFSET)) ? errors.write4(
                    IcmpError.ADDRESS_UNREACHABLE, packet, offset, length, message, PacketPath.HEADROOM, nowNanos) : -1;
            if (written >= 0 && counted(written)) {
                path.from4(message, PacketPath.HEADROOM, written, nowNanos, NO_NEW_SESSION_MILLIS);
            }
            return;
        }
        int prefix = path.prefixOf(packet.getLong(offset + SOURCE6_OFFSET),
                packet.getLong(offset + SOURCE6_OFFSET + Long.BYTES));
        int written = prefix >= 0 ? errors.write6(IcmpError.ADDRESS_UNREACHABLE, packet, offset, length, message,
                PacketPath.HEADROOM, nowNanos) : -1;
        if (written >= 0 && counted(written)) {
            path.from6(message, PacketPath.HEADROOM, written, prefix, Ingress.UNKNOWN, nowNanos, NO_NEW_SESSION_MILLIS);
        }
    }

    /** The sender of a hairpin packet is a client behind a pool address: the error goes to it as any other would. */
    private void send4(int length, long nowNanos) {
        if (path.isPoolAddress(message.getInt(PacketPath.HEADROOM + DESTINATION_OFFSET))) {
            path.from4(message, PacketPath.HEADROOM, length, nowNanos, NO_NEW_SESSION_MILLIS);
        } else {
            output.answer4(message, PacketPath.HEADROOM + length, nowNanos);
        }
    }

    private void answer6(IcmpError error, ByteBuffer buffer, int offset, int length, long nowNanos) {
        if (error != null) {
            int written = errors.write6(error, buffer, offset, length, message, PacketPath.HEADROOM, nowNanos);
            if (counted(written)) {
                output.answer6(message, PacketPath.HEADROOM + written, nowNanos);
            }
        }
    }

    private boolean counted(int written) {
        counters.count(written > 0 ? PathEvent.ICMP_ERRORS_SENT : PathEvent.ICMP_ERRORS_WITHHELD);
        return written > 0;
    }
}
