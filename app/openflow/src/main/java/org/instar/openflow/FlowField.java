// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** The header fields Instar's flows match, by the names ovs-ofctl gives them. */
public enum FlowField {
    IN_PORT("in_port", 32, Kind.PORT),
    ETH_DST("eth_dst", 48, Kind.MAC),
    ETH_SRC("eth_src", 48, Kind.MAC),
    ETH_TYPE("eth_type", 16, Kind.HEX),
    IP_PROTO("ip_proto", 8, Kind.DECIMAL),
    IPV4_SRC("ipv4_src", 32, Kind.IPV4),
    IPV4_DST("ipv4_dst", 32, Kind.IPV4),
    TCP_SRC("tcp_src", 16, Kind.DECIMAL),
    TCP_DST("tcp_dst", 16, Kind.DECIMAL),
    UDP_SRC("udp_src", 16, Kind.DECIMAL),
    UDP_DST("udp_dst", 16, Kind.DECIMAL),
    ICMPV4_TYPE("icmp_type", 8, Kind.DECIMAL),
    ARP_TPA("arp_tpa", 32, Kind.IPV4),
    IPV6_SRC("ipv6_src", 128, Kind.IPV6),
    IPV6_DST("ipv6_dst", 128, Kind.IPV6),
    ICMPV6_TYPE("icmpv6_type", 8, Kind.DECIMAL),
    ND_TARGET("nd_target", 128, Kind.IPV6);

    private enum Kind { PORT, MAC, HEX, DECIMAL, IPV4, IPV6 }

    private final String text;
    private final int bits;
    private final Kind kind;

    FlowField(String text, int bits, Kind kind) {
        this.text = text;
        this.bits = bits;
        this.kind = kind;
    }

    /** Width in bits: 8 to 128. */
    public int bits() {
        return bits;
    }

    /** Mask of the field's upper 64 bits; 0 unless it is wider than 64. */
    long highBits() {
        return bits > Long.SIZE ? -1L : 0;
    }

    /** Mask of the field's lower 64 bits. */
    long lowBits() {
        return bits >= Long.SIZE ? -1L : (1L << bits) - 1;
    }

    String valueText(long high, long low) {
        return switch (kind) {
            case PORT -> SwitchPort.text((int) low);
            case MAC -> macText(low);
            case HEX -> String.format("0x%04x", low);
            case DECIMAL -> Long.toString(low);
            case IPV4 -> Ip4.toString((int) low);
            case IPV6 -> Ip6.toString(high, low);
        };
    }

    private static String macText(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            text.append(String.format("%02x", mac >>> shift & 0xff)).append(shift == 0 ? "" : ":");
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return text;
    }
}
