// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/** Takes over the fields of an IPv6 header (RFC 8200 §3). */
final class Ipv6Reader {

    private static final int HOP_BY_HOP_OPTIONS = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int ICMPV6 = 58;
    private static final int DESTINATION_OPTIONS = 60;

    private Ipv6Reader() {
    }

    static DropReason read(IpPacket packet, int length) {
        if (length < IpPacket.HEADER6_LENGTH) {
            return DropReason.TRUNCATED;
        }
        ByteBuffer buffer = packet.buffer;
        int offset = packet.offset;
        long first = buffer.getLong(offset);
        if (first >>> 60 != 6) {
            return DropReason.BAD_VERSION;
        }
        packet.totalLength = IpPacket.HEADER6_LENGTH + ((int) (first >>> 16) & 0xffff);
        if (packet.totalLength > length) {
            return DropReason.TRUNCATED;
        }
        packet.headerLength = IpPacket.HEADER6_LENGTH;
        packet.trafficClass = (int) (first >>> 52) & 0xff;
        packet.hopLimit = (int) first & 0xff;
        packet.dontFragment = true;
        packet.sourceHigh = buffer.getLong(offset + 8);
        packet.sourceLow = buffer.getLong(offset + 16);
        packet.destinationHigh = buffer.getLong(offset + 24);
        packet.destinationLow = buffer.getLong(offset + 32);
        DropReason reason = readTransport(packet, (int) (first >>> 8) & 0xff);
        return reason == null && isIllegalSource(packet.sourceHigh, packet.sourceLow)
                ? DropReason.ILLEGAL_SOURCE_ADDRESS : reason;
    }

    private static DropReason readTransport(IpPacket packet, int nextHeader) {
        switch (nextHeader) {
            case IpPacket.TCP:
                return TransportReader.readTcp(packet);
            case IpPacket.UDP:
                DropReason reason = TransportReader.readUdp(packet);
                return reason == null && TransportReader.udpChecksum(packet) == 0
                        ? DropReason.UDP_CHECKSUM_ZERO : reason;
            case ICMPV6:
                return TransportReader.readIcmp6(packet);
            case FRAGMENT:
                return DropReason.FRAGMENT;
            case HOP_BY_HOP_OPTIONS:
            case ROUTING:
            case DESTINATION_OPTIONS:
                return DropReason.IPV6_EXTENSION_HEADER;
            default:
                return DropReason.UNKNOWN_TRANSPORT;
        }
    }

    /** Unspecified, loopback, IPv4-mapped, multicast; link-local may not be forwarded (RFC 4291 §2.5.6). */
    private static boolean isIllegalSource(long high, long low) {
        return high == 0 && (low >>> 1 == 0 || low >>> 32 == 0xffff)
                || high >>> 56 == 0xff
                || high >>> 54 == 0xfe80 >>> 6;
    }
}
