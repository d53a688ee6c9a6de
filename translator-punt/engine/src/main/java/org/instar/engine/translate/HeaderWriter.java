// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/** Writes the IP header of the translated packet; the hop limit is decremented here and nowhere else. */
final class HeaderWriter {

    private static final int ICMPV6 = 58;
    private static final int DONT_FRAGMENT = 0x4000;
    /** An IPv4 packet above this size stands for an IPv6 packet above 1280 bytes (RFC 7915 §5). */
    private static final int MAX_LENGTH_WITHOUT_DF = 1260;

    private HeaderWriter() {
    }

    /** RFC 7915 §5.1. */
    static void write4(IpPacket in, ByteBuffer out, int offset, OutgoingTuple4 tuple, int identification) {
        int totalLength = IpPacket.HEADER4_LENGTH + in.transportLength();
        int flags = totalLength <= MAX_LENGTH_WITHOUT_DF ? 0 : DONT_FRAGMENT;
        int first = 0x45 << 24 | in.trafficClass() << 16 | totalLength;
        int second = identification << 16 | flags;
        int third = in.hopLimit() - 1 << 24 | in.protocol() << 16;
        long sum = (first & 0xffffffffL) + (second & 0xffffffffL) + (third & 0xffffffffL)
                + (tuple.source() & 0xffffffffL) + (tuple.destination() & 0xffffffffL);
        out.putLong(offset, (long) first << 32 | second & 0xffffffffL);
        out.putLong(offset + 8, (long) (third | InternetChecksum.ofSum(sum)) << 32 | tuple.source() & 0xffffffffL);
        out.putInt(offset + 16, tuple.destination());
    }

    /** RFC 7915 §4.1; the flow label is zero. */
    static void write6(IpPacket in, ByteBuffer out, int offset, OutgoingTuple6 tuple) {
        int nextHeader = in.protocol() == IpPacket.ICMP ? ICMPV6 : in.protocol();
        out.putLong(offset, 6L << 60 | (long) in.trafficClass() << 52 | (long) in.transportLength() << 16
                | nextHeader << 8 | in.hopLimit() - 1);
        out.putLong(offset + 8, tuple.sourceHigh());
        out.putLong(offset + 16, tuple.sourceLow());
        out.putLong(offset + 24, tuple.destinationHigh());
        out.putLong(offset + 32, tuple.destinationLow());
    }
}
