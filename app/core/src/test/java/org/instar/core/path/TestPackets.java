// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** Small packets for tests of the way: right headers and IPv4 header checksums, transport checksums of any value. */
public final class TestPackets {

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    private TestPackets() {
    }

    public static ByteBuffer tcp6(String source, int sourcePort, String destination, int destinationPort, int flags) {
        return ip6(source, destination, 6, tcp(sourcePort, destinationPort, flags));
    }

    public static ByteBuffer tcp4(String source, int sourcePort, int destination, int destinationPort, int flags) {
        return ip4(source, destination, 6, tcp(sourcePort, destinationPort, flags));
    }

    public static ByteBuffer udp6(String source, int sourcePort, String destination, int destinationPort) {
        return ip6(source, destination, 17, udp(sourcePort, destinationPort));
    }

    public static ByteBuffer udp4(String source, int sourcePort, int destination, int destinationPort) {
        return ip4(source, destination, 17, udp(sourcePort, destinationPort));
    }

    public static ByteBuffer echo6(String source, String destination, int type, int identifier) {
        return ip6(source, destination, 58, echo(type, identifier));
    }

    public static ByteBuffer echo4(String source, int destination, int type, int identifier) {
        return ip4(source, destination, 1, echo(type, identifier));
    }

    /** An ICMPv4 error about a packet, its checksum right: the engine verifies it. */
    public static ByteBuffer error4(String source, int destination, int type, int code, ByteBuffer about) {
        return checksummed(ip4(source, destination, 1, error(type, code, about)), 20, 0);
    }

    /** An ICMPv6 error about a packet, its checksum right. */
    public static ByteBuffer error6(String source, String destination, int type, int code, ByteBuffer about) {
        ByteBuffer packet = ip6(source, destination, 58, error(type, code, about));
        int pseudoHeader = 58 + packet.capacity() - 40;
        for (int i = 8; i < 40; i += 2) {
            pseudoHeader += packet.getShort(i) & 0xffff;
        }
        return checksummed(packet, 40, pseudoHeader);
    }

    private static ByteBuffer checksummed(ByteBuffer packet, int headerLength, int sum) {
        packet.putShort(headerLength + 2, (short) 0);
        for (int i = headerLength; i < packet.capacity(); i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return packet.putShort(headerLength + 2, (short) ~sum);
    }

    private static byte[] error(int type, int code, ByteBuffer about) {
        ByteBuffer message = ByteBuffer.allocate(8 + about.capacity()).put((byte) type).put((byte) code);
        for (int i = 0; i < about.capacity(); i++) {
            message.put(8 + i, about.get(i));
        }
        return message.array();
    }

    /** A UDP fragment; the data of the first begins with the UDP header. */
    public static ByteBuffer fragment6(String source, String destination, int identification, int offset, boolean more,
            byte[] data) {
        byte[] payload = ByteBuffer.allocate(8 + data.length).put((byte) 17).put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0))).putInt(identification).put(data).array();
        return ip6(source, destination, 44, payload);
    }

    private static byte[] tcp(int sourcePort, int destinationPort, int flags) {
        return ByteBuffer.allocate(20).putShort((short) sourcePort).putShort((short) destinationPort)
                .putInt(1).putInt(0).putShort((short) (0x5000 | flags)).putShort((short) 1024)
                .putShort((short) 0x1234).array();
    }

    private static byte[] udp(int sourcePort, int destinationPort) {
        return ByteBuffer.allocate(12).putShort((short) sourcePort).putShort((short) destinationPort)
                .putShort((short) 12).putShort((short) 0x1234).array();
    }

    private static byte[] echo(int type, int identifier) {
        return ByteBuffer.allocate(16).put((byte) type).put((byte) 0).putShort((short) 0x1234)
                .putShort((short) identifier).array();
    }

    private static ByteBuffer ip6(String source, String destination, int nextHeader, byte[] transport) {
        ByteBuffer packet = ByteBuffer.allocateDirect(40 + transport.length);
        packet.putInt(0x60000000).putShort((short) transport.length).put((byte) nextHeader).put((byte) 64)
                .put(Ip6.parse(source).toBytes()).put(Ip6.parse(destination).toBytes()).put(transport);
        return packet;
    }

    private static ByteBuffer ip4(String source, int destination, int protocol, byte[] transport) {
        ByteBuffer packet = ByteBuffer.allocateDirect(20 + transport.length);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) (20 + transport.length)).putInt(0x4000)
                .put((byte) 64).put((byte) protocol).putShort((short) 0)
                .putInt(Ip4.parse(source)).putInt(destination).put(transport);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        packet.putShort(10, (short) ~sum);
        return packet;
    }
}
