// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** IPv6 packets that were sent to the gateway and not translated: ICMPv6 that it speaks, the rest is counted. */
final class Ipv6Receiver {

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;

    private static final int ICMPV6_HEADER_LENGTH = 4;
    private static final int ECHO_HEADER_LENGTH = 8;
    private static final int ECHO_REQUEST = 128;

    private final EdgeConfig config;
    private final EdgeCounters counters;
    private final NeighborDiscovery discovery;
    private final EchoResponder echo;

    Ipv6Receiver(EdgeConfig config, EdgeCounters counters, NeighborDiscovery discovery, EchoResponder echo) {
        this.config = config;
        this.counters = counters;
        this.discovery = discovery;
        this.echo = echo;
    }

    void receive(ByteBuffer frame, int ip, int length, int vlan, long nowNanos) {
        EdgeCounter reason = refused(frame, ip, length);
        if (reason != null) {
            counters.count(reason);
            return;
        }
        int icmpLength = Ipv6Header.payloadLength(frame, ip);
        int type = frame.get(ip + Ipv6Header.LENGTH) & 0xff;
        if (type >= NeighborDiscovery.ROUTER_SOLICITATION && type <= NeighborDiscovery.REDIRECT) {
            discovery.receive(frame, ip, icmpLength, vlan, nowNanos);
        } else if (type == ECHO_REQUEST && frame.get(ip + Ipv6Header.LENGTH + 1) == 0) {
            echo(frame, ip, icmpLength, vlan, nowNanos);
        } else {
            counters.count(EdgeCounter.DROP_ICMPV6_TYPE_NOT_SERVED);
        }
    }

    private void echo(ByteBuffer frame, int ip, int icmpLength, int vlan, long nowNanos) {
        if (icmpLength < ECHO_HEADER_LENGTH) {
            counters.count(EdgeCounter.DROP_ICMPV6_TOO_SHORT);
        } else if (Ipv6Header.isUnspecified(Ipv6Header.sourceHigh(frame, ip), Ipv6Header.sourceLow(frame, ip))) {
            counters.count(EdgeCounter.DROP_IPV6_INVALID_SOURCE);
        } else {
            echo.answer6(frame, ip, icmpLength, vlan, nowNanos);
        }
    }

    private EdgeCounter refused(ByteBuffer frame, int ip, int length) {
        if (length < Ipv6Header.LENGTH || (frame.get(ip) & 0xf0) != 0x60
                || Ipv6Header.payloadLength(frame, ip) > length - Ipv6Header.LENGTH) {
            return EdgeCounter.DROP_IPV6_MALFORMED;
        }
        long sourceHigh = Ipv6Header.sourceHigh(frame, ip);
        long sourceLow = Ipv6Header.sourceLow(frame, ip);
        if (Ipv6Header.isMulticast(sourceHigh) || Ipv6Header.isLoopback(sourceHigh, sourceLow)) {
            return EdgeCounter.DROP_IPV6_INVALID_SOURCE;
        }
        if (config.isOwn6(sourceHigh, sourceLow)) {
            return EdgeCounter.DROP_ADDRESS_CONFLICT;
        }
        if (!isServed(Ipv6Header.destinationHigh(frame, ip), Ipv6Header.destinationLow(frame, ip))) {
            return EdgeCounter.DROP_IPV6_DESTINATION_NOT_SERVED;
        }
        return refusedPayload(frame, ip);
    }

    private static EdgeCounter refusedPayload(ByteBuffer frame, int ip) {
        switch (Ipv6Header.nextHeader(frame, ip)) {
            case Ipv6Header.ICMPV6:
                break;
            case HOP_BY_HOP:
            case ROUTING:
            case FRAGMENT:
            case AUTHENTICATION:
            case DESTINATION_OPTIONS:
                return EdgeCounter.DROP_IPV6_EXTENSION_HEADER;
            default:
                return EdgeCounter.DROP_IPV6_PROTOCOL_NOT_SERVED;
        }
        int icmpLength = Ipv6Header.payloadLength(frame, ip);
        if (icmpLength < ICMPV6_HEADER_LENGTH) {
            return EdgeCounter.DROP_ICMPV6_TOO_SHORT;
        }
        return Ipv6Header.checksum(frame, ip, icmpLength) == 0 ? null : EdgeCounter.DROP_ICMPV6_BAD_CHECKSUM;
    }

    /** The gateway's addresses and the groups it belongs to (RFC 4861 §6.2.2, §7.2.1). */
    private boolean isServed(long high, long low) {
        if (!Ipv6Header.isMulticast(high)) {
            return config.isOwn6(high, low);
        }
        return high == Ipv6Header.ALL_NODES.high()
                && (low == Ipv6Header.ALL_NODES.low()
                || low == Ipv6Header.ALL_ROUTERS.low()
                || low == Ipv6Header.solicitedNode(config.address6().low()).low()
                || low == Ipv6Header.solicitedNode(config.linkLocal().low()).low());
    }
}
