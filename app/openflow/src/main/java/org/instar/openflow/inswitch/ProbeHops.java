// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.stream.Stream;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;

/** The next hops that are always there: what the probe sends comes back to the controller. */
final class ProbeHops {

    /** RFC 7600's IPv4 dummy address: no host has it. */
    static final int REMOTE = Ip4.parse("192.0.0.8");
    /** In the discard-only prefix (RFC 6666): no host has it. */
    static final Ip6 CLIENT = Ip6.parse("100::1564");

    private ProbeHops() {
    }

    static Stream<FlowMod> ipv4(TranslationConfig config) {
        return Stream.of(flow(TranslationRule.PROBE_4, FlowMatch.builder().ipv4Destination(REMOTE), config));
    }

    static Stream<FlowMod> ipv6(TranslationConfig config) {
        return Stream.of(flow(TranslationRule.PROBE_6, FlowMatch.builder().ipv6Destination(CLIENT), config));
    }

    private static FlowMod flow(TranslationRule rule, FlowMatchBuilder match, TranslationConfig config) {
        long gateway = config.pipeline().gatewayMac();
        return rule.flow(match).actions(FlowAction.setField(FlowField.ETH_SRC, gateway),
                FlowAction.setField(FlowField.ETH_DST, gateway), FlowAction.controller()).build();
    }
}
