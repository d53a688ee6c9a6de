// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which orders of the actions that change what a packet begins with may be sent to a switch. Some abort ovs-vswitchd:
 * after an encap, a decap within the same pass through the datapath makes Open vSwitch 3.1 (and, by the actions it
 * composes, 3.7) take off a header the packet has not (assertion dp_packet_is_eth in pop_eth). So nothing is allowed
 * but what is known to work, by these pieces, each at most once and in this order:
 *
 * <ol>
 *   <li>decap, encap:nsh — one header of the packet for a network service header
 *   <li>encap:ethernet — back to a packet that begins with Ethernet; a label can be pushed on no other
 *   <li>push_mpls, decap, decap:ETHERNET, resubmit — parsed anew: the datapath takes the packet round again
 * </ol>
 *
 * <p>Without the first two pieces, a pop_vlan may come right before the third: no header can be taken off a tagged
 * frame. Lists that change the type have no other business with tags; others may do with them what they like.
 *
 * <p>A list that begins with the second piece is reached behind one that ends with the first (by goto), which a match
 * on the packet before the first can't show; {@link #check} is therefore also made for tables in a row.
 */
public final class PacketTypeRules {

    /** Each action is one letter, those that leave the type alone a point. */
    private static final String SAFE = "[.]*((dn)?e?(mdEr)?|vmdEr)";

    private PacketTypeRules() {
    }

    /**
     * Whether a list of actions, of one flow or of several that a packet passes in one pass, is safe.
     *
     * @throws IllegalArgumentException naming the order if it is none that is known to be safe
     */
    public static void check(List<FlowAction> actions) {
        if (actions.stream().noneMatch(PacketTypeRules::changesType)) {
            return;
        }
        String letters = actions.stream().map(PacketTypeRules::letter).collect(Collectors.joining());
        if (!letters.matches(SAFE)) {
            throw new IllegalArgumentException("actions: no safe order of changes to the packet type: " + actions);
        }
    }

    /** As {@link #check(List)}, for the actions of two flows one behind the other. */
    public static void check(List<FlowAction> first, List<FlowAction> second) {
        List<FlowAction> both = new ArrayList<>(first);
        both.addAll(second);
        check(both);
    }

    private static boolean changesType(FlowAction action) {
        return "dEnem?".contains(letter(action));
    }

    private static String letter(FlowAction action) {
        return switch (action) {
            case FlowAction.Decap decap -> "d";
            case FlowAction.DecapTo decap -> decap.type() == PacketType.ETHERNET ? "E" : "?";
            case FlowAction.EncapNsh encap -> "n";
            case FlowAction.EncapEthernet encap -> "e";
            case FlowAction.PushMpls push -> "m";
            case FlowAction.PopVlan pop -> "v";
            case FlowAction.PushVlan push -> "p";
            case FlowAction.Resubmit resubmit -> "r";
            default -> ".";
        };
    }
}
