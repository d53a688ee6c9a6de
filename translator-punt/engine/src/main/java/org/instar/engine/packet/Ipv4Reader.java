// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.checksum.InternetChecksum;

/** Checks an IPv4 header (RFC 1812 §5.2.2) and takes over its fields (RFC 791 §3.1). */
final class Ipv4Reader {

    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;

    private Ipv4Reader() {
    }

    static DropReason read(IpPacket packet, int length) {
        if (length < IpPacket.HEADER4_LENGTH) {
            return DropReason.TRUNCATED;
        }
        ByteBuffer buffer = packet.buffer;
        int offset = packet.offset;
        long first = buffer.getLong(offset);
        if (first >>> 60 != 4) {
            return DropReason.BAD_VERSION;
        }
        packet.headerLength = ((int) (first >>> 56) & 0xf) * 4;
        packet.totalLength = (int) (first >>> 32) & 0xffff;
        DropReason reason = checkHeader(packet, length);
        if (reason != null) {
            return reason;
        }
        packet.trafficClass = (int) (first >>> 48) & 0xff;
        packet.dontFragment = (first & DONT_FRAGMENT) != 0;
        packet.hopLimit = buffer.get(offset + 8) & 0xff;
        packet.sourceLow = buffer.getInt(offset + 12);
        packet.destinationLow = buffer.getInt(offset + 16);
        reason = readTransport(packet, (first & MORE_FRAGMENTS_OR_OFFSET) != 0, buffer.get(offset + 9) & 0xff);
        return reason == null && isIllegalSource((int) packet.sourceLow) ? DropReason.ILLEGAL_SOURCE_ADDRESS : reason;
    }

    private static DropReason checkHeader(IpPacket packet, int length) {
        if (packet.headerLength < IpPacket.HEADER4_LENGTH || packet.headerLength > packet.totalLength) {
            return DropReason.BAD_HEADER_LENGTH;
        }
        if (packet.totalLength > length) {
            return DropReason.TRUNCATED;
        }
        if (InternetChecksum.ofSum(InternetChecksum.sum(packet.buffer, packet.offset, packet.headerLength)) != 0) {
            return DropReason.BAD_HEADER_CHECKSUM;
        }
        return packet.headerLength > IpPacket.HEADER4_LENGTH ? DropReason.IPV4_OPTIONS : null;
    }

    private static DropReason readTransport(IpPacket packet, boolean fragment, int protocol) {
        if (fragment) {
            return DropReason.FRAGMENT;
        }
        switch (protocol) {
            case IpPacket.TCP:
                return TransportReader.readTcp(packet);
            case IpPacket.UDP:
                return TransportReader.readUdp(packet);
            case IpPacket.ICMP:
                return TransportReader.readIcmp4(packet);
            default:
                return DropReason.UNKNOWN_TRANSPORT;
        }
    }

    /** 0/8, 127/8, multicast and above (RFC 1812 §5.3.7); 169.254/16 may not be forwarded (RFC 3927 §2.7). */
    private static boolean isIllegalSource(int address) {
        int network = address >>> 24;
        return network == 0 || network == 127 || network >= 224 || address >>> 16 == 0xa9fe;
    }
}
