// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/** Finds where a packet goes next and sends it there, or lets it wait for the link-layer address (RFC 4861 §5.2). */
final class NextHops {

    private static final int MINIMUM_FRAME6 = EthernetFrame.HEADER_LENGTH + Ipv6Header.LENGTH;
    private static final int MINIMUM_FRAME4 = EthernetFrame.HEADER_LENGTH + Ipv4Receiver.HEADER_LENGTH;

    private final EdgeConfig config;
    private final OwnAddresses4 own;
    private final EdgeCounters counters;
    private final NeighborCache neighbors6;
    private final NeighborCache neighbors4;

    NextHops(EdgeConfig config, OwnAddresses4 own, EdgeCounters counters, NeighborCache neighbors6,
            NeighborCache neighbors4) {
        this.config = config;
        this.own = own;
        this.counters = counters;
        this.neighbors6 = neighbors6;
        this.neighbors4 = neighbors4;
    }

    /**
     * @param vlan the one that the packet has to leave in, as it answers one that came from there; {@link Vlans#ANY}:
     *             wherever its destination is
     */
    boolean send6(ByteBuffer frame, int offset, int length, int vlan, long nowNanos) {
        if (length < MINIMUM_FRAME6) {
            counters.count(EdgeCounter.DROP_OUTPUT_TOO_SHORT);
            return false;
        }
        int ip = offset + EthernetFrame.HEADER_LENGTH;
        long high = Ipv6Header.destinationHigh(frame, ip);
        long low = Ipv6Header.destinationLow(frame, ip);
        int zone = zone6(high, vlan);
        Neighbor neighbor = neighbors6.find(zone, high, low);
        if (neighbor != null && neighbor.mac != MacAddress.NONE) {
            if (vlan != Vlans.ANY && neighbor.vlan != vlan) {
                counters.count(EdgeCounter.DROP_ANSWER_TO_OTHER_VLAN);
                return false;
            }
            neighbors6.send(neighbor, frame, offset, length, nowNanos);
            return true;
        }
        if (!isNeighbor6(high, low, vlan)) {
            counters.count(EdgeCounter.DROP_NO_ROUTE);
            return false;
        }
        boolean fromLinkLocal = Ipv6Header.sourceHigh(frame, ip) == config.linkLocal().high()
                && Ipv6Header.sourceLow(frame, ip) == config.linkLocal().low();
        int where = zone != Neighbor.GLOBAL ? zone : vlan != Vlans.ANY ? vlan : config.vlanOf6(high, low);
        return neighbors6.resolve(zone, where, high, low, frame, offset, length, fromLinkLocal, nowNanos);
    }

    /** Where packets to a client go; null while that isn't known. What is asked for counts as used. */
    Hop hop6(long high, long low, long nowNanos) {
        Neighbor neighbor = neighbors6.find(zone6(high, Vlans.ANY), high, low);
        if (neighbor == null || neighbor.mac == MacAddress.NONE || neighbor.vlan == Vlans.ANY) {
            return null;
        }
        neighbors6.used(neighbor, nowNanos);
        return Hop.of(Prefix6.of(Ip6.of(high, low), 128), neighbor.mac, neighbor.vlan);
    }

    /** Where packets to a remote host go; null while that isn't known. What is asked for counts as used. */
    Hop hop4(int destination, long nowNanos) {
        Routes4.Way way = config.way4(destination);
        if (way == null || !isRoutable4(destination, way)) {
            return null;
        }
        int vlan = way.link.vlan();
        Neighbor neighbor = neighbors4.find(vlan, 0, ArpHandler.key(way.onLink ? destination : way.nextHop));
        if (neighbor == null || neighbor.mac == MacAddress.NONE) {
            return null;
        }
        neighbors4.used(neighbor, nowNanos);
        return Hop.of(way.onLink ? Prefix4.of(destination, Integer.SIZE) : way.prefix, neighbor.mac, vlan);
    }

    /** A link-local address is one of the first VLAN, where nothing else is said. */
    private int zone6(long high, int vlan) {
        if (!Ip6.isLinkLocal(high)) {
            return Neighbor.GLOBAL;
        }
        return vlan == Vlans.ANY ? config.links6().get(0).vlan() : vlan;
    }

    private boolean isNeighbor6(long high, long low, int vlan) {
        return (Ip6.isLinkLocal(high) || (vlan == Vlans.ANY ? config.vlanOf6(high, low) != EdgeConfig.NOWHERE
                : config.isOnLink6(vlan, high, low)))
                && !Ipv6Header.isMulticast(high)
                && !config.isOwn6(high, low);
    }

    boolean send4(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < MINIMUM_FRAME4) {
            counters.count(EdgeCounter.DROP_OUTPUT_TOO_SHORT);
            return false;
        }
        int destination = frame.getInt(offset + EthernetFrame.HEADER_LENGTH + 16);
        Routes4.Way way = config.way4(destination);
        if (way == null) {
            counters.count(EdgeCounter.DROP_NO_ROUTE);
            return false;
        }
        int vlan = way.link.vlan();
        long key = ArpHandler.key(way.onLink ? destination : way.nextHop);
        Neighbor neighbor = neighbors4.find(vlan, 0, key);
        if (neighbor != null && neighbor.mac != MacAddress.NONE
                && (way.onLink || Ipv4Receiver.isUnicast(destination))) {
            neighbors4.send(neighbor, frame, offset, length, nowNanos);
            return true;
        }
        if (!isRoutable4(destination, way)) {
            counters.count(EdgeCounter.DROP_NO_ROUTE);
            return false;
        }
        return neighbors4.resolve(vlan, vlan, 0, key, frame, offset, length, false, nowNanos);
    }

    private boolean isRoutable4(int destination, Routes4.Way way) {
        boolean reached = way.onLink ? way.link.isHost(destination) : Ipv4Receiver.isUnicast(destination);
        return reached && !own.contains(destination);
    }
}
