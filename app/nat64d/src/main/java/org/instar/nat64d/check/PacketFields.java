// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.instar.nat64d.check.PacketField.Kind;

/**
 * Divides a packet into its fields, the packet within an ICMP error too. Every byte is in exactly one field; where the
 * packet ends, the fields end.
 */
final class PacketFields {

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int FRAGMENT_HEADER = 44;
    private static final int FRAGMENT_OFFSET4 = 0x1fff;
    private static final int FRAGMENT_OFFSET6 = 0xfff8;
    private static final int IPV4_HEADER = 20;
    private static final int TCP_HEADER = 20;
    private static final int[] ERROR_TYPES4 = {3, 4, 5, 11, 12};

    private final byte[] packet;
    private final List<PacketField> fields = new ArrayList<>();
    private int at;

    private PacketFields(byte[] packet) {
        this.packet = packet;
    }

    static List<PacketField> of(byte[] packet) {
        PacketFields reader = new PacketFields(packet);
        reader.ip("");
        reader.bytes("payload", packet.length - reader.at);
        return reader.fields;
    }

    private void ip(String prefix) {
        int version = at < packet.length ? (packet[at] & 0xff) >>> 4 : 0;
        if (version == 4) {
            ip4(prefix);
        } else if (version == 6) {
            ip6(prefix);
        }
    }

    private void ip4(String prefix) {
        int headerLength = (packet[at] & 0xf) * 4;
        String ip = prefix + "IPv4 ";
        number(ip + "version and header length", 1);
        number(ip + "type of service", 1);
        number(ip + "total length", 2);
        number(ip + "identification", 2);
        int offset = number(ip + "flags and fragment offset", 2) & FRAGMENT_OFFSET4;
        number(ip + "time to live", 1);
        int protocol = number(ip + "protocol", 1);
        number(ip + "header checksum", 2);
        add(ip + "source", Kind.ADDRESS, 4);
        add(ip + "destination", Kind.ADDRESS, 4);
        bytes(ip + "options", Math.max(0, headerLength - IPV4_HEADER));
        if (offset == 0) {
            transport(prefix, protocol);
        }
    }

    private void ip6(String prefix) {
        String ip = prefix + "IPv6 ";
        number(ip + "version, traffic class and flow label", 4);
        number(ip + "payload length", 2);
        int protocol = number(ip + "next header", 1);
        number(ip + "hop limit", 1);
        add(ip + "source", Kind.ADDRESS, 16);
        add(ip + "destination", Kind.ADDRESS, 16);
        int offset = 0;
        if (protocol == FRAGMENT_HEADER) {
            protocol = number(ip + "fragment next header", 1);
            number(ip + "fragment reserved", 1);
            offset = number(ip + "fragment offset and flag", 2) & FRAGMENT_OFFSET6;
            number(ip + "fragment identification", 4);
        }
        if (offset == 0) {
            transport(prefix, protocol);
        }
    }

    private void transport(String prefix, int protocol) {
        switch (protocol) {
            case TCP -> tcp(prefix + "TCP ");
            case UDP -> udp(prefix + "UDP ");
            case ICMP -> icmp(prefix, "ICMPv4 ");
            case ICMPV6 -> icmp(prefix, "ICMPv6 ");
            default -> { }
        }
    }

    private void tcp(String tcp) {
        number(tcp + "source port", 2);
        number(tcp + "destination port", 2);
        number(tcp + "sequence number", 4);
        number(tcp + "acknowledgment number", 4);
        int dataOffset = (number(tcp + "data offset and flags", 2) >>> 12) * 4;
        number(tcp + "window", 2);
        number(tcp + "checksum", 2);
        number(tcp + "urgent pointer", 2);
        bytes(tcp + "options", Math.max(0, dataOffset - TCP_HEADER));
    }

    private void udp(String udp) {
        number(udp + "source port", 2);
        number(udp + "destination port", 2);
        number(udp + "length", 2);
        number(udp + "checksum", 2);
    }

    private void icmp(String prefix, String version) {
        String icmp = prefix + version;
        int type = number(icmp + "type", 1);
        number(icmp + "code", 1);
        number(icmp + "checksum", 2);
        boolean isError = version.startsWith("ICMPv6") ? type < 128
                : Arrays.stream(ERROR_TYPES4).anyMatch(error -> error == type);
        if (!isError) {
            number(icmp + "identifier", 2);
            number(icmp + "sequence number", 2);
        } else {
            number(icmp + "MTU, pointer or unused", 4);
            if (prefix.isEmpty()) {
                ip("quoted ");
            }
        }
    }

    /** What the field holds, 0 when the packet ends before it. */
    private int number(String name, int length) {
        int number = 0;
        for (int i = at; i < Math.min(packet.length, at + length); i++) {
            number = number << 8 | packet[i] & 0xff;
        }
        add(name, Kind.NUMBER, length);
        return number;
    }

    private void bytes(String name, int length) {
        add(name, Kind.BYTES, length);
    }

    private void add(String name, Kind kind, int length) {
        int end = Math.min(packet.length, at + length);
        if (end > at) {
            fields.add(new PacketField(name, at, kind, Arrays.copyOfRange(packet, at, end)));
            at = end;
        }
    }
}
