// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** Frames for tests. */
final class Frames {

    static final int ICMP = EthernetFrame.HEADER_LENGTH + Ipv6Header.LENGTH;

    private Frames() {
    }

    static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    static String hex(ByteBuffer buffer, int offset, int length) {
        StringBuilder hex = new StringBuilder(2 * length);
        for (int i = offset; i < offset + length; i++) {
            hex.append(Character.forDigit(buffer.get(i) >>> 4 & 0xf, 16));
            hex.append(Character.forDigit(buffer.get(i) & 0xf, 16));
        }
        return hex.toString();
    }

    /** An ICMPv6 message from HOST_MAC with hop limit 255 and a right checksum. */
    static byte[] icmp6(Ip6 source, Ip6 destination, String message) {
        byte[] body = bytes(message);
        ByteBuffer frame = ByteBuffer.allocate(ICMP + body.length);
        long mac = destination.isMulticast() ? MacAddress.ofMulticast(destination.low()) : EdgeFixture.GATEWAY_MAC;
        EthernetFrame.write(frame, 0, mac, EdgeFixture.HOST_MAC, EthernetFrame.IPV6);
        Ipv6Header.write(frame, EthernetFrame.HEADER_LENGTH, body.length, 255, source, destination);
        frame.duplicate().position(ICMP).put(body);
        if (body.length >= 4) {
            Ipv6Header.writeChecksum(frame, EthernetFrame.HEADER_LENGTH, body.length);
        }
        return frame.array();
    }

    static String hex(Ip6 address) {
        return hex(ByteBuffer.wrap(address.toBytes()), 0, 16);
    }

    static String option(int type, long mac) {
        return String.format("%02x01%012x", type, mac);
    }

    /** A solicitation for an address of the gateway with the source's link-layer address. */
    static byte[] solicitation(Ip6 source, Ip6 target, long mac) {
        return solicitation(source, target, option(1, mac));
    }

    static byte[] solicitation(Ip6 source, Ip6 target, String options) {
        return icmp6(source, Ipv6Header.solicitedNode(target.low()), "8700000000000000" + hex(target) + options);
    }

    /** An advertisement to the gateway; flags are 0x80 router, 0x40 solicited, 0x20 override. */
    static byte[] advertisement(Ip6 target, long mac, int flags) {
        return advertisement(target, option(2, mac), flags);
    }

    static byte[] advertisement(Ip6 target, String options, int flags) {
        Ip6 destination = (flags & 0x40) != 0 ? EdgeFixture.GATEWAY : Ipv6Header.ALL_NODES;
        return icmp6(target, destination, String.format("88000000%02x000000", flags) + hex(target) + options);
    }

    static byte[] routerSolicitation(Ip6 source, String options) {
        return icmp6(source, Ipv6Header.ALL_ROUTERS, "8500000000000000" + options);
    }

    /** A frame for send6: the Ethernet header is not filled. */
    static byte[] udp6(Ip6 source, Ip6 destination) {
        ByteBuffer frame = ByteBuffer.allocate(ICMP + 8);
        Ipv6Header.write(frame, EthernetFrame.HEADER_LENGTH, 8, 63, source, destination);
        frame.put(EthernetFrame.HEADER_LENGTH + 6, (byte) 17);
        return frame.array();
    }

    /** The same with a number in its last octet. */
    static byte[] udp6(Ip6 destination, int number) {
        byte[] frame = udp6(Ip6.parse("64:ff9b:1::c000:250"), destination);
        frame[frame.length - 1] = (byte) number;
        return frame;
    }

    /** A frame for send4: the Ethernet header is not filled. */
    static byte[] udp4(String destination) {
        ByteBuffer frame = ByteBuffer.allocate(EthernetFrame.HEADER_LENGTH + 28);
        frame.putInt(14, 0x4500001c);
        frame.putInt(22, 0x3f11_0000);
        frame.putInt(26, Ip4.parse("192.0.2.65"));
        frame.putInt(30, Ip4.parse(destination));
        return frame.array();
    }

    static byte[] arp(int operation, long senderMac, String sender, String target) {
        ByteBuffer frame = ByteBuffer.allocate(60);   // padded to Ethernet's minimum
        long destination = operation == 1 ? MacAddress.BROADCAST : EdgeFixture.GATEWAY_MAC;
        EthernetFrame.write(frame, 0, destination, EdgeFixture.HOST_MAC, EthernetFrame.ARP);
        frame.putLong(14, 0x0001_0800_0604_0000L | operation);
        frame.putLong(22, senderMac << 16);
        frame.putInt(28, Ip4.parse(sender));
        frame.putInt(38, Ip4.parse(target));
        return frame.array();
    }

    /** Source and destination Ethernet address and type of a frame in hex. */
    static String ethernet(long destination, int type) {
        return String.format("%012x%012x%04x", destination, EdgeFixture.GATEWAY_MAC, type);
    }
}
