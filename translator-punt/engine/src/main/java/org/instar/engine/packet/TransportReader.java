// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/**
 * Takes over ports, flags and identifiers; checks that the transport's own lengths fit into the packet. A first
 * fragment has to hold the whole transport header, as RFC 6146 §3.4 allows; later ones show nothing.
 */
final class TransportReader {

    private static final int TCP_HEADER_LENGTH = 20;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int ICMP_HEADER_LENGTH = 8;
    private static final int MAX_DATAGRAM_LENGTH = 65535;

    private TransportReader() {
    }

    static DropReason read6(IpPacket packet, ByteBuffer buffer) {
        switch (packet.protocol) {
            case IpPacket.TCP:
                return readTcp(packet, buffer);
            case IpPacket.UDP:
                return readUdp(packet, buffer, true);
            case IpPacket.ICMPV6:
                packet.protocol = IpPacket.ICMP;
                return isLaterFragment(packet) ? laterFragment(packet) : readIcmp6(packet, buffer);
            default:
                return DropReason.UNKNOWN_TRANSPORT;
        }
    }

    static DropReason read4(IpPacket packet, ByteBuffer buffer) {
        switch (packet.protocol) {
            case IpPacket.TCP:
                return readTcp(packet, buffer);
            case IpPacket.UDP:
                return readUdp(packet, buffer, false);
            case IpPacket.ICMP:
                return isLaterFragment(packet) ? laterFragment(packet) : readIcmp4(packet, buffer);
            default:
                return DropReason.UNKNOWN_TRANSPORT;
        }
    }

    /** What any fragment has to comply with (RFC 791 §3.2, RFC 8200 §4.5). */
    static DropReason checkFragment(IpPacket packet) {
        int length = packet.transportLength();
        boolean bad = packet.isMoreFragments() && (length == 0 || length % 8 != 0)
                || packet.fragmentOffset() > 0 && length == 0
                || packet.fragmentOffset() + length > MAX_DATAGRAM_LENGTH;
        return bad ? DropReason.BAD_FRAGMENT : null;
    }

    private static boolean isLaterFragment(IpPacket packet) {
        return packet.fragmentOffset() != 0;
    }

    private static DropReason laterFragment(IpPacket packet) {
        packet.ports = 0;
        return null;
    }

    private static DropReason readTcp(IpPacket packet, ByteBuffer buffer) {
        if (isLaterFragment(packet)) {
            return laterFragment(packet);
        }
        int length = packet.transportLength();
        if (length < TCP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int at = packet.transportOffset();
        int offsetAndFlags = buffer.getShort(at + 12);
        int dataOffset = offsetAndFlags >>> 10 & 0x3c;
        if (dataOffset < TCP_HEADER_LENGTH || dataOffset > length) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        packet.flagsOrType = offsetAndFlags & 0xff;
        setTransport(packet, buffer.getLong(at));
        return null;
    }

    private static DropReason readUdp(IpPacket packet, ByteBuffer buffer, boolean checksumNeeded) {
        if (isLaterFragment(packet)) {
            return laterFragment(packet);
        }
        int length = packet.transportLength();
        if (length < UDP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        long header = buffer.getLong(packet.transportOffset());
        int udpLength = (int) (header >>> 16) & 0xffff;
        if (udpLength < UDP_HEADER_LENGTH || udpLength > length && !packet.isFragment()) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        setTransport(packet, header);
        return checksumNeeded && (header & 0xffff) == 0 ? DropReason.UDP_CHECKSUM_ZERO : null;
    }

    private static DropReason readIcmp6(IpPacket packet, ByteBuffer buffer) {
        if (packet.transportLength() < ICMP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int type = buffer.get(packet.transportOffset()) & 0xff;
        switch (type) {
            case 128:
            case 129:
                return readEcho(packet, buffer, type);
            case 1:
            case 2:
            case 3:
            case 4:
                return readError(packet, buffer, type, 6);
            default:
                return DropReason.ICMP_TYPE_NOT_TRANSLATED;
        }
    }

    private static DropReason readIcmp4(IpPacket packet, ByteBuffer buffer) {
        if (packet.transportLength() < ICMP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int type = buffer.get(packet.transportOffset()) & 0xff;
        switch (type) {
            case 0:
            case 8:
                return readEcho(packet, buffer, type);
            case 3:
            case 11:
            case 12:
                return readError(packet, buffer, type, 4);
            default:
                return DropReason.ICMP_TYPE_NOT_TRANSLATED;
        }
    }

    private static DropReason readError(IpPacket packet, ByteBuffer buffer, int type, int version) {
        packet.flagsOrType = type | IpPacket.HAS_ICMP_TYPE;
        return packet.isFragment() ? DropReason.FRAGMENTED_ICMP_ERROR
                : IcmpErrorReader.read(packet, buffer, version);
    }

    private static DropReason readEcho(IpPacket packet, ByteBuffer buffer, int type) {
        packet.flagsOrType = type | IpPacket.HAS_ICMP_TYPE;
        long header = buffer.getLong(packet.transportOffset());
        int identifier = (int) (header >>> 16) & 0xffff;
        packet.transport = header;
        packet.ports = identifier << 16 | identifier;
        return null;
    }

    private static void setTransport(IpPacket packet, long header) {
        packet.transport = header;
        packet.ports = (int) (header >>> 32);
    }
}
