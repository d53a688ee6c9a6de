// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.instar.engine.address.Ip6;

/** Neighbor discovery messages as they come in: validation (RFC 4861 §6.1, §7.1) and what they change or ask for. */
final class NeighborDiscovery {

    static final int ROUTER_SOLICITATION = 133;
    static final int ROUTER_ADVERTISEMENT = 134;
    static final int REDIRECT = 137;

    private static final int ROUTER_SOLICITATION_LENGTH = 8;
    private static final int NEIGHBOR_MESSAGE_LENGTH = 24;

    private final EdgeConfig config;
    private final EdgeCounters counters;
    private final NeighborCache neighbors;
    private final NeighborMessages messages;
    private final NextHops nextHops;
    /** By VLAN; null where nothing is advertised. */
    private final IntFunction<RouterAdvertiser> advertisers;
    private final NdOptions options;

    /**
     * @param messages null: nothing is answered, only learned from
     */
    NeighborDiscovery(EdgeConfig config, EdgeCounters counters, NeighborCache neighbors, NeighborMessages messages,
                      NextHops nextHops, IntFunction<RouterAdvertiser> advertisers) {
        this.config = config;
        this.counters = counters;
        this.neighbors = neighbors;
        this.messages = messages;
        this.nextHops = nextHops;
        this.advertisers = advertisers;
        this.options = new NdOptions(config.mac());
    }

    /** One message of type 133 to 137, its ICMPv6 checksum verified, behind the IPv6 header at {@code ip}. */
    void receive(ByteBuffer frame, int ip, int length, int vlan, long nowNanos) {
        int icmp = ip + Ipv6Header.LENGTH;
        int type = frame.get(icmp) & 0xff;
        EdgeCounter reason = invalid(frame, ip, length, type);
        if (reason != null) {
            counters.count(reason);
            return;
        }
        switch (type) {
            case ROUTER_SOLICITATION:
                routerSolicitation(frame, ip, vlan, nowNanos);
                break;
            case NeighborMessages.SOLICITATION:
                neighborSolicitation(frame, ip, vlan, nowNanos);
                break;
            case NeighborMessages.ADVERTISEMENT:
                neighborAdvertisement(frame, ip, vlan, nowNanos);
                break;
            case ROUTER_ADVERTISEMENT:
                counters.count(EdgeCounter.DROP_RA_OF_OTHER_ROUTER);
                break;
            default:
                // a router does not follow redirects (§8.2)
                counters.count(EdgeCounter.DROP_REDIRECT);
        }
    }

    /** The first rule of §6.1.1, §7.1.1 or §7.1.2 that the message breaks, or null. Reads the options. */
    private EdgeCounter invalid(ByteBuffer frame, int ip, int length, int type) {
        int icmp = ip + Ipv6Header.LENGTH;
        if (Ipv6Header.hopLimit(frame, ip) != NeighborMessages.HOP_LIMIT) {
            return EdgeCounter.DROP_ND_BAD_HOP_LIMIT;
        }
        if (frame.get(icmp + 1) != 0) {
            return EdgeCounter.DROP_ND_BAD_CODE;
        }
        switch (type) {
            case ROUTER_SOLICITATION:
                return invalidRouterSolicitation(frame, ip, length);
            case NeighborMessages.SOLICITATION:
            case NeighborMessages.ADVERTISEMENT:
                return invalidNeighborMessage(frame, ip, length, type);
            default:
                return null;
        }
    }

    private EdgeCounter invalidRouterSolicitation(ByteBuffer frame, int ip, int length) {
        if (length < ROUTER_SOLICITATION_LENGTH) {
            return EdgeCounter.DROP_ND_TOO_SHORT;
        }
        int icmp = ip + Ipv6Header.LENGTH;
        EdgeCounter reason = options.read(frame, icmp + ROUTER_SOLICITATION_LENGTH, icmp + length,
                NdOptions.SOURCE_LINK_LAYER_ADDRESS);
        return reason != null ? reason : linkLayerAddressOfUnspecified(frame, ip);
    }

    private EdgeCounter invalidNeighborMessage(ByteBuffer frame, int ip, int length, int type) {
        if (length < NEIGHBOR_MESSAGE_LENGTH) {
            return EdgeCounter.DROP_ND_TOO_SHORT;
        }
        int icmp = ip + Ipv6Header.LENGTH;
        if (Ipv6Header.isMulticast(frame.getLong(icmp + 8))) {
            return EdgeCounter.DROP_ND_MULTICAST_TARGET;
        }
        boolean solicitation = type == NeighborMessages.SOLICITATION;
        EdgeCounter reason = options.read(frame, icmp + NEIGHBOR_MESSAGE_LENGTH, icmp + length,
                solicitation ? NdOptions.SOURCE_LINK_LAYER_ADDRESS : NdOptions.TARGET_LINK_LAYER_ADDRESS);
        if (reason != null) {
            return reason;
        }
        if (!solicitation) {
            boolean toMulticast = Ipv6Header.isMulticast(Ipv6Header.destinationHigh(frame, ip));
            return toMulticast && isSolicited(frame, icmp) ? EdgeCounter.DROP_NA_SOLICITED_TO_MULTICAST : null;
        }
        if (isUnspecifiedSource(frame, ip) && !Ipv6Header.isSolicitedNode(
                Ipv6Header.destinationHigh(frame, ip), Ipv6Header.destinationLow(frame, ip))) {
            return EdgeCounter.DROP_NS_UNSPECIFIED_SOURCE_TO_UNICAST;
        }
        return linkLayerAddressOfUnspecified(frame, ip);
    }

    private EdgeCounter linkLayerAddressOfUnspecified(ByteBuffer frame, int ip) {
        return isUnspecifiedSource(frame, ip) && options.linkLayerAddress() != MacAddress.NONE
                ? EdgeCounter.DROP_ND_UNSPECIFIED_SOURCE_WITH_LINK_LAYER_ADDRESS
                : null;
    }

    private static boolean isUnspecifiedSource(ByteBuffer frame, int ip) {
        return Ipv6Header.isUnspecified(Ipv6Header.sourceHigh(frame, ip), Ipv6Header.sourceLow(frame, ip));
    }

    private static boolean isSolicited(ByteBuffer frame, int icmp) {
        return (frame.get(icmp + 4) & 0x40) != 0;
    }

    private void routerSolicitation(ByteBuffer frame, int ip, int vlan, long nowNanos) {
        RouterAdvertiser advertiser = advertisers.apply(vlan);
        if (advertiser == null && messages != null) {
            counters.count(EdgeCounter.DROP_RS_NOT_ADVERTISING);
            return;
        }
        if (isUnspecifiedSource(frame, ip)) {
            if (advertiser != null) {
                advertiser.solicited(nowNanos);
            }
            return;
        }
        learnSource(frame, ip, vlan, nowNanos);
        Neighbor neighbor = find(Ipv6Header.sourceHigh(frame, ip), Ipv6Header.sourceLow(frame, ip), vlan);
        if (neighbor != null) {
            neighbor.router = false;
        }
        if (advertiser == null) {
            return;
        }
        if (neighbor == null || neighbor.mac == MacAddress.NONE || neighbor.vlan != vlan) {
            advertiser.solicited(nowNanos);
        } else {
            advertiser.solicited(neighbor.high, neighbor.low, nowNanos);
        }
    }

    private void neighborSolicitation(ByteBuffer frame, int ip, int vlan, long nowNanos) {
        int icmp = ip + Ipv6Header.LENGTH;
        Ip6 target = Ip6.of(frame.getLong(icmp + 8), frame.getLong(icmp + 16));
        if (!config.isOwn6(target.high(), target.low())) {
            counters.count(EdgeCounter.DROP_NS_TARGET_NOT_SERVED);
            return;
        }
        boolean fromNobody = isUnspecifiedSource(frame, ip);
        if (!fromNobody) {
            learnSource(frame, ip, vlan, nowNanos);
        }
        if (messages == null) {
            return;
        }
        if (fromNobody) {
            messages.advertiseToAll(target, vlan);
        } else {
            answer(target, Ip6.of(Ipv6Header.sourceHigh(frame, ip), Ipv6Header.sourceLow(frame, ip)), vlan, nowNanos);
        }
    }

    /** Who is known in another VLAN, or must not be in this one, is told all the same that the gateway is here. */
    private void answer(Ip6 target, Ip6 source, int vlan, long nowNanos) {
        Neighbor neighbor = find(source.high(), source.low(), vlan);
        boolean elsewhere = neighbor == null || neighbor.mac != MacAddress.NONE && neighbor.vlan != vlan;
        if (elsewhere && options.linkLayerAddress() != MacAddress.NONE) {
            messages.advertiseTo(options.linkLayerAddress(), target, source, vlan);
        } else {
            messages.advertise(target, source, vlan, nextHops, nowNanos);
        }
    }

    private void learnSource(ByteBuffer frame, int ip, int vlan, long nowNanos) {
        if (options.linkLayerAddress() == MacAddress.NONE) {
            return;
        }
        long high = Ipv6Header.sourceHigh(frame, ip);
        long low = Ipv6Header.sourceLow(frame, ip);
        if (Ip6.isLinkLocal(high) || config.mayLive6(vlan, high, low)) {
            neighbors.learn(zone(high, vlan), vlan, high, low, options.linkLayerAddress(), nowNanos);
        } else {
            counters.count(EdgeCounter.NEIGHBORS_OF_OTHER_VLAN);
        }
    }

    private Neighbor find(long high, long low, int vlan) {
        return neighbors.find(zone(high, vlan), high, low);
    }

    private static int zone(long high, int vlan) {
        return Ip6.isLinkLocal(high) ? vlan : Neighbor.GLOBAL;
    }

    private void neighborAdvertisement(ByteBuffer frame, int ip, int vlan, long nowNanos) {
        int icmp = ip + Ipv6Header.LENGTH;
        long targetHigh = frame.getLong(icmp + 8);
        long targetLow = frame.getLong(icmp + 16);
        if (config.isOwn6(targetHigh, targetLow)) {
            counters.count(EdgeCounter.DROP_ADDRESS_CONFLICT);
            return;
        }
        Neighbor neighbor = find(targetHigh, targetLow, vlan);
        if (neighbor == null) {
            counters.count(EdgeCounter.DROP_NA_WITHOUT_ENTRY);
            return;
        }
        int flags = frame.get(icmp + 4);
        boolean override = (flags & 0x20) != 0;
        if (neighbors.advertised(neighbor, vlan, options.linkLayerAddress(), isSolicited(frame, icmp), override,
                nowNanos)) {
            neighbor.router = (flags & 0x80) != 0;
        }
    }
}
