// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;

/**
 * Recognises bare packets, the bulk of all, and takes their fields over: a UDP or TCP header right behind an IP header
 * without options or extension headers, in one piece, with a hop limit above 1 and a source that may be forwarded. A
 * bare UDP packet has a checksum and fills the IP packet; a bare TCP segment is no SYN, whose options may have to
 * change.
 *
 * <p>For whatever is not bare or not in order the answer is no: then {@link Ipv6Reader} or {@link Ipv4Reader} begin
 * anew and find out what it is, or why it is dropped. Fields may have been written by then, none that they don't write.
 *
 * <p>Each field is stored as soon as it is known, the sum for the checksum grows along: the fewer values live at the
 * same time, the less the compiler has to put aside. All accesses are eight bytes wide, also where less is needed, so
 * that one check of bounds serves several.
 */
final class BareReader {

    private static final long LOW_WORD = 0xffffffffL;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int TCP_HEADER_LENGTH = 20;
    private static final int SYN = 0x02;
    /** Version and next header, as they lie in the first eight bytes of an IPv6 header. */
    private static final long VERSION_AND_NEXT_HEADER = 0xf000_0000_0000_ff00L;
    private static final long UDP6 = 6L << 60 | IpPacket.UDP << 8;
    private static final long TCP6 = 6L << 60 | IpPacket.TCP << 8;
    private static final int VERSION_4_WITHOUT_OPTIONS = 0x45;
    /** The MF bit and the fragment offset, as they lie in the first eight bytes of an IPv4 header. */
    private static final int FRAGMENT4 = 0x3fff;

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
        int payloadLength = (int) first >>> 16;
        int hopLimit = (int) first & 0xff;
        if (hopLimit <= 1 || payloadLength > length - IpPacket.HEADER6_LENGTH) {
            return false;
        }
        packet.offset = offset;
        packet.totalLength = IpPacket.HEADER6_LENGTH + payloadLength;
        packet.header = first;
        packet.hopLimit = hopLimit;
        if ((first & VERSION_AND_NEXT_HEADER) == UDP6) {
            return readUdp(packet, 6, transport, payloadLength) && readAddresses6(packet, buffer, offset);
        }
        return (first & VERSION_AND_NEXT_HEADER) == TCP6
                && readTcp(packet, 6, transport, offset + IpPacket.HEADER6_LENGTH, payloadLength)
                && readAddresses6(packet, buffer, offset);
    }

    private static boolean readAddresses6(IpPacket packet, ByteBuffer buffer, int offset) {
        long sourceHigh = buffer.getLong(offset + 8);
        long sourceLow = buffer.getLong(offset + 16);
        if (Ipv6Reader.isIllegalSource(sourceHigh, sourceLow)) {
            return false;
        }
        packet.sourceHigh = sourceHigh;
        packet.sourceLow = sourceLow;
        long sum = packet.checksumPlusTuple + words(sourceHigh) + words(sourceLow);
        long destinationHigh = buffer.getLong(offset + 24);
        packet.destinationHigh = destinationHigh;
        sum += words(destinationHigh);
        long destinationLow = buffer.getLong(offset + 32);
        packet.destinationLow = destinationLow;
        packet.checksumPlusTuple = sum + words(destinationLow);
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
        if (first >>> 56 != VERSION_4_WITHOUT_OPTIONS || ((int) first & FRAGMENT4) != 0 || totalLength > length) {
            return false;
        }
        packet.offset = offset;
        packet.totalLength = totalLength;
        packet.header = first;
        long second = buffer.getLong(offset + 8);
        long addresses = buffer.getLong(offset + 12);   // overlaps the second
        int hopLimit = (int) (second >>> 56);
        if (hopLimit <= 1 || !readAddresses4(packet, words(first) + (second >>> 32), addresses)) {
            return false;
        }
        packet.hopLimit = hopLimit;
        int protocol = (int) (second >>> 48) & 0xff;
        boolean isBare = protocol == IpPacket.UDP
                ? readUdp(packet, 4, transport, totalLength - IpPacket.HEADER4_LENGTH)
                : protocol == IpPacket.TCP && readTcp(packet, 4, transport, offset + IpPacket.HEADER4_LENGTH,
                        totalLength - IpPacket.HEADER4_LENGTH);
        packet.checksumPlusTuple += words(addresses);
        return isBare;
    }

    /** The sum is that of the header's words before the addresses: all words make 0xffff (RFC 791 §3.1). */
    private static boolean readAddresses4(IpPacket packet, long sum, long addresses) {
        int source = (int) (addresses >>> 32);
        if (InternetChecksum.fold(sum + words(addresses)) != 0xffff || Ipv4Reader.isIllegalSource(source)) {
            return false;
        }
        packet.sourceLow = addresses >>> 32;
        packet.destinationLow = addresses & LOW_WORD;
        return true;
    }

    private static boolean readUdp(IpPacket packet, int version, long transport, int length) {
        if ((int) transport >>> 16 != length || length < UDP_HEADER_LENGTH || (transport & 0xffff) == 0) {
            return false;
        }
        packet.setBare(version, IpPacket.UDP);
        packet.transport = transport;
        packet.ports = (int) (transport >>> 32);
        packet.checksumPlusTuple = (transport & 0xffff) + (transport >>> 32);
        return true;
    }

    private static boolean readTcp(IpPacket packet, int version, long transport, int at, int length) {
        if (length < TCP_HEADER_LENGTH) {
            return false;
        }
        // data offset, flags, window, checksum and urgent pointer
        long last = packet.buffer.getLong(at + 12);
        int dataOffset = (int) (last >>> 58) & 0x3c;
        int flags = (int) (last >>> 48) & 0xff;
        if (dataOffset < TCP_HEADER_LENGTH || dataOffset > length || (flags & SYN) != 0) {
            return false;
        }
        packet.setBare(version, IpPacket.TCP);
        packet.flagsOrType = flags;
        packet.transport = transport;
        packet.ports = (int) (transport >>> 32);
        packet.checksumPlusTuple = ((int) last >>> 16) + (transport >>> 32);
        return true;
    }

    private static long words(long value) {
        return (value >>> 32) + (value & LOW_WORD);
    }
}
