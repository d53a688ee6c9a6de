// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.PacketType;

/**
 * The actions that end a pass. A pushed MPLS label is taken off again, with the Ethernet header before it, and what was
 * behind it is parsed as an Ethernet frame: by the datapath, for which the packet goes round again. Whatever differs
 * between sessions stays out of the rules with these actions, since the datapath has to remember what is left to do.
 */
final class Reparse {

    private static final int ETH_TYPE_MPLS = 0x8847;

    private Reparse() {
    }

    /**
     * The flows that end a first pass: the actions given, then the next pass. A tag has to go before, since no Ethernet
     * header can be taken off that has one; until here it stays, because packets that aren't the switch's keep theirs.
     */
    static Stream<FlowMod> taggedOrNot(TranslationRule rule, FlowMatch match, TranslationTable next,
            FlowAction... first) {
        FlowAction[] andPop = Arrays.copyOf(first, first.length + 1);
        andPop[first.length] = new FlowAction.PopVlan();
        return Stream.of(
                rule.flow(FlowMatch.builder().and(match)).actions(into(next, first)).build(),
                rule.flow(FlowMatch.builder().and(match).tagged()).priority(rule.priority() + Tag.PRIORITY)
                        .actions(into(next, andPop)).build());
    }

    /** The actions given, then the next pass. */
    static List<FlowAction> into(TranslationTable next, FlowAction... first) {
        List<FlowAction> actions = new ArrayList<>(List.of(first));
        actions.add(new FlowAction.PushMpls(ETH_TYPE_MPLS));
        actions.add(new FlowAction.Decap());
        actions.add(new FlowAction.DecapTo(PacketType.ETHERNET));
        actions.add(new FlowAction.Resubmit(next.id()));
        return actions;
    }
}
