// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/**
 * Builds a {@link FlowMatch}. A field brings along what OpenFlow demands before it: {@code tcpSource} sets ip_proto 6,
 * {@code ipv6Destination} eth_type 0x86dd. A port needs an IP address or ethType to say which IP. Every method throws
 * {@link IllegalArgumentException} naming the field if the value is out of range or contradicts one already set.
 */
public final class FlowMatchBuilder {

    private static final int ETH_TYPE_IPV4 = 0x0800;
    private static final int ETH_TYPE_ARP = 0x0806;
    private static final int ETH_TYPE_IPV6 = 0x86dd;
    private static final int PROTO_ICMP = 1;
    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int PROTO_ICMPV6 = 58;
    private static final int NEIGHBOR_SOLICITATION = 135;
    private static final int NEIGHBOR_ADVERTISEMENT = 136;

    private static final int ETH_TYPE_NSH = 0x894f;
    private static final List<FlowField> NEED_ETH_TYPE = List.of(FlowField.IP_PROTO, FlowField.IP_TTL,
            FlowField.IP_DSCP, FlowField.IP_ECN, FlowField.IP_FRAG);

    private final Map<FlowField, FlowMatch.Value> fields = new EnumMap<>(FlowField.class);

    FlowMatchBuilder() {
    }

    public FlowMatchBuilder inPort(int port) {
        return exact(FlowField.IN_PORT, port & 0xffff_ffffL);
    }

    /** Destination MAC address, lower 48 bits. */
    public FlowMatchBuilder ethDst(long mac) {
        return exact(FlowField.ETH_DST, mac);
    }

    /** Source MAC address, lower 48 bits. */
    public FlowMatchBuilder ethSrc(long mac) {
        return exact(FlowField.ETH_SRC, mac);
    }

    /** Destination MAC address under a mask, lower 48 bits each. */
    public FlowMatchBuilder ethDst(long mac, long mask) {
        return masked(FlowField.ETH_DST, 0, mac, 0, mask);
    }

    /** Source MAC address under a mask, lower 48 bits each. */
    public FlowMatchBuilder ethSrc(long mac, long mask) {
        return masked(FlowField.ETH_SRC, 0, mac, 0, mask);
    }

    public FlowMatchBuilder ethType(int type) {
        return exact(FlowField.ETH_TYPE, type);
    }

    /** Protocol of the IPv4 header, or the last next header of IPv6. */
    public FlowMatchBuilder ipProto(int protocol) {
        return exact(FlowField.IP_PROTO, protocol);
    }

    /** TTL or hop limit; wants an IP address or {@link #ethType} besides, as the next four do. */
    public FlowMatchBuilder ipTtl(int ttl) {
        return exact(FlowField.IP_TTL, ttl);
    }

    public FlowMatchBuilder ipDscp(int codePoint) {
        return exact(FlowField.IP_DSCP, codePoint);
    }

    public FlowMatchBuilder ipEcn(int codePoint) {
        return exact(FlowField.IP_ECN, codePoint);
    }

    /** Fragments, the first and later ones alike; not atomic ones (RFC 6946). */
    public FlowMatchBuilder anyFragment() {
        return masked(FlowField.IP_FRAG, 0, 1, 0, 1);
    }

    /** TCP segments with all these flags set, the bits as in RFC 9293 §3.1: FIN is 1. */
    public FlowMatchBuilder tcpFlags(int flags) {
        return ipProto(PROTO_TCP).masked(FlowField.TCP_FLAGS, 0, flags, 0, flags);
    }

    /** TTL of a network service header. */
    public FlowMatchBuilder nshTtl(int ttl) {
        return ethType(ETH_TYPE_NSH).exact(FlowField.NSH_TTL, ttl);
    }

    /** Packets that begin with this header. Without it a match means Ethernet frames. */
    public FlowMatchBuilder packetType(PacketType type) {
        return exact(FlowField.PACKET_TYPE, type.code() & 0xffff_ffffL);
    }

    /** Packets with a VLAN tag, whichever. */
    public FlowMatchBuilder tagged() {
        return masked(FlowField.VLAN_VID, 0, FlowField.VLAN_PRESENT, 0, FlowField.VLAN_PRESENT);
    }

    /** One bit of the register, which is 0 unless an action has set it. */
    public FlowMatchBuilder register0Bit(int bit, boolean set) {
        return masked(FlowField.REG0, 0, set ? 1L << bit : 0, 0, 1L << bit);
    }

    public FlowMatchBuilder ipv6Source(Ip6 address) {
        return ethType(ETH_TYPE_IPV6).exact(FlowField.IPV6_SRC, address);
    }

    public FlowMatchBuilder ipv6Source(Prefix6 prefix) {
        return ethType(ETH_TYPE_IPV6).prefix(FlowField.IPV6_SRC, prefix);
    }

    public FlowMatchBuilder ipv6Destination(Ip6 address) {
        return ethType(ETH_TYPE_IPV6).exact(FlowField.IPV6_DST, address);
    }

    public FlowMatchBuilder ipv6Destination(Prefix6 prefix) {
        return ethType(ETH_TYPE_IPV6).prefix(FlowField.IPV6_DST, prefix);
    }

    /** Destination address under a mask. */
    public FlowMatchBuilder ipv6Destination(Ip6 address, Ip6 mask) {
        return ethType(ETH_TYPE_IPV6).masked(FlowField.IPV6_DST, address.high(), address.low(), mask.high(),
                mask.low());
    }

    public FlowMatchBuilder ipv4Source(int address) {
        return ethType(ETH_TYPE_IPV4).exact(FlowField.IPV4_SRC, address & 0xffff_ffffL);
    }

    public FlowMatchBuilder ipv4Source(Prefix4 prefix) {
        return ethType(ETH_TYPE_IPV4).prefix(FlowField.IPV4_SRC, prefix);
    }

    public FlowMatchBuilder ipv4Destination(int address) {
        return ethType(ETH_TYPE_IPV4).exact(FlowField.IPV4_DST, address & 0xffff_ffffL);
    }

    public FlowMatchBuilder ipv4Destination(Prefix4 prefix) {
        return ethType(ETH_TYPE_IPV4).prefix(FlowField.IPV4_DST, prefix);
    }

    public FlowMatchBuilder tcpSource(int port) {
        return ipProto(PROTO_TCP).exact(FlowField.TCP_SRC, port);
    }

    public FlowMatchBuilder tcpDestination(int port) {
        return ipProto(PROTO_TCP).exact(FlowField.TCP_DST, port);
    }

    public FlowMatchBuilder udpSource(int port) {
        return ipProto(PROTO_UDP).exact(FlowField.UDP_SRC, port);
    }

    public FlowMatchBuilder udpDestination(int port) {
        return ipProto(PROTO_UDP).exact(FlowField.UDP_DST, port);
    }

    public FlowMatchBuilder icmpv4Type(int type) {
        return ethType(ETH_TYPE_IPV4).ipProto(PROTO_ICMP).exact(FlowField.ICMPV4_TYPE, type);
    }

    public FlowMatchBuilder icmpv6Type(int type) {
        return ethType(ETH_TYPE_IPV6).ipProto(PROTO_ICMPV6).exact(FlowField.ICMPV6_TYPE, type);
    }

    /** Target of a neighbor solicitation or advertisement; wants {@link #icmpv6Type} 135 or 136 besides. */
    public FlowMatchBuilder ndTarget(Ip6 target) {
        return exact(FlowField.ND_TARGET, target);
    }

    public FlowMatchBuilder arpTpa(int address) {
        return ethType(ETH_TYPE_ARP).exact(FlowField.ARP_TPA, address & 0xffff_ffffL);
    }

    public FlowMatchBuilder arpTpa(Prefix4 prefix) {
        return ethType(ETH_TYPE_ARP).prefix(FlowField.ARP_TPA, prefix);
    }

    /** All that another match demands, too. */
    public FlowMatchBuilder and(FlowMatch other) {
        other.fields().forEach(this::put);
        return this;
    }

    public FlowMatch build() {
        if (fields.containsKey(FlowField.ND_TARGET)) {
            FlowMatch.Value type = fields.get(FlowField.ICMPV6_TYPE);
            if (type == null || type.low() != NEIGHBOR_SOLICITATION && type.low() != NEIGHBOR_ADVERTISEMENT) {
                throw new IllegalArgumentException("nd_target: needs icmpv6_type 135 or 136");
            }
        }
        for (FlowField field : NEED_ETH_TYPE) {
            if (fields.containsKey(field) && !fields.containsKey(FlowField.ETH_TYPE)) {
                throw new IllegalArgumentException(field + ": needs eth_type");
            }
        }
        return new FlowMatch(fields);
    }

    /** Without a look at what OpenFlow demands: for matches that come from a switch. */
    FlowMatch unchecked() {
        return new FlowMatch(fields);
    }

    FlowMatchBuilder put(FlowField field, FlowMatch.Value value) {
        FlowMatch.Value before = fields.putIfAbsent(field, value);
        if (before != null && !before.equals(value)) {
            throw new IllegalArgumentException(field + ": " + field.valueText(value.high(), value.low())
                    + " contradicts " + field.valueText(before.high(), before.low()));
        }
        return this;
    }

    private FlowMatchBuilder exact(FlowField field, long value) {
        if ((value & ~field.lowBits()) != 0) {
            throw new IllegalArgumentException(field + ": not a value of " + field.bits() + " bits: " + value);
        }
        return put(field, new FlowMatch.Value(0, value, 0, field.lowBits()));
    }

    private FlowMatchBuilder masked(FlowField field, long high, long low, long maskHigh, long maskLow) {
        return put(field, new FlowMatch.Value(high, low, maskHigh, maskLow));
    }

    private FlowMatchBuilder exact(FlowField field, Ip6 address) {
        return put(field, new FlowMatch.Value(address.high(), address.low(), -1, -1));
    }

    private FlowMatchBuilder prefix(FlowField field, Prefix6 prefix) {
        int length = prefix.length();
        if (length == 0) {
            return this;
        }
        long maskHigh = length >= 64 ? -1 : -1L << 64 - length;
        long maskLow = length <= 64 ? 0 : -1L << 128 - length;
        return put(field, new FlowMatch.Value(prefix.address().high(), prefix.address().low(), maskHigh, maskLow));
    }

    private FlowMatchBuilder prefix(FlowField field, Prefix4 prefix) {
        if (prefix.length() == 0) {
            return this;
        }
        long mask = -1L << 32 - prefix.length() & 0xffff_ffffL;
        return put(field, new FlowMatch.Value(0, prefix.address() & 0xffff_ffffL, 0, mask));
    }
}
