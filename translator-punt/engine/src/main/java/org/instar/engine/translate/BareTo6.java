// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;

/**
 * Writes the IPv6 packets of bare IPv4 packets (RFC 7915 §4.1): as {@link BareTo4} the other way. {@link Ipv4ToIpv6}
 * would write the same bytes.
 */
final class BareTo6 {

    private static final int HEADER6 = IpPacket.HEADER6_LENGTH;
    /** By how much the packet gets longer. */
    private static final int DIFFERENCE = HEADER6 - IpPacket.HEADER4_LENGTH;

    private final int mtu6;
    private final int lowestMtu6;
    /** Bytes of the longest packet to be taken, without DF and with: the MTUs, or nothing. */
    private int longest;
    private int longestWithDf;
    /** In the place of the traffic class in the first eight bytes of an IPv6 header. */
    private final long copiedBits;
    /** The version and the traffic class that is not copied. */
    private final long fixedBits;
    private final long checkedPrefix;
    private final PayloadCopy payload = new PayloadCopy();

    BareTo6(TranslatorSettings settings) {
        mtu6 = settings.mtu6();
        lowestMtu6 = settings.lowestMtu6();
        setOpen(true);
        copiedBits = settings.trafficClass6() == TranslatorSettings.COPY ? 0xffL << 52 : 0;
        fixedBits = 6L << 60 | (long) Math.max(0, settings.trafficClass6()) << 52;
        checkedPrefix = settings.isNonGlobalInWellKnownPrefix() ? 0 : Prefix64.WELL_KNOWN_HIGH;
    }

    /** Whether any packets are to be taken. */
    void setOpen(boolean isOpen) {
        longest = isOpen ? lowestMtu6 : 0;
        longestWithDf = isOpen ? mtu6 : 0;
    }

    /** Whether this is a bare IPv4 packet that leaves in one piece and has room; if not, nothing is said about why. */
    boolean takes(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        int length = in.totalLength() + DIFFERENCE;
        return (in.isBare(4, IpPacket.UDP) || in.isBare(4, IpPacket.TCP))
                && (length <= longest || length <= longestWithDf && in.dontFragment()) && at >= 0
                && length <= out.limit() - at && tuple.sourceHigh() != checkedPrefix;
    }

    /** Writes a packet that {@link #takes} said yes to; bytes written. */
    int translate(IpPacket in, ByteBuffer out, int at, OutgoingTuple6 tuple) {
        int length = in.totalLength() + DIFFERENCE;
        int protocol;
        int headers;
        if (in.isBare(4, IpPacket.UDP)) {
            protocol = IpPacket.UDP;
            headers = HEADER6 + BareTransport.UDP_HEADER_LENGTH;
            BareTransport.writeUdpHeader(in, out, at + HEADER6, tuple.ports(), tuple.negatedSum());
        } else {
            protocol = IpPacket.TCP;
            headers = HEADER6 + BareTransport.TCP_HEADER_LENGTH;
            BareTransport.writeTcpHeader(in, in.offset() + IpPacket.HEADER4_LENGTH, out, at + HEADER6, tuple.ports(),
                    tuple.negatedSum());
        }
        writeHeader(in, protocol, out, at, length, tuple);
        int from = in.offset() + headers - DIFFERENCE;
        if (PayloadCopy.isShort(length - headers)) {
            PayloadCopy.copyShort(in.buffer(), from, out, at + headers, length - headers);
        } else {
            payload.copy(in.buffer(), from, out, at + headers, length - headers);
        }
        return length;
    }

    /** Of an IPv4 header's first eight bytes the type of service is bits 48 to 55. */
    private void writeHeader(IpPacket in, int protocol, ByteBuffer out, int at, int length, OutgoingTuple6 tuple) {
        long lengthProtocolAndTime = ((long) (length - IpPacket.HEADER6_LENGTH) << 16) + (protocol << 8)
                + in.hopLimit() - 1;
        out.putLong(at, in.header() << 4 & copiedBits | fixedBits | lengthProtocolAndTime);
        out.putLong(at + 8, tuple.sourceHigh());
        out.putLong(at + 16, tuple.sourceLow());
        out.putLong(at + 24, tuple.destinationHigh());
        out.putLong(at + 32, tuple.destinationLow());
    }
}
