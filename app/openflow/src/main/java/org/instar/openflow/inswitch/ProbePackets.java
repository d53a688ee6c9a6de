// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;

/** Packets of a session as its ends send them, with right checksums and a payload that has every byte value. */
final class ProbePackets {

    static final int ETHERNET_BYTES = 14;
    private static final int ADDRESSES_BYTES = 12;

    private static final int PROTO_UDP = 17;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int UDP_CHECKSUM = 6;
    private static final int TCP_CHECKSUM = 16;
    private static final int DONT_FRAGMENT = 0x4000;

    private ProbePackets() {
    }

    /** Shortest transport header of a protocol, bytes. */
    static int headerBytes(int protocol) {
        return protocol == PROTO_UDP ? UDP_HEADER_BYTES : TCP_HEADER_BYTES;
    }

    /** Where in a transport header its checksum is. */
    static int checksumAt(int protocol) {
        return protocol == PROTO_UDP ? UDP_CHECKSUM : TCP_CHECKSUM;
    }

    /** From the client: IPv6 packet with so many bytes behind the fixed header. */
    static byte[] from6(TranslatedSession session, int payloadLength, int hopLimit, int trafficClass) {
        byte[] transport = transport(session.protocol(), session.clientPort(), session.remotePort(), payloadLength);
        ByteBuffer packet = ByteBuffer.allocate(40 + payloadLength).putInt(6 << 28 | trafficClass << 20 | 0x5eed)
                .putShort((short) payloadLength).put((byte) session.protocol()).put((byte) hopLimit)
                .put(session.client().toBytes()).put(session.embedded().toBytes()).put(transport);
        return checksummed(packet, 40, session.protocol(), InternetChecksum.sum(packet, 8, 32));
    }

    /** From the remote host: IPv4 packet with so many bytes behind its header, which has no options. */
    static byte[] from4(TranslatedSession session, int payloadLength, int ttl, int typeOfService, int identification) {
        byte[] transport = transport(session.protocol(), session.remotePort(), session.poolPort(), payloadLength);
        ByteBuffer packet = ByteBuffer.allocate(20 + payloadLength).put((byte) 0x45).put((byte) typeOfService)
                .putShort((short) (20 + payloadLength)).putShort((short) identification).putShort((short) DONT_FRAGMENT)
                .put((byte) ttl).put((byte) session.protocol()).putShort((short) 0)
                .putInt(session.remote()).putInt(session.pool()).put(transport);
        packet.putShort(10, (short) InternetChecksum.ofSum(InternetChecksum.sum(packet, 0, 20)));
        return checksummed(packet, 20, session.protocol(), InternetChecksum.sum(packet, 12, 8));
    }

    /** An Ethernet frame from the gateway to itself around a packet. */
    static byte[] frame(long mac, byte[] packet) {
        int type = packet[0] >>> 4 == 6 ? 0x86dd : 0x0800;
        return ByteBuffer.allocate(ETHERNET_BYTES + packet.length).putShort((short) (mac >>> 32)).putInt((int) mac)
                .putShort((short) (mac >>> 32)).putInt((int) mac).putShort((short) type).put(packet).array();
    }

    /** A frame with an IEEE 802.1Q tag: priority, drop eligible and VLAN in its 16 bits. */
    static byte[] tagged(byte[] frame, int tag) {
        return ByteBuffer.allocate(frame.length + Tag.BYTES).put(frame, 0, ADDRESSES_BYTES)
                .putShort((short) Tag.ETH_TYPE).putShort((short) tag)
                .put(frame, ADDRESSES_BYTES, frame.length - ADDRESSES_BYTES).array();
    }

    private static byte[] transport(int protocol, int source, int destination, int length) {
        ByteBuffer out = ByteBuffer.allocate(length).putShort((short) source).putShort((short) destination);
        if (protocol == PROTO_UDP) {
            out.putShort((short) length).putShort((short) 0);
        } else {
            // Sequence numbers, data offset 5 words, ACK, window, no checksum yet, no urgent pointer.
            out.putInt(0x01020304).putInt(0x05060708).putShort((short) 0x5010).putShort((short) 1000).putInt(0);
        }
        while (out.hasRemaining()) {
            out.put((byte) (out.position() * 7 + length));
        }
        return out.array();
    }

    private static byte[] checksummed(ByteBuffer packet, int offset, int protocol, long addresses) {
        int length = packet.capacity() - offset;
        int checksum = InternetChecksum.ofSum(InternetChecksum.fold(InternetChecksum.sum(packet, offset, length))
                + (long) InternetChecksum.fold(addresses) + length + protocol);
        // RFC 768: 0 says that there is none
        int written = protocol == PROTO_UDP && checksum == 0 ? 0xffff : checksum;
        packet.putShort(offset + checksumAt(protocol), (short) written);
        return packet.array();
    }
}
