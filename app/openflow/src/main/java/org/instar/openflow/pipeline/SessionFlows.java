// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import org.instar.engine.address.Ip6;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;

/**
 * The flows of one session: they send its packets to the fast path and leave after {@code idleTimeoutSeconds} without a
 * packet (0: never), which the switch reports as a {@link org.instar.openflow.FlowRemoved} with the session's cookie.
 *
 * <p>"6to4" flows match what the IPv6 client sends, "4to6" flows what comes back to the pool address. Addresses and
 * ports are those the packet has when the switch sees it, before translation. Ports are 0 to 65535, IPv4 addresses 32
 * bits.
 */
public final class SessionFlows {

    /** Above the tables' miss flows. */
    public static final int PRIORITY = 100;

    private static final int PROTO_TCP = 6;
    private static final int PROTO_UDP = 17;
    private static final int ICMPV6_ECHO_REQUEST = 128;
    private static final int ICMPV4_ECHO_REPLY = 0;

    private SessionFlows() {
    }

    /**
     * TCP or UDP from the client's transport address to that of the embedded IPv4 address.
     *
     * @param proto 6 or 17
     * @throws IllegalArgumentException if {@code proto} is neither, or another argument is out of range
     */
    public static FlowMod tcpOrUdp6to4(int ruleNumber, int proto, Ip6 source, int sourcePort, Ip6 destination,
            int destinationPort, int fastPathPort, int idleTimeoutSeconds) {
        FlowMatchBuilder match = FlowMatch.builder().ipv6Source(source).ipv6Destination(destination);
        return flow(Table.SESSION_6TO4, ruleNumber, ports(match, proto, sourcePort, destinationPort), fastPathPort,
                idleTimeoutSeconds);
    }

    /**
     * TCP or UDP from the remote host to the session's pool transport address.
     *
     * @param proto 6 or 17
     * @throws IllegalArgumentException if {@code proto} is neither, or another argument is out of range
     */
    public static FlowMod tcpOrUdp4to6(int ruleNumber, int proto, int source, int sourcePort, int destination,
            int destinationPort, int fastPathPort, int idleTimeoutSeconds) {
        FlowMatchBuilder match = FlowMatch.builder().ipv4Source(source).ipv4Destination(destination);
        return flow(Table.SESSION_4TO6, ruleNumber, ports(match, proto, sourcePort, destinationPort), fastPathPort,
                idleTimeoutSeconds);
    }

    /**
     * Echo requests of the client. No switch matches the identifier: all echo sessions between these two addresses
     * share the flow, and it must stay until the last of them is gone.
     */
    public static FlowMod icmpEcho6to4(int ruleNumber, Ip6 source, Ip6 destination, int fastPathPort,
            int idleTimeoutSeconds) {
        return flow(Table.SESSION_6TO4, ruleNumber, FlowMatch.builder().ipv6Source(source).ipv6Destination(destination)
                .icmpv6Type(ICMPV6_ECHO_REQUEST), fastPathPort, idleTimeoutSeconds);
    }

    /** Echo replies of the remote host to a pool address; shared like {@link #icmpEcho6to4}. */
    public static FlowMod icmpEcho4to6(int ruleNumber, int source, int destination, int fastPathPort,
            int idleTimeoutSeconds) {
        return flow(Table.SESSION_4TO6, ruleNumber, FlowMatch.builder().ipv4Source(source).ipv4Destination(destination)
                .icmpv4Type(ICMPV4_ECHO_REPLY), fastPathPort, idleTimeoutSeconds);
    }

    /** Deletes the flows of one table that have exactly this cookie; the switch reports each as removed. */
    public static FlowMod remove(long cookie, Table table) {
        return FlowMod.delete(table.id()).cookie(cookie).build();
    }

    private static FlowMatchBuilder ports(FlowMatchBuilder match, int proto, int source, int destination) {
        return switch (proto) {
            case PROTO_TCP -> match.tcpSource(source).tcpDestination(destination);
            case PROTO_UDP -> match.udpSource(source).udpDestination(destination);
            default -> throw new IllegalArgumentException("proto: neither TCP (6) nor UDP (17): " + proto);
        };
    }

    private static FlowMod flow(Table table, int ruleNumber, FlowMatchBuilder match, int fastPathPort,
            int idleTimeoutSeconds) {
        return FlowMod.add(table.id()).priority(PRIORITY).cookie(Cookies.sessionRule(ruleNumber)).match(match)
                .output(fastPathPort).idleTimeoutSeconds(idleTimeoutSeconds).sendFlowRemoved().build();
    }
}
