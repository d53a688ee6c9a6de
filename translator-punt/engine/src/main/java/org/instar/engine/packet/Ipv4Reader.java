// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;

/** Checks an IPv4 header (RFC 1812 §5.2.2) and takes over its fields (RFC 791 §3.1). */
final class Ipv4Reader {

    private static final long LOW_WORD = 0xffffffffL;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private static final int LINK_LOCAL = 0xa9fe;
    private static final byte LEGAL = 0;
    private static final byte ILLEGAL = 1;
    private static final byte SOME_ILLEGAL = 2;
    /** What source addresses are by their first octet: one look instead of a comparison for each range. */
    private static final byte[] SOURCES = new byte[256];

    static {
        SOURCES[0] = ILLEGAL;
        SOURCES[127] = ILLEGAL;
        SOURCES[LINK_LOCAL >>> 8] = SOME_ILLEGAL;
        Arrays.fill(SOURCES, 224, 256, ILLEGAL);
    }

    private Ipv4Reader() {
    }

    /** At least 20 bytes are there. */
    static DropReason read(IpPacket packet, ByteBuffer buffer, int offset, int length) {
        long first = buffer.getLong(offset);
        long second = buffer.getLong(offset + 8);
        // overlaps the second: accesses of one size cost one check of bounds together
        long addresses = buffer.getLong(offset + 12);
        long sum = (first >>> 32) + (first & LOW_WORD) + (second >>> 32) + (addresses >>> 32)
                + (addresses & LOW_WORD);
        if (first >>> 56 != 0x45) {
            DropReason reason = checkLongHeader(buffer, offset, length, first);
            if (reason != null) {
                return reason;
            }
            sum += optionsSum(buffer, offset, first);
        }
        int headerLength = headerLength(first);
        int totalLength = (int) (first >>> 32) & 0xffff;
        if (headerLength > totalLength) {
            return DropReason.BAD_HEADER_LENGTH;
        }
        if (totalLength > length) {
            return DropReason.TRUNCATED;
        }
        if (InternetChecksum.fold(sum) != 0xffff) {
            return DropReason.BAD_HEADER_CHECKSUM;
        }
        packet.totalLength = totalLength;
        packet.headerLength = headerLength;
        packet.header = first;
        packet.hopLimit = (int) (second >>> 56);
        packet.protocol = (int) (second >>> 48) & 0xff;
        packet.sourceLow = addresses >>> 32;
        packet.destinationLow = addresses & LOW_WORD;
        return readRest(packet, buffer, (int) first);
    }

    private static DropReason readRest(IpPacket packet, ByteBuffer buffer, int flagsAndOffset) {
        int source = (int) packet.sourceLow;
        if (packet.headerLength > IpPacket.HEADER4_LENGTH
                && Ipv4Options.hasUnexpiredSourceRoute(buffer, packet.offset, packet.headerLength)) {
            return DropReason.SOURCE_ROUTE;
        }
        DropReason reason = (flagsAndOffset & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) == 0 ? null
                : readFragment(packet, flagsAndOffset);
        if (reason == null) {
            reason = TransportReader.read4(packet, buffer);
        }
        // an illegal source is translated in error messages, for trouble shooting (RFC 7915 §4.1)
        return reason == null && isIllegalSource(source) && !packet.isIcmpError()
                ? DropReason.ILLEGAL_SOURCE_ADDRESS : reason;
    }

    private static DropReason checkLongHeader(ByteBuffer buffer, int offset, int length, long first) {
        if (first >>> 60 != 4) {
            return DropReason.BAD_VERSION;
        }
        if (headerLength(first) < IpPacket.HEADER4_LENGTH) {
            return DropReason.BAD_HEADER_LENGTH;
        }
        return headerLength(first) > length ? DropReason.TRUNCATED : null;
    }

    private static long optionsSum(ByteBuffer buffer, int offset, long first) {
        return InternetChecksum.sum(buffer, offset + IpPacket.HEADER4_LENGTH,
                headerLength(first) - IpPacket.HEADER4_LENGTH);
    }

    private static int headerLength(long first) {
        return (int) (first >>> 54) & 0x3c;
    }

    private static DropReason readFragment(IpPacket packet, int flagsAndOffset) {
        packet.fragmentField = (flagsAndOffset & FRAGMENT_OFFSET) << 3
                | ((flagsAndOffset & MORE_FRAGMENTS) != 0 ? IpPacket.MORE_FRAGMENTS : 0);
        packet.datagramLength = 0;
        packet.datagramSum = 0;
        return TransportReader.checkFragment(packet);
    }

    /** 0/8, 127/8, multicast and above (RFC 1812 §5.3.7); 169.254/16 may not be forwarded (RFC 3927 §2.7). */
    static boolean isIllegalSource(int address) {
        byte kind = SOURCES[address >>> 24];
        return kind != LEGAL && (kind == ILLEGAL || address >>> 16 == LINK_LOCAL);
    }
}
