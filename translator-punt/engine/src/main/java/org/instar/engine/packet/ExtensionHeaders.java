// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/**
 * Walks over IPv6 extension headers (RFC 8200 §4) as RFC 7915 §5.1 and §5.1.1 want it: hop-by-hop options, destination
 * options and spent routing headers are skipped, a fragment header is read and ends the walk.
 */
public final class ExtensionHeaders {

    /** Answer of {@link #findIcmp}: another transport protocol. */
    public static final int NOT_ICMP = -1;
    /** Answer of {@link #findIcmp}: a later fragment, or what is there does not tell. */
    public static final int UNKNOWN = -2;

    private static final int HOP_BY_HOP_OPTIONS = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MOBILITY = 135;
    private static final int HOST_IDENTITY = 139;
    private static final int SHIM6 = 140;
    /** No honest packet has as many; a walk costs time. */
    private static final int MAX_HEADERS = 16;

    private ExtensionHeaders() {
    }

    /** Sets protocol, header length and fragment field of a packet whose protocol is the first next header. */
    static DropReason skip(IpPacket packet, ByteBuffer buffer) {
        for (int count = 0; isSkipped(packet.protocol); count++) {
            int at = packet.offset + packet.headerLength;
            if (packet.headerLength + 8 > packet.totalLength) {
                return DropReason.BAD_HEADER_LENGTH;
            }
            if (count == MAX_HEADERS) {
                return DropReason.TOO_MANY_EXTENSION_HEADERS;
            }
            int length = headerLength(buffer, at);
            if (packet.headerLength + length > packet.totalLength) {
                return DropReason.BAD_HEADER_LENGTH;
            }
            if (packet.protocol == ROUTING && buffer.get(at + 3) != 0) {
                return DropReason.SEGMENTS_LEFT;
            }
            packet.protocol = buffer.get(at) & 0xff;
            packet.headerLength += length;
        }
        return packet.protocol == FRAGMENT ? readFragmentHeader(packet, buffer) : null;
    }

    private static DropReason readFragmentHeader(IpPacket packet, ByteBuffer buffer) {
        if (packet.headerLength + IpPacket.FRAGMENT_HEADER_LENGTH > packet.totalLength) {
            return DropReason.BAD_HEADER_LENGTH;
        }
        long header = buffer.getLong(packet.offset + packet.headerLength);
        packet.headerLength += IpPacket.FRAGMENT_HEADER_LENGTH;
        packet.protocol = (int) (header >>> 56);
        packet.identification = (int) header;
        packet.datagramLength = 0;
        packet.datagramSum = 0;
        packet.fragmentField = (int) (header >>> 32) & 0xfff9 | IpPacket.HAS_FRAGMENT_HEADER;
        return isExtensionHeader(packet.protocol) ? DropReason.FRAGMENT_OF_EXTENSION_HEADER
                : TransportReader.checkFragment(packet);
    }

    static int headerLength(ByteBuffer buffer, int at) {
        return (buffer.get(at + 1) & 0xff) * 8 + 8;
    }

    static boolean isSkipped(int nextHeader) {
        return nextHeader == HOP_BY_HOP_OPTIONS || nextHeader == ROUTING || nextHeader == DESTINATION_OPTIONS;
    }

    static boolean isFragmentHeader(int nextHeader) {
        return nextHeader == FRAGMENT;
    }

    /** All but ESP, behind which nothing can be read. */
    private static boolean isExtensionHeader(int nextHeader) {
        return isSkipped(nextHeader) || nextHeader == FRAGMENT || nextHeader == AUTHENTICATION
                || nextHeader == MOBILITY || nextHeader == HOST_IDENTITY || nextHeader == SHIM6;
    }

    /**
     * Finds the segments left field of the first routing header that has any left.
     *
     * @param offset where the IPv6 header of at least 40 bytes begins
     * @param length bytes that may be read from there
     * @return bytes from the IPv6 header to the field; -1 when there is no such header
     */
    public static int findSegmentsLeft(ByteBuffer buffer, int offset, int length) {
        int nextHeader = buffer.get(offset + 6) & 0xff;
        int at = IpPacket.HEADER6_LENGTH;
        for (int count = 0; count < MAX_HEADERS && isSkipped(nextHeader) && at + 8 <= length; count++) {
            if (nextHeader == ROUTING && buffer.get(offset + at + 3) != 0) {
                return at + 3;
            }
            nextHeader = buffer.get(offset + at) & 0xff;
            at += headerLength(buffer, offset + at);
        }
        return -1;
    }

    /**
     * Finds the ICMPv6 header.
     *
     * @param offset where the IPv6 header of at least 40 bytes begins
     * @param length bytes that may be read from there
     * @return bytes from the IPv6 header to the ICMPv6 header, of which one is there; {@link #NOT_ICMP} or
     *     {@link #UNKNOWN}
     */
    public static int findIcmp(ByteBuffer buffer, int offset, int length) {
        int nextHeader = buffer.get(offset + 6) & 0xff;
        int at = IpPacket.HEADER6_LENGTH;
        for (int count = 0; isSkipped(nextHeader) || nextHeader == FRAGMENT; count++) {
            if (at + 8 > length || count == MAX_HEADERS) {
                return UNKNOWN;
            }
            boolean isFragmentHeader = nextHeader == FRAGMENT;
            if (isFragmentHeader && (buffer.getShort(offset + at + 2) & 0xfff8) != 0) {
                return UNKNOWN;
            }
            nextHeader = buffer.get(offset + at) & 0xff;
            at += isFragmentHeader ? IpPacket.FRAGMENT_HEADER_LENGTH : headerLength(buffer, offset + at);
        }
        if (nextHeader != IpPacket.ICMPV6) {
            return NOT_ICMP;
        }
        return at < length ? at : UNKNOWN;
    }
}
