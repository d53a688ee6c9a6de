// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.Objects;
import org.instar.engine.address.Prefix6;
import org.instar.openflow.FlowMatch;

/**
 * A next hop of the IPv6 side.
 *
 * @param prefix packets to where take it
 * @param mac its MAC address, unicast, lower 48 bits
 * @param port OpenFlow number of the port it is at
 * @param vlan tag of frames to it, 1 to 4094; 0: none
 */
public record NextHop6(Prefix6 prefix, long mac, int port, int vlan) implements NextHop {

    private static final int ETH_TYPE_IPV6 = 0x86dd;

    public NextHop6 {
        Objects.requireNonNull(prefix, "prefix");
        NextHop.check(mac, port, vlan);
    }

    @Override
    public TranslationRule rule() {
        return TranslationRule.NEXT_HOP_6;
    }

    @Override
    public int prefixLength() {
        return prefix.length();
    }

    @Override
    public FlowMatch destination() {
        return FlowMatch.builder().ethType(ETH_TYPE_IPV6).ipv6Destination(prefix).build();
    }
}
