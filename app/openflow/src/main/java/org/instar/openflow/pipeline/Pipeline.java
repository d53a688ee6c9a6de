// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;

/**
 * The flows that are in the switch whether or not there is a session. Each rule has a method that says why it is there;
 * what decides between rules that match the same packet is the priority in {@link StaticRule}.
 */
public final class Pipeline {

    /** Type of the frames that {@link StaticRule#MARKER} sends back (IEEE Std 802, local experimental). */
    public static final int ETH_TYPE_MARKER = 0x88b5;

    private static final int ICMPV6_ROUTER_SOLICITATION = 133;
    private static final int ICMPV6_NEIGHBOR_SOLICITATION = 135;
    private static final int ICMPV6_NEIGHBOR_ADVERTISEMENT = 136;
    private static final int ICMPV6_DESTINATION_UNREACHABLE = 1;
    private static final int ICMPV6_PARAMETER_PROBLEM = 4;
    private static final int IPV6_FRAGMENT_HEADER = 44;
    private static final int ETH_TYPE_ARP = 0x0806;
    private static final int ETH_TYPE_IPV6 = 0x86dd;

    private final PipelineConfig config;

    private Pipeline(PipelineConfig config) {
        this.config = config;
    }

    /**
     * All static flows, in an order in which a switch that forwards meanwhile never does worse than drop: later tables
     * first, and within CLASSIFY the higher priorities first.
     */
    public static List<FlowMod> staticFlows(PipelineConfig config) {
        Pipeline pipeline = new Pipeline(config);
        return Stream.of(
                        pipeline.switching(),
                        pipeline.miss4to6(),
                        pipeline.icmpErrors6(),
                        pipeline.laterFragments6(),
                        pipeline.miss6to4(),
                        pipeline.fromFastPath(),
                        pipeline.marker(),
                        pipeline.neighborSolicitations(),
                        pipeline.routerSolicitations(),
                        pipeline.neighborAdvertisements(),
                        pipeline.arpForGateway(),
                        pipeline.arpForPool(),
                        pipeline.arpToGateway(),
                        pipeline.toPref64(),
                        pipeline.toPool(),
                        pipeline.toGateway(),
                        pipeline.notForUs())
                .flatMap(rule -> rule).toList();
    }

    /** Deletes every flow that carries Instar's mark, static or of a session, from all tables; nobody else's. */
    public static List<FlowMod> clear() {
        return List.of(FlowMod.delete(FlowMod.ALL_TABLES).cookie(Cookies.MARK, Cookies.MARK_MASK).build());
    }

    /** What the fast path sends is translated or its own; it must not come back to it. */
    private Stream<FlowMod> fromFastPath() {
        return Stream.of(rule(StaticRule.FROM_FAST_PATH).match(FlowMatch.builder().inPort(config.fastPathPort()))
                .gotoTable(Table.FORWARD.id()).build());
    }

    /**
     * A frame from the fast path to the gateway itself comes back to it: what was sent before it has been forwarded
     * then, but for what the switch meets for the first time and so thinks about longer.
     */
    private Stream<FlowMod> marker() {
        return Stream.of(rule(StaticRule.MARKER).match(FlowMatch.builder().inPort(config.fastPathPort())
                .ethDst(config.gatewayMac()).ethType(ETH_TYPE_MARKER)).actions(FlowAction.inPort()).build());
    }

    /**
     * Address resolution, duplicate address detection and probes for the gateway's addresses. By target: a solicitation
     * for resolution goes to a multicast address, not to the gateway's MAC (RFC 4861 section 7.2.2).
     */
    private Stream<FlowMod> neighborSolicitations() {
        return Stream.of(config.gatewayGlobal(), config.gatewayLinkLocal()).map(target ->
                toFastPath(StaticRule.NEIGHBOR_SOLICITATION, FlowMatch.builder()
                        .icmpv6Type(ICMPV6_NEIGHBOR_SOLICITATION).ndTarget(target).build()));
    }

    /** Hosts that ask for a router advertisement: the gateway is the link's router (RFC 4861 section 6.3.7). */
    private Stream<FlowMod> routerSolicitations() {
        return Stream.of(toFastPath(StaticRule.ROUTER_SOLICITATION, FlowMatch.builder()
                .icmpv6Type(ICMPV6_ROUTER_SOLICITATION).build()));
    }

    /** Answers to the gateway's own solicitations (RFC 4861 section 7.2.4). */
    private Stream<FlowMod> neighborAdvertisements() {
        return Stream.of(toFastPath(StaticRule.NEIGHBOR_ADVERTISEMENT, FlowMatch.builder().ethDst(config.gatewayMac())
                .icmpv6Type(ICMPV6_NEIGHBOR_ADVERTISEMENT).build()));
    }

    /** ARP requests for the gateway's IPv4 address. */
    private Stream<FlowMod> arpForGateway() {
        return Stream.of(toFastPath(StaticRule.ARP_FOR_GATEWAY, FlowMatch.builder()
                .arpTpa(config.gatewayIpv4()).build()));
    }

    /** ARP requests for pool addresses: the gateway answers for all of them. */
    private Stream<FlowMod> arpForPool() {
        return config.poolPrefixes().stream().map(prefix ->
                toFastPath(StaticRule.ARP_FOR_POOL, FlowMatch.builder().arpTpa(prefix).build()));
    }

    /** ARP replies to the gateway's own requests. */
    private Stream<FlowMod> arpToGateway() {
        return Stream.of(toFastPath(StaticRule.ARP_TO_GATEWAY, FlowMatch.builder().ethDst(config.gatewayMac())
                .ethType(ETH_TYPE_ARP).build()));
    }

    /** IPv6 packets to translate. */
    private Stream<FlowMod> toPref64() {
        return config.prefixes().stream().map(prefix -> rule(StaticRule.TO_PREF64)
                .match(FlowMatch.builder().ethDst(config.gatewayMac()).ipv6Destination(prefix.prefix()))
                .gotoTable(Table.SESSION_6TO4.id()).build());
    }

    /** IPv4 packets to translate. */
    private Stream<FlowMod> toPool() {
        return config.poolPrefixes().stream().map(prefix -> rule(StaticRule.TO_POOL)
                .match(FlowMatch.builder().ethDst(config.gatewayMac()).ipv4Destination(prefix))
                .gotoTable(Table.SESSION_4TO6.id()).build());
    }

    /** Anything else addressed to the gateway: the router edge answers it or counts a drop. */
    private Stream<FlowMod> toGateway() {
        return Stream.of(toFastPath(StaticRule.TO_GATEWAY, FlowMatch.builder().ethDst(config.gatewayMac()).build()));
    }

    /** Traffic between hosts of the bridge. */
    private Stream<FlowMod> notForUs() {
        return Stream.of(rule(StaticRule.NOT_FOR_US).gotoTable(Table.FORWARD.id()).build());
    }

    /** First packet of a flow: the controller decides, with the whole packet in hand. */
    private Stream<FlowMod> miss6to4() {
        return Stream.of(rule(StaticRule.MISS_6TO4).actions(FlowAction.controller()).build());
    }

    /** ICMPv6 error messages are about sessions that exist, and make none: no controller needs them. */
    private Stream<FlowMod> icmpErrors6() {
        return IntStream.rangeClosed(ICMPV6_DESTINATION_UNREACHABLE, ICMPV6_PARAMETER_PROBLEM).mapToObj(type ->
                toFastPath(StaticRule.ICMP_ERROR_6, FlowMatch.builder().icmpv6Type(type).build()));
    }

    /** Fragments but the first show no ports, so no session flow matches them; Open vSwitch shows this protocol. */
    private Stream<FlowMod> laterFragments6() {
        return Stream.of(toFastPath(StaticRule.LATER_FRAGMENT_6, FlowMatch.builder().ethType(ETH_TYPE_IPV6)
                .ipProto(IPV6_FRAGMENT_HEADER).build()));
    }

    /** No session known here: the fast path filters and counts; Internet scans must not reach a controller. */
    private Stream<FlowMod> miss4to6() {
        return Stream.of(toFastPath(StaticRule.MISS_4TO6, FlowMatch.any()));
    }

    private Stream<FlowMod> switching() {
        return Stream.of(rule(StaticRule.SWITCHING).actions(FlowAction.normal()).build());
    }

    private FlowMod toFastPath(StaticRule rule, FlowMatch match) {
        FlowAction output = FlowAction.output(config.fastPathPort());
        return rule(rule).match(match).actions(config.locating() && rule.isLocating()
                ? List.of(output, FlowAction.controller()) : List.of(output)).build();
    }

    /** The switch tells when one leaves: only somebody else can have taken it out. */
    private static FlowMod.Builder rule(StaticRule rule) {
        return FlowMod.add(rule.table().id()).priority(rule.priority()).cookie(rule.cookie()).sendFlowRemoved();
    }
}
