// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;

/**
 * Reads an ICMP error message and the packet quoted in it, whose tuple, swapped, becomes the message's (RFC 6146 §3.4).
 * The quote may end anywhere behind the first eight bytes of the transport header (RFC 792), its transport checksum
 * may be wrong (RFC 5508 REQ-3c).
 */
final class IcmpErrorReader {

    private static final int ICMP_HEADER_LENGTH = 8;
    /** Enough of any transport header: ports or identifier, and the checksum of UDP and ICMP. */
    private static final int LEAST_TRANSPORT_LENGTH = 8;
    private static final int FRAGMENT_BITS = 0x3fff;

    private IcmpErrorReader() {
    }

    static DropReason read(IpPacket packet, ByteBuffer buffer, int version) {
        int message = packet.transportOffset();
        if (!isChecksumRight(packet, buffer, version)) {
            return DropReason.ICMP_CHECKSUM;
        }
        QuotedPacket quoted = packet.quoted;
        quoted.code = buffer.get(message + 1) & 0xff;
        quoted.parameter = buffer.getInt(message + 4);
        quoted.offset = message + ICMP_HEADER_LENGTH;
        quoted.quotedLength = packet.transportLength() - ICMP_HEADER_LENGTH;
        quoted.extensionLength = 0;
        splitOffExtension(packet, quoted, version);
        DropReason reason = version == 4 ? readHeader4(packet, quoted, buffer) : readHeader6(packet, quoted, buffer);
        if (reason == null) {
            packet.fragmentField |= IpPacket.IS_ICMP_ERROR;
            reason = readTransport(packet, quoted, buffer, version);
        }
        return reason;
    }

    private static boolean isChecksumRight(IpPacket packet, ByteBuffer buffer, int version) {
        int length = packet.transportLength();
        long sum = InternetChecksum.sum(buffer, packet.transportOffset(), length);
        if (version == 6) {
            sum += PseudoHeader.protocolAndLength(IpPacket.ICMPV6, length) + PseudoHeader.addresses6(
                    packet.sourceHigh, packet.sourceLow, packet.destinationHigh, packet.destinationLow);
        }
        return InternetChecksum.fold(sum) == 0xffff;
    }

    /** RFC 4884 §4: what follows the length that the message gives its quote; no length, no extension. */
    private static void splitOffExtension(IpPacket packet, QuotedPacket quoted, int version) {
        int fieldLength = 0;
        if (version == 4) {
            fieldLength = (quoted.parameter >>> 16 & 0xff) * 4;
        } else if (packet.icmpType() == 1 || packet.icmpType() == 3) {
            fieldLength = (quoted.parameter >>> 24) * 8;
        }
        if (fieldLength != 0 && fieldLength < quoted.quotedLength) {
            quoted.extensionOffset = quoted.offset + fieldLength;
            quoted.extensionLength = quoted.quotedLength - fieldLength;
            quoted.quotedLength = fieldLength;
        }
    }

    private static DropReason readHeader4(IpPacket packet, QuotedPacket quoted, ByteBuffer buffer) {
        int at = quoted.offset;
        if (quoted.quotedLength < IpPacket.HEADER4_LENGTH || buffer.get(at) >>> 4 != 4) {
            return DropReason.ICMP_ERROR_WITHOUT_TUPLE;
        }
        quoted.headerLength = (buffer.get(at) & 0xf) * 4;
        quoted.totalLength = buffer.getShort(at + 2) & 0xffff;
        if (quoted.headerLength < IpPacket.HEADER4_LENGTH) {
            return DropReason.ICMP_ERROR_WITHOUT_TUPLE;
        }
        quoted.trafficClass = buffer.get(at + 1) & 0xff;
        quoted.identification = buffer.getShort(at + 4) & 0xffff;
        int flags = buffer.getShort(at + 6);
        quoted.dontFragment = (flags & 0x4000) != 0;
        quoted.fragmentField = (flags & FRAGMENT_BITS) == 0 ? 0
                : (flags & 0x1fff) << 3 | ((flags & 0x2000) != 0 ? IpPacket.MORE_FRAGMENTS : 0);
        quoted.hopLimit = buffer.get(at + 8) & 0xff;
        quoted.protocol = buffer.get(at + 9) & 0xff;
        quoted.reporterLow = packet.sourceLow;
        // nobody answers a packet with a wrong one (RFC 5508 REQ-3a); a quote without the whole header has no tuple
        if (quoted.quotedLength >= quoted.headerLength
                && InternetChecksum.fold(InternetChecksum.sum(buffer, at, quoted.headerLength)) != 0xffff) {
            return DropReason.ICMP_ERROR_QUOTED_CHECKSUM;
        }
        if (buffer.getInt(at + 12) != (int) packet.destinationLow) {
            return DropReason.ICMP_ERROR_MISDIRECTED;
        }
        packet.sourceLow = buffer.getInt(at + 16);
        return null;
    }

    private static DropReason readHeader6(IpPacket packet, QuotedPacket quoted, ByteBuffer buffer) {
        int at = quoted.offset;
        if (quoted.quotedLength < IpPacket.HEADER6_LENGTH || buffer.get(at) >>> 4 != 6) {
            return DropReason.ICMP_ERROR_WITHOUT_TUPLE;
        }
        quoted.trafficClass = buffer.getInt(at) >>> 20 & 0xff;
        quoted.totalLength = IpPacket.HEADER6_LENGTH + (buffer.getShort(at + 4) & 0xffff);
        quoted.hopLimit = buffer.get(at + 7) & 0xff;
        quoted.identification = 0;
        quoted.fragmentField = 0;
        quoted.reporterHigh = packet.sourceHigh;
        quoted.reporterLow = packet.sourceLow;
        if (buffer.getLong(at + 8) != packet.destinationHigh || buffer.getLong(at + 16) != packet.destinationLow) {
            return DropReason.ICMP_ERROR_MISDIRECTED;
        }
        packet.sourceHigh = buffer.getLong(at + 24);
        packet.sourceLow = buffer.getLong(at + 32);
        return skipExtensionHeaders(quoted, buffer) ? null : DropReason.ICMP_ERROR_WITHOUT_TUPLE;
    }

    /** False when the quote ends within them. */
    private static boolean skipExtensionHeaders(QuotedPacket quoted, ByteBuffer buffer) {
        int nextHeader = buffer.get(quoted.offset + 6) & 0xff;
        int length = IpPacket.HEADER6_LENGTH;
        while (ExtensionHeaders.isSkipped(nextHeader) || ExtensionHeaders.isFragmentHeader(nextHeader)) {
            if (length + 8 > quoted.quotedLength) {
                return false;
            }
            int at = quoted.offset + length;
            if (ExtensionHeaders.isFragmentHeader(nextHeader)) {
                quoted.fragmentField = buffer.getShort(at + 2) & 0xfff9 | IpPacket.HAS_FRAGMENT_HEADER;
                quoted.identification = buffer.getInt(at + 4);
                length += IpPacket.FRAGMENT_HEADER_LENGTH;
            } else {
                length += ExtensionHeaders.headerLength(buffer, at);
            }
            nextHeader = buffer.get(at) & 0xff;
        }
        quoted.headerLength = length;
        quoted.protocol = nextHeader;
        return true;
    }

    private static DropReason readTransport(IpPacket packet, QuotedPacket quoted, ByteBuffer buffer, int version) {
        quoted.quotedLength = Math.min(quoted.quotedLength, quoted.totalLength);
        boolean isLaterFragment = (quoted.fragmentField & ~7) != 0;
        if (isLaterFragment || quoted.transportLength() < LEAST_TRANSPORT_LENGTH) {
            return DropReason.ICMP_ERROR_WITHOUT_TUPLE;
        }
        int at = quoted.transportOffset();
        if (quoted.protocol == IpPacket.TCP || quoted.protocol == IpPacket.UDP) {
            packet.ports = Integer.rotateLeft(buffer.getInt(at), 16);
        } else if (quoted.protocol == (version == 4 ? IpPacket.ICMP : IpPacket.ICMPV6)) {
            quoted.protocol = IpPacket.ICMP;
            quoted.icmpType = buffer.get(at) & 0xff;
            if (!isEcho(quoted.icmpType, version)) {
                return isError(quoted.icmpType, version) ? DropReason.ICMP_ERROR_ABOUT_ERROR
                        : DropReason.ICMP_ERROR_WITHOUT_TUPLE;
            }
            int identifier = buffer.getShort(at + 4) & 0xffff;
            packet.ports = identifier << 16 | identifier;
        } else {
            return DropReason.ICMP_ERROR_WITHOUT_TUPLE;
        }
        packet.protocol = quoted.protocol;
        return null;
    }

    private static boolean isEcho(int type, int version) {
        return version == 4 ? type == 0 || type == 8 : type == 128 || type == 129;
    }

    /** RFC 1122 §3.2.2; RFC 4443 §2.1. */
    private static boolean isError(int type, int version) {
        return version == 4 ? type >= 3 && type <= 5 || type == 11 || type == 12 : type < 128;
    }
}
