// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.List;
import java.util.stream.Stream;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;

/**
 * Where translated packets for a prefix go; of several prefixes the longest counts. Next hops come and go while the
 * tables stay: they are learnt by ARP and neighbor discovery. What has no next hop is dropped, so sessions are to be
 * handed to the switch when theirs is in, and taken back before it leaves.
 *
 * <p>Each is two flows, because a switch sends nothing out of the port it came in by unless told to by name. For
 * another MAC address or VLAN {@link #add} replaces them; for another port or prefix the old ones are to be removed.
 */
public sealed interface NextHop permits NextHop4, NextHop6 {

    /** As {@link #vlan}: the port's frames have no tag. */
    int UNTAGGED = 0;
    /** Largest VLAN identifier (IEEE 802.1Q §9.6). */
    int MAX_VLAN = 4094;

    /** Its MAC address, unicast, lower 48 bits. */
    long mac();

    /** OpenFlow number of the port it is at. */
    int port();

    /** VLAN that frames to it are tagged with, 1 to {@value #MAX_VLAN}; {@value #UNTAGGED}: no tag. */
    int vlan();

    /** The table's rule that it is a flow of. */
    TranslationRule rule();

    /** Length of its prefix, bits. */
    int prefixLength();

    /** Packets to its prefix. */
    FlowMatch destination();

    /**
     * The flows that lead to it.
     *
     * @param gatewayMac source address of the frames, lower 48 bits
     */
    default List<FlowMod> add(long gatewayMac) {
        return List.of(samePort().actions(actions(gatewayMac, FlowAction.inPort())).build(),
                anyPort().actions(actions(gatewayMac, FlowAction.output(port()))).build());
    }

    /** Takes exactly those flows out. */
    default List<FlowMod> remove() {
        return Stream.of(samePort(), anyPort()).map(FlowMod.Builder::build).map(flow ->
                FlowMod.deleteStrict(flow.tableId()).priority(flow.priority()).cookie(flow.cookie())
                        .match(flow.match()).build()).toList();
    }

    private FlowMod.Builder samePort() {
        return rule().flow(FlowMatch.builder().inPort(port()).and(destination())).priority(priority() + 1);
    }

    private FlowMod.Builder anyPort() {
        return rule().flow(FlowMatch.builder().and(destination())).priority(priority());
    }

    private int priority() {
        return rule().priority() + 2 * prefixLength();
    }

    private List<FlowAction> actions(long gatewayMac, FlowAction output) {
        Stream<FlowAction> addresses = Stream.of(FlowAction.setField(FlowField.ETH_SRC, gatewayMac),
                FlowAction.setField(FlowField.ETH_DST, mac()));
        Stream<FlowAction> tag = vlan() == UNTAGGED ? Stream.of()
                : Stream.of(new FlowAction.PushVlan(), FlowAction.setVlan(vlan()));
        return Stream.of(addresses, tag, Stream.of(output)).flatMap(actions -> actions).toList();
    }

    /** Names what is out of range. */
    static void check(long mac, int port, int vlan) {
        if (mac <= 0 || mac >>> 48 != 0 || (mac >>> 40 & 1) != 0) {
            throw new IllegalArgumentException(String.format("mac: not a unicast MAC address: 0x%x", mac));
        }
        if (port == 0) {
            throw new IllegalArgumentException("port: OpenFlow has no port 0");
        }
        if (vlan < UNTAGGED || vlan > MAX_VLAN) {
            throw new IllegalArgumentException("vlan: not within 0 to " + MAX_VLAN + ": " + vlan);
        }
    }
}
