// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayList;
import java.util.List;
import org.instar.openflow.FlowAction;
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
