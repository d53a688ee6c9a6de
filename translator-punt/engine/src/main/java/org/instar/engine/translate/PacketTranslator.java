// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
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
 * <p>A packet may have to leave in fragments (RFC 7915 §4.1, §5.1.1). Then the translate methods write the first, and
 * {@link #nextFragment} one after the other; till then packet, bytes and tuple stay as they are:
 * <pre>{@code
 * for (int length = translator.translate4to6(packet, out, 0, tuple); length > 0; length = translator.nextFragment(out,
 *     0)) { send(out, 0, length);
 * }
 * }</pre>
 *
 * <p>Transport checksums are updated, not verified: a wrong one stays wrong and its receiver will find out.
 */
public final class PacketTranslator {

    private final Cut cut = new Cut();
    private final Ipv6ToIpv4 to4;
    private final Ipv4ToIpv6 to6;
    private final BareTo4 bareTo4;
    private final BareTo6 bareTo6;

    public PacketTranslator(TranslatorSettings settings) {
        this(settings, new IdentificationGenerator(settings));
    }

    PacketTranslator(TranslatorSettings settings, IdentificationGenerator identifications) {
        TransportWriter transports = new TransportWriter(settings);
        bareTo4 = new BareTo4(settings, identifications);
        bareTo6 = new BareTo6(settings);
        to4 = new Ipv6ToIpv4(settings, transports, cut, identifications);
        to6 = new Ipv4ToIpv6(settings, transports, cut);
    }

    /**
     * Writes the IPv4 packet that stands for an IPv6 packet. Don't fragment is set above 1260 bytes; the identification
     * is never the same twice within 32768 packets, the fewer the more parts there are
     * ({@link TranslatorSettings#withPart}).
     *
     * @param in a packet read by {@link IpPacket#read6} with success; the ports of a fragment are known
     * @param outOffset where the IPv4 header is to begin
     * @param tuple addresses and ports to write; of an ICMP echo its source port is the identifier. Of an ICMP error
     *     message they go, swapped, into the packet that it is about, and the message comes from the tuple's reporter
     * @return bytes written, or -1: see {@link #dropReason()}
     */
    public int translate6to4(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple4 tuple) {
        return bareTo4.takes(in, out, outOffset) ? bareTo4.translate(in, out, outOffset, tuple)
                : translateAny6to4(in, out, outOffset, tuple);
    }

    private int translateAny6to4(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple4 tuple) {
        int length = to4.translate(in, out, outOffset, tuple);
        setBareWays();
        return length;
    }

    /**
     * Writes the IPv6 packet that stands for an IPv4 packet.
     *
     * @param in a packet read by {@link IpPacket#read4} with success; the ports of a fragment are known
     * @param outOffset where the IPv6 header is to begin
     * @param tuple addresses and ports to write; of an ICMP echo its destination port is the identifier. Of an ICMP
     *     error message they go, swapped, into the packet that it is about, and the message comes from the tuple's
     * reporter
     * @return bytes written, or -1: see {@link #dropReason()}
     */
    public int translate4to6(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple6 tuple) {
        return bareTo6.takes(in, out, outOffset, tuple) ? bareTo6.translate(in, out, outOffset, tuple)
                : translateAny4to6(in, out, outOffset, tuple);
    }

    private int translateAny4to6(IpPacket in, ByteBuffer out, int outOffset, OutgoingTuple6 tuple) {
        int length = to6.translate(in, out, outOffset, tuple);
        setBareWays();
        return length;
    }

    /** They know nothing of the cut, so they take no packet as long as there is anything to forget. */
    private void setBareWays() {
        bareTo4.setOpen(!cut.isUsed());
        bareTo6.setOpen(!cut.isUsed());
    }

    /**
     * Writes the next fragment of the packet last translated, complete with its IP header.
     *
     * @param outOffset where the IP header is to begin
     * @return bytes written; 0 when there are no more, -1 when there is no room for it, which ends the packet
     */
    public int nextFragment(ByteBuffer out, int outOffset) {
        if (!cut.isActive()) {
            return 0;
        }
        return cut.isTo4() ? to4.nextFragment(out, outOffset) : to6.nextFragment(out, outOffset);
    }

    /** Why the last packet was dropped; null when it was translated. */
    public DropReason dropReason() {
        return cut.dropReason();
    }
}
