// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/**
 * The header fields Instar's flows match or change, by the names ovs-ofctl gives them. Each knows its number in
 * OpenFlow's extensible match (OXM: OpenFlow 1.3.5 §7.2.3, 1.5.1 §7.2.3 for packet_type; Nicira's and NSH's as in Open
 * vSwitch's meta-flow.h) and, where there is one, the older one of Nicira (NXM), which Nicira's own actions take.
 */
public enum FlowField {
    IN_PORT("in_port", Oxm.OPENFLOW, 0, 32, Kind.PORT),
    REG0("reg0", Oxm.NXM_1, 0, 32, Kind.HEX),
    PACKET_TYPE("packet_type", Oxm.OPENFLOW, 44, 32, Kind.HEX),
    ETH_DST("eth_dst", Oxm.OPENFLOW, 3, 48, Kind.MAC, Oxm.NXM_0, 1),
    ETH_SRC("eth_src", Oxm.OPENFLOW, 4, 48, Kind.MAC, Oxm.NXM_0, 2),
    ETH_TYPE("eth_type", Oxm.OPENFLOW, 5, 16, Kind.HEX, Oxm.NXM_0, 3),
    /** VLAN identifier in bits 0 to 11 of a tagged packet's outermost tag, and {@link #VLAN_PRESENT}. */
    VLAN_VID("vlan_vid", Oxm.OPENFLOW, 6, 13, Kind.HEX),
    IP_PROTO("ip_proto", Oxm.OPENFLOW, 10, 8, Kind.DECIMAL, Oxm.NXM_0, 6),
    IP_DSCP("ip_dscp", Oxm.OPENFLOW, 8, 6, Kind.DECIMAL),
    IP_ECN("ip_ecn", Oxm.OPENFLOW, 9, 2, Kind.DECIMAL, Oxm.NXM_1, 28),
    /** TTL of IPv4, hop limit of IPv6. */
    IP_TTL("nw_ttl", Oxm.NXM_1, 29, 8, Kind.DECIMAL),
    /** Bit 0: is a fragment; bit 1: and not the first. An atomic one (RFC 6946) is none to Open vSwitch. */
    IP_FRAG("ip_frag", Oxm.NXM_1, 26, 2, Kind.HEX),
    IPV4_SRC("ipv4_src", Oxm.OPENFLOW, 11, 32, Kind.IPV4, Oxm.NXM_0, 7),
    IPV4_DST("ipv4_dst", Oxm.OPENFLOW, 12, 32, Kind.IPV4, Oxm.NXM_0, 8),
    TCP_SRC("tcp_src", Oxm.OPENFLOW, 13, 16, Kind.DECIMAL, Oxm.NXM_0, 9),
    TCP_DST("tcp_dst", Oxm.OPENFLOW, 14, 16, Kind.DECIMAL, Oxm.NXM_0, 10),
    TCP_FLAGS("tcp_flags", Oxm.ONF, 42, 12, Kind.HEX, Oxm.NXM_1, 34),
    UDP_SRC("udp_src", Oxm.OPENFLOW, 15, 16, Kind.DECIMAL, Oxm.NXM_0, 11),
    UDP_DST("udp_dst", Oxm.OPENFLOW, 16, 16, Kind.DECIMAL, Oxm.NXM_0, 12),
    ICMPV4_TYPE("icmp_type", Oxm.OPENFLOW, 19, 8, Kind.DECIMAL, Oxm.NXM_0, 13),
    ARP_TPA("arp_tpa", Oxm.OPENFLOW, 23, 32, Kind.IPV4, Oxm.NXM_0, 17),
    IPV6_SRC("ipv6_src", Oxm.OPENFLOW, 26, 128, Kind.IPV6, Oxm.NXM_1, 19),
    IPV6_DST("ipv6_dst", Oxm.OPENFLOW, 27, 128, Kind.IPV6, Oxm.NXM_1, 20),
    ICMPV6_TYPE("icmpv6_type", Oxm.OPENFLOW, 29, 8, Kind.DECIMAL, Oxm.NXM_1, 21),
    ND_TARGET("nd_target", Oxm.OPENFLOW, 31, 128, Kind.IPV6, Oxm.NXM_1, 23),
    /** TTL of a network service header (RFC 8300 §2.2). */
    NSH_TTL("nsh_ttl", Oxm.NSH, 10, 6, Kind.DECIMAL),
    /** First context header of a network service header of MD type 1 (RFC 8300 §2.4). */
    NSH_C1("nsh_c1", Oxm.NSH, 6, 32, Kind.HEX);

    /** Bit of {@link #VLAN_VID} that tells tagged packets (OFPVID_PRESENT). */
    public static final int VLAN_PRESENT = 1 << 12;

    private enum Kind { PORT, MAC, HEX, DECIMAL, IPV4, IPV6 }

    private final String text;
    private final int bits;
    private final Kind kind;
    private final Oxm oxm;
    private final Oxm nxm;

    FlowField(String text, int oxmClass, int number, int bits, Kind kind) {
        this(text, oxmClass, number, bits, kind, oxmClass, number);
    }

    FlowField(String text, int oxmClass, int number, int bits, Kind kind, int nxmClass, int nxmNumber) {
        this.text = text;
        this.bits = bits;
        this.kind = kind;
        this.oxm = new Oxm(oxmClass, number);
        this.nxm = new Oxm(nxmClass, nxmNumber);
    }

    /** Width in bits: 2 to 128. */
    public int bits() {
        return bits;
    }

    /** Bytes of a value on the wire. */
    int bytes() {
        return bits + 7 >>> 3;
    }

    /** What names the field in matches and set_field. */
    Oxm oxm() {
        return oxm;
    }

    /** What names it in Nicira's actions; the same where there is only one. */
    Oxm nxm() {
        return nxm;
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
