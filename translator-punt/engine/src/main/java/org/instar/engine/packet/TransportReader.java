// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import org.instar.engine.DropReason;

/** Takes over ports, flags and identifiers; checks that the transport's own lengths fit into the packet. */
final class TransportReader {

    private static final int TCP_HEADER_LENGTH = 20;
    private static final int UDP_HEADER_LENGTH = 8;
    private static final int ICMP_HEADER_LENGTH = 8;

    private TransportReader() {
    }

    static DropReason readTcp(IpPacket packet) {
        if (packet.transportLength() < TCP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int offsetAndFlags = packet.buffer.getShort(packet.transportOffset() + 12);
        int dataOffset = (offsetAndFlags >>> 12 & 0xf) * 4;
        if (dataOffset < TCP_HEADER_LENGTH || dataOffset > packet.transportLength()) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        packet.protocol = IpPacket.TCP;
        packet.tcpFlags = offsetAndFlags & 0xff;
        readPorts(packet);
        return null;
    }

    static DropReason readUdp(IpPacket packet) {
        if (packet.transportLength() < UDP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int udpLength = packet.buffer.getShort(packet.transportOffset() + 4) & 0xffff;
        if (udpLength < UDP_HEADER_LENGTH || udpLength > packet.transportLength()) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        packet.protocol = IpPacket.UDP;
        readPorts(packet);
        return null;
    }

    /** The checksum field of a UDP packet that {@link #readUdp} accepted. */
    static int udpChecksum(IpPacket packet) {
        return packet.buffer.getShort(packet.transportOffset() + 6) & 0xffff;
    }

    private static void readPorts(IpPacket packet) {
        int ports = packet.buffer.getInt(packet.transportOffset());
        packet.sourcePort = ports >>> 16;
        packet.destinationPort = ports & 0xffff;
    }

    static DropReason readIcmp6(IpPacket packet) {
        if (packet.transportLength() < ICMP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int type = packet.buffer.get(packet.transportOffset()) & 0xff;
        switch (type) {
            case 128:
            case 129:
                return readEcho(packet, type);
            case 1:
            case 2:
            case 3:
            case 4:
                return DropReason.ICMP_ERROR;
            default:
                return DropReason.ICMP_TYPE_NOT_TRANSLATED;
        }
    }

    static DropReason readIcmp4(IpPacket packet) {
        if (packet.transportLength() < ICMP_HEADER_LENGTH) {
            return DropReason.BAD_TRANSPORT_LENGTH;
        }
        int type = packet.buffer.get(packet.transportOffset()) & 0xff;
        switch (type) {
            case 0:
            case 8:
                return readEcho(packet, type);
            case 3:
            case 11:
            case 12:
                return DropReason.ICMP_ERROR;
            default:
                return DropReason.ICMP_TYPE_NOT_TRANSLATED;
        }
    }

    private static DropReason readEcho(IpPacket packet, int type) {
        packet.protocol = IpPacket.ICMP;
        packet.icmpType = type;
        packet.sourcePort = packet.buffer.getShort(packet.transportOffset() + 4) & 0xffff;
        packet.destinationPort = packet.sourcePort;
        return null;
    }
}
