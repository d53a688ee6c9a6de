// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/**
 * Writes the IPv4 packets of bare IPv6 packets (RFC 7915 §5.1), the bulk of all, with few instructions: by accesses of
 * eight bytes alone, and with no condition left once {@link #takes} has said yes. {@link Ipv6ToIpv4} would write the
 * same bytes.
 *
 * <p>The order of the steps is measured, not arbitrary: the fewer values live at the same time, the less the compiler
 * has to put aside. So {@link #takes} and {@link #translate} are two methods (what a refusal needs is forgotten after
 * the first), and the transport header, whose values come from reading, is written before the IP header.
 */
final class BareTo4 {

    private static final long LOW_WORD = 0xffffffffL;
    private static final int HEADER4 = IpPacket.HEADER4_LENGTH;
    /** By how much the packet gets shorter. */
    private static final int DIFFERENCE = IpPacket.HEADER6_LENGTH - HEADER4;

    private final int mtu4;
    /** Bytes of the longest packet to be taken: the MTU, or nothing. */
    private int longest;
    private final int maxLengthWithoutDf;
    /** In the place of the type of service in the first four bytes of an IPv4 header. */
    private final int copiedBits;
    /** Version, header length and the type of service that is not copied. */
    private final int fixedBits;
    private final long checkedPrefix;
    private final IdentificationGenerator identifications;
    private final PayloadCopy payload = new PayloadCopy();

    BareTo4(TranslatorSettings settings, IdentificationGenerator identifications) {
        mtu4 = settings.mtu4();
        longest = mtu4;
        maxLengthWithoutDf = settings.isAlwaysDontFragment() ? 0 : HeaderWriter.MAX_LENGTH_WITHOUT_DF;
        copiedBits = settings.typeOfService4() == TranslatorSettings.COPY ? 0xff << 16 : 0;
        fixedBits = 0x45 << 24 | Math.max(0, settings.typeOfService4()) << 16;
        checkedPrefix = settings.isNonGlobalInWellKnownPrefix() ? 0 : Prefix64.WELL_KNOWN_HIGH;
        this.identifications = identifications;
    }

    /** Whether any packets are to be taken. */
    void setOpen(boolean isOpen) {
        longest = isOpen ? mtu4 : 0;
    }

    /** Whether this is a bare IPv6 packet that leaves in one piece and has room; if not, nothing is said about why. */
    boolean takes(IpPacket in, ByteBuffer out, int at) {
        int length = in.totalLength() - DIFFERENCE;
        return (in.isBare(6, IpPacket.UDP) || in.isBare(6, IpPacket.TCP)) && length <= longest && at >= 0
                && length <= out.limit() - at && in.destination6High() != checkedPrefix;
    }

    /** Writes a packet that {@link #takes} said yes to; bytes written. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple4 tuple) {
        int identification = identifications.peek();
        int length = in.totalLength() - DIFFERENCE;
        int protocol;
        int headers;
        if (in.isBare(6, IpPacket.UDP)) {
            protocol = IpPacket.UDP;
            headers = HEADER4 + BareTransport.UDP_HEADER_LENGTH;
            BareTransport.writeUdpHeader(in, out, at + HEADER4, tuple.ports(), tuple.negatedSum());
        } else {
            protocol = IpPacket.TCP;
            headers = HEADER4 + BareTransport.TCP_HEADER_LENGTH;
            BareTransport.writeTcpHeader(in, in.offset() + IpPacket.HEADER6_LENGTH, out, at + HEADER4, tuple.ports(),
                    tuple.negatedSum());
        }
        writeHeader(in, protocol, out, at, length, identification, tuple);
        int from = in.offset() + headers + DIFFERENCE;
        if (PayloadCopy.isShort(length - headers)) {
            PayloadCopy.copyShort(in.buffer(), from, out, at + headers, length - headers);
        } else {
            payload.copy(in.buffer(), from, out, at + headers, length - headers);
        }
        // last: making new ones is a call, and what the compiler knows of packet and buffers doesn't outlive calls
        identifications.advance();
        return length;
    }

    /**
     * Of an IPv6 header's first eight bytes the traffic class is bits 52 to 59, the hop limit the last octet. The
     * checksum's sum takes each IPv4 word as it comes, in the upper or the lower half of 32 bits, as 2^16 is 1 modulo
     * 2^16 - 1; it stays below 2^31, for the first word is below 0x46000000 and the others are below 2^16.
     */
    private void writeHeader(IpPacket in, int protocol, ByteBuffer out, int at, int length, int identification,
            OutgoingTuple4 tuple) {
        long header = in.header();
        int first = ((int) (header >>> 36) & copiedBits | fixedBits) + length;
        int flags = length > maxLengthWithoutDf ? HeaderWriter.DONT_FRAGMENT : 0;
        int timeAndProtocol = ((int) header << 8 & 0xff00) - 0x100 + protocol;
        int sum = first + identification + flags + timeAndProtocol + tuple.addressSum();
        int checksum = InternetChecksum.fold32(sum) ^ 0xffff;
        long second = (identification << 16 | flags) & LOW_WORD;
        out.putLong(at, (long) first << 32 | second);
        out.putLong(at + 4, second << 32 | (timeAndProtocol << 16 | checksum) & LOW_WORD);
        out.putLong(at + 12, tuple.addresses());
    }
}
