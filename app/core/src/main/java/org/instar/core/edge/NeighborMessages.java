// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;

/** Sends neighbor solicitations and advertisements (RFC 4861 §4.3, §4.4) and frames to IPv6 neighbors. */
final class NeighborMessages implements LinkLayer {

    static final int SOLICITATION = 135;
    static final int ADVERTISEMENT = 136;
    static final int HOP_LIMIT = 255;
    /** Header of 24 octets and a link-layer address option of 8. */
    private static final int LENGTH = 32;
    /** Without the tag. */
    private static final int FRAME_LENGTH = EthernetFrame.HEADER_LENGTH + Ipv6Header.LENGTH + LENGTH;
    private static final int START = EthernetFrame.TAG_LENGTH;
    private static final int IP = EthernetFrame.PACKET;
    private static final int ICMP = IP + Ipv6Header.LENGTH;

    private static final int ROUTER_FLAG = 1 << 31;
    private static final int SOLICITED_FLAG = 1 << 30;
    private static final int OVERRIDE_FLAG = 1 << 29;

    private final EdgeConfig config;
    private final FrameSender sender;
    private final EdgeCounters counters;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(START + FRAME_LENGTH);

    NeighborMessages(EdgeConfig config, FrameSender sender, EdgeCounters counters) {
        this.config = config;
        this.sender = sender;
        this.counters = counters;
    }

    /** Multicast to the solicited-node address without, unicast with a known link-layer address (§7.2.2, §7.3.3). */
    @Override
    public void solicit(Neighbor neighbor) {
        boolean fromLinkLocal = neighbor.solicitFromLinkLocal || Ip6.isLinkLocal(neighbor.high)
                || !config.onLink6().contains(neighbor.high, neighbor.low);
        Ip6 source = fromLinkLocal ? config.linkLocal() : config.address6();
        Ip6 target = Ip6.of(neighbor.high, neighbor.low);
        boolean multicast = neighbor.mac == MacAddress.NONE;
        Ip6 destination = multicast ? Ipv6Header.solicitedNode(neighbor.low) : target;
        build(SOLICITATION, 0, source, destination, target, NdOptions.SOURCE_LINK_LAYER_ADDRESS);
        long mac = multicast ? MacAddress.ofMulticast(destination.low()) : neighbor.mac;
        for (Link6 link : config.links6()) {
            if (neighbor.vlan == link.vlan()
                    || neighbor.vlan == Vlans.ANY && link.isOnLink(neighbor.high, neighbor.low)) {
                counters.count(EdgeCounter.NEIGHBOR_SOLICITATIONS_SENT);
                sender.send(frame, START, FRAME_LENGTH, mac, EthernetFrame.IPV6, link.vlan());
            }
        }
    }

    @Override
    public void send(ByteBuffer packet, int offset, int length, Neighbor neighbor) {
        sender.send(packet, offset, length, neighbor.mac, EthernetFrame.IPV6, neighbor.vlan);
    }

    /** Tells all nodes, as one that checks for duplicates has no address to be told at (§7.2.4). */
    void advertiseToAll(Ip6 target, int vlan) {
        build(ADVERTISEMENT, ROUTER_FLAG | OVERRIDE_FLAG, target, Ipv6Header.ALL_NODES, target,
                NdOptions.TARGET_LINK_LAYER_ADDRESS);
        long mac = MacAddress.ofMulticast(Ipv6Header.ALL_NODES.low());
        counters.count(EdgeCounter.NEIGHBOR_ADVERTISEMENTS_SENT);
        sender.send(frame, START, FRAME_LENGTH, mac, EthernetFrame.IPV6, vlan);
    }

    /** Tells the node that asked, by way of the neighbor cache (§7.2.4). */
    void advertise(Ip6 target, Ip6 destination, int vlan, NextHops nextHops, long nowNanos) {
        buildAnswer(target, destination);
        if (nextHops.send6(frame, START, FRAME_LENGTH, vlan, nowNanos)) {
            counters.count(EdgeCounter.NEIGHBOR_ADVERTISEMENTS_SENT);
        }
    }

    /** Tells a node that the neighbor cache has in another VLAN. */
    void advertiseTo(long mac, Ip6 target, Ip6 destination, int vlan) {
        buildAnswer(target, destination);
        counters.count(EdgeCounter.NEIGHBOR_ADVERTISEMENTS_SENT);
        sender.send(frame, START, FRAME_LENGTH, mac, EthernetFrame.IPV6, vlan);
    }

    private void buildAnswer(Ip6 target, Ip6 destination) {
        build(ADVERTISEMENT, ROUTER_FLAG | SOLICITED_FLAG | OVERRIDE_FLAG, target, destination, target,
                NdOptions.TARGET_LINK_LAYER_ADDRESS);
    }

    private void build(int type, int flags, Ip6 source, Ip6 destination, Ip6 target, int option) {
        Ipv6Header.write(frame, IP, LENGTH, HOP_LIMIT, source, destination);
        frame.putInt(ICMP, type << 24);
        frame.putInt(ICMP + 4, flags);
        Ipv6Header.put(frame, ICMP + 8, target);
        NdOptions.putLinkLayerAddress(frame, ICMP + 24, option, config.mac());
        Ipv6Header.writeChecksum(frame, IP, LENGTH);
    }
}
