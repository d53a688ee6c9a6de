// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;

/** Finds where a packet goes next and sends it there, or lets it wait for the link-layer address (RFC 4861 §5.2). */
final class NextHops {

    private static final int MINIMUM_FRAME6 = EthernetFrame.HEADER_LENGTH + Ipv6Header.LENGTH;
    private static final int MINIMUM_FRAME4 = EthernetFrame.HEADER_LENGTH + Ipv4Receiver.HEADER_LENGTH;

    private final EdgeConfig config;
    private final OwnAddresses4 own;
    private final EdgeCounters counters;
    private final NeighborCache neighbors6;
    private final NeighborCache neighbors4;
    private final boolean hasNextHop4;
    private final int nextHop4;

    NextHops(EdgeConfig config, OwnAddresses4 own, EdgeCounters counters, NeighborCache neighbors6,
            NeighborCache neighbors4) {
        this.config = config;
        this.own = own;
        this.counters = counters;
        this.neighbors6 = neighbors6;
        this.neighbors4 = neighbors4;
        this.hasNextHop4 = config.nextHop4().isPresent();
        this.nextHop4 = config.nextHop4().orElse(0);
    }

    boolean send6(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < MINIMUM_FRAME6) {
            counters.count(EdgeCounter.DROP_OUTPUT_TOO_SHORT);
            return false;
        }
        int ip = offset + EthernetFrame.HEADER_LENGTH;
        long high = Ipv6Header.destinationHigh(frame, ip);
        long low = Ipv6Header.destinationLow(frame, ip);
        Neighbor neighbor = neighbors6.find(high, low);
        if (neighbor != null && neighbor.mac != MacAddress.NONE) {
            neighbors6.send(neighbor, frame, offset, length, nowNanos);
            return true;
        }
        if (!isNeighbor6(high, low)) {
            counters.count(EdgeCounter.DROP_NO_ROUTE);
            return false;
        }
        boolean fromLinkLocal = Ipv6Header.sourceHigh(frame, ip) == config.linkLocal().high()
                && Ipv6Header.sourceLow(frame, ip) == config.linkLocal().low();
        return neighbors6.resolve(high, low, frame, offset, length, fromLinkLocal, nowNanos);
    }

    private boolean isNeighbor6(long high, long low) {
        return (Ip6.isLinkLocal(high) || config.onLink6().contains(high, low))
                && !Ipv6Header.isMulticast(high)
                && !config.isOwn6(high, low);
    }

    boolean send4(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < MINIMUM_FRAME4) {
            counters.count(EdgeCounter.DROP_OUTPUT_TOO_SHORT);
            return false;
        }
        int destination = frame.getInt(offset + EthernetFrame.HEADER_LENGTH + 16);
        boolean onLink = config.onLink4().contains(destination);
        long key = ArpHandler.key(onLink ? destination : nextHop4);
        Neighbor neighbor = onLink || hasNextHop4 ? neighbors4.find(0, key) : null;
        if (neighbor != null && neighbor.mac != MacAddress.NONE && (onLink || Ipv4Receiver.isUnicast(destination))) {
            neighbors4.send(neighbor, frame, offset, length, nowNanos);
            return true;
        }
        if (!isRoutable4(destination, onLink)) {
            counters.count(EdgeCounter.DROP_NO_ROUTE);
            return false;
        }
        return neighbors4.resolve(0, key, frame, offset, length, false, nowNanos);
    }

    private boolean isRoutable4(int destination, boolean onLink) {
        boolean reached = onLink ? config.isHost4(destination) : hasNextHop4 && Ipv4Receiver.isUnicast(destination);
        return reached && !own.contains(destination);
    }
}
