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
    private static final int FRAME_LENGTH = EthernetFrame.HEADER_LENGTH + Ipv6Header.LENGTH + LENGTH;
    private static final int IP = EthernetFrame.HEADER_LENGTH;
    private static final int ICMP = IP + Ipv6Header.LENGTH;

    private static final int ROUTER_FLAG = 1 << 31;
    private static final int SOLICITED_FLAG = 1 << 30;
    private static final int OVERRIDE_FLAG = 1 << 29;

    private final EdgeConfig config;
    private final EdgeOutput output;
    private final EdgeCounters counters;
    private final ByteBuffer frame = ByteBuffer.allocateDirect(FRAME_LENGTH);

    NeighborMessages(EdgeConfig config, EdgeOutput output, EdgeCounters counters) {
        this.config = config;
        this.output = output;
        this.counters = counters;
    }

    /** Multicast to the solicited-node address without, unicast with a known link-layer address (§7.2.2, §7.3.3). */
    @Override
    public void solicit(Neighbor neighbor) {
        boolean fromLinkLocal = neighbor.solicitFromLinkLocal || Ip6.isLinkLocal(neighbor.high);
        Ip6 source = fromLinkLocal ? config.linkLocal() : config.address6();
        Ip6 target = Ip6.of(neighbor.high, neighbor.low);
        boolean multicast = neighbor.mac == MacAddress.NONE;
        Ip6 destination = multicast ? Ipv6Header.solicitedNode(neighbor.low) : target;
        build(SOLICITATION, 0, source, destination, target, NdOptions.SOURCE_LINK_LAYER_ADDRESS);
        long mac = multicast ? MacAddress.ofMulticast(destination.low()) : neighbor.mac;
        EthernetFrame.write(frame, 0, mac, config.mac(), EthernetFrame.IPV6);
        counters.count(EdgeCounter.NEIGHBOR_SOLICITATIONS_SENT);
        output.send(frame, 0, FRAME_LENGTH);
    }

    @Override
    public void send(ByteBuffer packet, int offset, int length, Neighbor neighbor) {
        EthernetFrame.write(packet, offset, neighbor.mac, config.mac(), EthernetFrame.IPV6);
        output.send(packet, offset, length);
    }

    /** Tells all nodes, as one that checks for duplicates has no address to be told at (§7.2.4). */
    void advertiseToAll(Ip6 target) {
        build(ADVERTISEMENT, ROUTER_FLAG | OVERRIDE_FLAG, target, Ipv6Header.ALL_NODES, target,
                NdOptions.TARGET_LINK_LAYER_ADDRESS);
        long mac = MacAddress.ofMulticast(Ipv6Header.ALL_NODES.low());
        EthernetFrame.write(frame, 0, mac, config.mac(), EthernetFrame.IPV6);
        counters.count(EdgeCounter.NEIGHBOR_ADVERTISEMENTS_SENT);
        output.send(frame, 0, FRAME_LENGTH);
    }

    /** Tells the node that asked, by way of the neighbor cache (§7.2.4). */
    void advertise(Ip6 target, Ip6 destination, NextHops nextHops, long nowNanos) {
        build(ADVERTISEMENT, ROUTER_FLAG | SOLICITED_FLAG | OVERRIDE_FLAG, target, destination, target,
                NdOptions.TARGET_LINK_LAYER_ADDRESS);
        if (nextHops.send6(frame, 0, FRAME_LENGTH, nowNanos)) {
            counters.count(EdgeCounter.NEIGHBOR_ADVERTISEMENTS_SENT);
        }
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
