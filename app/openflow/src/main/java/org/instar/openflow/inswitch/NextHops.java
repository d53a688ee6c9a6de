// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.List;
import java.util.stream.Stream;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;

/**
 * The last tables of either way: the longest prefix wins. A switch sends nothing out of the port it came in by unless
 * told to by name, so every next hop has a second flow for what came in by its port. What has no next hop is dropped:
 * sessions are to be handed to the switch when their next hops are known.
 */
final class NextHops {

    /** RFC 7600's IPv4 dummy address: no host has it. */
    static final int PROBE_REMOTE = Ip4.parse("192.0.0.8");
    /** In the discard-only prefix (RFC 6666): no host has it. */
    static final Ip6 PROBE_CLIENT = Ip6.parse("100::1564");

    private NextHops() {
    }

    static Stream<FlowMod> ipv4(TranslationConfig config) {
        return Stream.concat(Stream.of(probe(TranslationRule.PROBE_4, FlowMatch.builder()
                        .ipv4Destination(PROBE_REMOTE), config)),
                config.nextHops4().stream().flatMap(hop -> flows(TranslationRule.NEXT_HOP_4, hop.prefix().length(),
                        FlowMatch.builder().ethType(0x0800).ipv4Destination(hop.prefix()).build(), hop.mac(),
                        hop.port(), config)));
    }

    static Stream<FlowMod> ipv6(TranslationConfig config) {
        return Stream.concat(Stream.of(probe(TranslationRule.PROBE_6, FlowMatch.builder()
                        .ipv6Destination(PROBE_CLIENT), config)),
                config.nextHops6().stream().flatMap(hop -> flows(TranslationRule.NEXT_HOP_6, hop.prefix().length(),
                        FlowMatch.builder().ethType(0x86dd).ipv6Destination(hop.prefix()).build(), hop.mac(),
                        hop.port(), config)));
    }

    private static FlowMod probe(TranslationRule rule, FlowMatchBuilder match, TranslationConfig config) {
        long gateway = config.pipeline().gatewayMac();
        return rule.flow(match).actions(addresses(gateway, gateway, FlowAction.controller())).build();
    }

    private static Stream<FlowMod> flows(TranslationRule rule, int prefixLength, FlowMatch destination, long mac,
            int port, TranslationConfig config) {
        int priority = rule.priority() + 2 * prefixLength;
        long gateway = config.pipeline().gatewayMac();
        FlowMatchBuilder samePort = FlowMatch.builder().inPort(port).and(destination);
        return Stream.of(
                rule.flow(samePort).priority(priority + 1).actions(addresses(gateway, mac, FlowAction.inPort()))
                        .build(),
                rule.flow(FlowMatch.builder().and(destination)).priority(priority)
                        .actions(addresses(gateway, mac, FlowAction.output(port))).build());
    }

    private static List<FlowAction> addresses(long source, long destination, FlowAction output) {
        return List.of(FlowAction.setField(FlowField.ETH_SRC, source), FlowAction.setField(FlowField.ETH_DST,
                destination), output);
    }
}
