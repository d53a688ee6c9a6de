// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;

/**
 * Recognises bare packets, the bulk of all, and takes their fields over: a UDP or TCP header right behind an IP header
 * without options or extension headers, in one piece, with a hop limit above 1 and a source that may be forwarded. A
 * bare UDP packet has a checksum and fills the IP packet; a bare TCP segment is no SYN, whose options may have to
 * change.
 *
 * <p>For whatever is not bare or not in order the answer is no: then {@link Ipv6Reader} or {@link Ipv4Reader} begin
 * anew and find out what it is, or why it is dropped. Fields may have been written by then, none that they don't write.
 *
 * <p>All accesses are eight bytes wide, also where less is needed, so that one check of bounds serves several. Accesses
 * and conditions are few, and each method stays below 325 bytes of bytecode: HotSpot inlines no longer ones, an access
 * to a buffer is hundreds of nodes to its compiler, and at 18000 nodes it stops inlining.
 */
final class BareReader {

    private static final long LOW_WORD = 0xffffffffL;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int TCP_HEADER_LENGTH = 20;
    private static final int SYN = 0x02;
    /** No sum. */
    private static final long NONE = -1;
    /** Version and next header, as they lie in the first eight bytes of an IPv6 header. */
    private static final long VERSION_AND_NEXT_HEADER = 0xf000_0000_0000_ff00L;
    private static final long UDP6 = 6L << 60 | IpPacket.UDP << 8;
    private static final long TCP6 = 6L << 60 | IpPacket.TCP << 8;
    /** The bits of a hop limit, in the same place, of which one at least is set in hop limits above 1. */
    private static final long HOP_LIMIT_ABOVE_1 = 0xfe;
    /** Version, header length, MF bit and fragment offset, as they lie in the first eight bytes of an IPv4 header. */
    private static final long VERSION_AND_FRAGMENT = 0xff00_0000_0000_3fffL;
    private static final long VERSION_4_WITHOUT_OPTIONS = 0x45L << 56;
    private static final long INVERSE_OF_FFFF = 0xfffe_fffe_fffe_ffffL;

    private BareReader() {
    }

    /** Whether a bare IPv6 packet begins there in the packet's buffer; if so, it is read. */
    static boolean read6(IpPacket packet, int offset, int length) {
        ByteBuffer buffer = packet.buffer;
        if (offset < 0 || length < IpPacket.HEADER6_LENGTH + UDP_HEADER_LENGTH || length > buffer.limit() - offset) {
            return false;
        }
        long first = buffer.getLong(offset);
        long transport = buffer.getLong(offset + IpPacket.HEADER6_LENGTH);
        long sourceHigh = buffer.getLong(offset + 8);
        long sourceLow = buffer.getLong(offset + 16);
        int payloadLength = (int) first >>> 16;
        if ((first & HOP_LIMIT_ABOVE_1) == 0 || payloadLength > length - IpPacket.HEADER6_LENGTH
                || Ipv6Reader.isIllegalSource(sourceHigh, sourceLow)) {
            return false;
        }
        long sum = (first & VERSION_AND_NEXT_HEADER) == UDP6 ? readUdp(packet, 6, transport, payloadLength)
                : (first & VERSION_AND_NEXT_HEADER) != TCP6 ? NONE
                : readTcp(packet, 6, transport, offset + IpPacket.HEADER6_LENGTH, payloadLength);
        if (sum < 0) {
            return false;
        }
        packet.offset = offset;
        packet.totalLength = IpPacket.HEADER6_LENGTH + payloadLength;
        packet.header = first;
        packet.transport = transport;
        packet.ports = (int) (transport >>> 32);
        packet.sourceHigh = sourceHigh;
        packet.sourceLow = sourceLow;
        long destinationHigh = buffer.getLong(offset + 24);
        long destinationLow = buffer.getLong(offset + 32);
        packet.destinationHigh = destinationHigh;
        packet.destinationLow = destinationLow;
        packet.checksumPlusTuple = sum + words(sourceHigh) + words(sourceLow) + words(destinationHigh)
                + words(destinationLow);
        return true;
    }

    /** Whether a bare IPv4 packet begins there in the packet's buffer; if so, it is read. */
    static boolean read4(IpPacket packet, int offset, int length) {
        ByteBuffer buffer = packet.buffer;
        if (offset < 0 || length < IpPacket.HEADER4_LENGTH + UDP_HEADER_LENGTH || length > buffer.limit() - offset) {
            return false;
        }
        long first = buffer.getLong(offset);
        long transport = buffer.getLong(offset + IpPacket.HEADER4_LENGTH);
        int totalLength = (int) (first >>> 32) & 0xffff;
        if ((first & VERSION_AND_FRAGMENT) != VERSION_4_WITHOUT_OPTIONS || totalLength > length) {
            return false;
        }
        long second = buffer.getLong(offset + 8);
        long addresses = buffer.getLong(offset + 12);   // overlaps the second
        long addressSum = words(addresses);
        int hopLimitAndProtocol = (int) (second >>> 48);
        if (!isChecked(words(first) + (second >>> 32) + addressSum) || hopLimitAndProtocol < 0x200
                || Ipv4Reader.isIllegalSource((int) (addresses >>> 32))) {
            return false;
        }
        int protocol = hopLimitAndProtocol & 0xff;
        int payloadLength = totalLength - IpPacket.HEADER4_LENGTH;
        long sum = protocol == IpPacket.UDP ? readUdp(packet, 4, transport, payloadLength)
                : protocol != IpPacket.TCP ? NONE
                : readTcp(packet, 4, transport, offset + IpPacket.HEADER4_LENGTH, payloadLength);
        if (sum < 0) {
            return false;
        }
        packet.offset = offset;
        packet.totalLength = totalLength;
        packet.header = first;
        packet.hopLimit = hopLimitAndProtocol >>> 8;
        packet.transport = transport;
        packet.ports = (int) (transport >>> 32);
        packet.sourceLow = addresses >>> 32;
        packet.destinationLow = addresses & LOW_WORD;
        packet.checksumPlusTuple = sum + addressSum;
        return true;
    }

    /**
     * Whether the sum of a header's words is a multiple of 0xffff (RFC 791 §3.1), known that it is above 0 and below
     * 2^48. Multiples, and no other numbers, give their factor when multiplied with the inverse of 0xffff modulo 2^64.
     */
    private static boolean isChecked(long sum) {
        return sum * INVERSE_OF_FFFF >>> 32 == 0;
    }

    /** The sum of checksum and ports; NONE unless it is a bare UDP packet. */
    private static long readUdp(IpPacket packet, int version, long transport, int length) {
        if ((int) transport >>> 16 != length || length < UDP_HEADER_LENGTH || (transport & 0xffff) == 0) {
            return NONE;
        }
        packet.setBare(version, IpPacket.UDP);
        return (transport & 0xffff) + (transport >>> 32);
    }

    /** The sum of checksum and ports; NONE unless it is a bare TCP segment. */
    private static long readTcp(IpPacket packet, int version, long transport, int at, int length) {
        if (length < TCP_HEADER_LENGTH) {
            return NONE;
        }
        // data offset, flags, window, checksum and urgent pointer
        long last = packet.buffer.getLong(at + 12);
        int dataOffset = (int) (last >>> 58) & 0x3c;
        int flags = (int) (last >>> 48) & 0xff;
        if (dataOffset < TCP_HEADER_LENGTH || dataOffset > length || (flags & SYN) != 0) {
            return NONE;
        }
        packet.setBare(version, IpPacket.TCP);
        packet.flagsOrType = flags;
        return ((int) last >>> 16) + (transport >>> 32);
    }

    private static long words(long value) {
        return (value >>> 32) + (value & LOW_WORD);
    }
}
