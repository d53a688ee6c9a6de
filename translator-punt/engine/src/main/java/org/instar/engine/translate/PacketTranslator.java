// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/**
 * Translates one packet at a time (RFC 7915 §4, §5), with addresses and ports from the outgoing tuple (RFC 6146 §3.7).
 * One per thread, not thread safe; allocates nothing as long as its buffers are few (up to eight to read from, eight to
 * write to).
 *
 * <p>The output buffer is big-endian; the translator writes the bytes that it answers for from the offset on, and no
 * other; a dropped packet writes none. Room is what lies between the offset and the buffer's limit. Input and output
 * may be in one buffer but may not overlap.
 *
 * <p>Transport checksums are updated, not verified: a wrong one stays wrong and its receiver will find out.
 */
public final class PacketTranslator {

    /** An IPv6 sender need not go below this, so its packets up to this size are never too big (RFC 7915 §5.1.1). */
    private static final int MIN_MTU6 = TranslatorSettings.MIN_MTU6;

    private final TranslatorSettings settings;
    private final IdentificationGenerator identifications = new IdentificationGenerator();
    private final PayloadCopy payload = new PayloadCopy();
    private DropReason dropReason;

    public PacketTranslator(TranslatorSettings settings) {
        this.settings = settings;
    }

    /**
     * Writes the IPv4 packet that stands for an IPv6 packet. Don't fragment is set above 1260 bytes; the identification
     * is never the same twice within 32768 packets.
     *
     * @param in a packet read by {@link IpPacket#read6} with success
     * @param outOffset where the IPv4 header is to begin
     * @param tuple addresses and ports to write; of an ICMP echo its source port is the identifier
     * @return bytes written, or -1: see {@link #dropReason()}
     */
    public int translate6to4(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple4 tuple) {
        int length = IpPacket.HEADER4_LENGTH + in.transportLength();
        dropReason = check6to4(in, length, out, outOffset);
        if (dropReason != null) {
            return -1;
        }
        int transport = outOffset + IpPacket.HEADER4_LENGTH;
        payload.copy(in.buffer(), in.transportOffset(), out, transport, in.transportLength());
        HeaderWriter.write4(in, out, outOffset, tuple, identifications.next());
        long removed = PseudoHeader.addresses6(in.source6High(), in.source6Low(),
                in.destination6High(), in.destination6Low());
        if (in.protocol() == IpPacket.ICMP) {
            EchoRewriter.rewrite6to4(out, transport, in.transportLength(), tuple.sourcePort(), removed);
        } else {
            rewritePorts(in, out, transport, tuple.sourcePort() << 16 | tuple.destinationPort(), removed,
                    PseudoHeader.addresses4(tuple.source(), tuple.destination()));
        }
        return length;
    }

    /**
     * Writes the IPv6 packet that stands for an IPv4 packet.
     *
     * @param in a packet read by {@link IpPacket#read4} with success
     * @param outOffset where the IPv6 header is to begin
     * @param tuple addresses and ports to write; of an ICMP echo its destination port is the identifier
     * @return bytes written, or -1: see {@link #dropReason()}
     */
    public int translate4to6(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple6 tuple) {
        int length = IpPacket.HEADER6_LENGTH + in.transportLength();
        dropReason = check4to6(in, length, out, outOffset);
        if (dropReason != null) {
            return -1;
        }
        int transport = outOffset + IpPacket.HEADER6_LENGTH;
        payload.copy(in.buffer(), in.transportOffset(), out, transport, in.transportLength());
        HeaderWriter.write6(in, out, outOffset, tuple);
        long added = PseudoHeader.addresses6(tuple.sourceHigh(), tuple.sourceLow(),
                tuple.destinationHigh(), tuple.destinationLow());
        if (in.protocol() == IpPacket.ICMP) {
            EchoRewriter.rewrite4to6(out, transport, in.transportLength(), tuple.destinationPort(), added);
        } else {
            rewritePorts(in, out, transport, tuple.sourcePort() << 16 | tuple.destinationPort(),
                    PseudoHeader.addresses4(in.source4(), in.destination4()), added);
        }
        return length;
    }

    /** Why the last packet was dropped; null when it was translated. */
    public DropReason dropReason() {
        return dropReason;
    }

    private static void rewritePorts(IpPacket in, ByteBuffer out, int transport, int ports, long removed, long added) {
        if (in.protocol() == IpPacket.TCP) {
            TransportRewriter.rewriteTcp(out, transport, ports, removed, added);
        } else {
            TransportRewriter.rewriteUdp(out, transport, ports, removed, added);
        }
    }

    private DropReason check6to4(IpPacket in, int length, ByteBuffer out, int outOffset) {
        if (in.version() != 6) {
            return DropReason.BAD_VERSION;
        }
        if (in.hopLimit() <= 1) {
            return DropReason.HOP_LIMIT_EXCEEDED;
        }
        if (length > settings.mtu4()) {
            return in.totalLength() > MIN_MTU6 ? DropReason.PACKET_TOO_BIG : DropReason.FRAGMENTATION_REQUIRED;
        }
        return hasRoom(out, outOffset, length) ? null : DropReason.OUTPUT_TOO_SMALL;
    }

    private DropReason check4to6(IpPacket in, int length, ByteBuffer out, int outOffset) {
        if (in.version() != 4) {
            return DropReason.BAD_VERSION;
        }
        if (in.hopLimit() <= 1) {
            return DropReason.HOP_LIMIT_EXCEEDED;
        }
        if (length > settings.mtu6()) {
            return in.dontFragment() ? DropReason.PACKET_TOO_BIG : DropReason.FRAGMENTATION_REQUIRED;
        }
        return hasRoom(out, outOffset, length) ? null : DropReason.OUTPUT_TOO_SMALL;
    }

    private static boolean hasRoom(ByteBuffer out, int outOffset, int length) {
        return outOffset >= 0 && length <= out.limit() - outOffset;
    }
}
