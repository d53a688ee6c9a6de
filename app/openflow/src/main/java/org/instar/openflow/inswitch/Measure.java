// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;

/**
 * The first table of either way: too long or not goes into bit 0 of register 0. By an action and not by a match, so the
 * datapath needs no flow for each length; and only where a packet that fits the one side may not fit the other. A
 * packet that goes on into the second pass has all registers 0.
 */
final class Measure {

    static final int TOO_BIG_BIT = 0;

    private Measure() {
    }

    /** @param bytes longest Ethernet frame that fits, without checksum */
    static FlowMod flow(TranslationRule rule, boolean needed, int bytes, TranslationTable next) {
        FlowMod.Builder flow = rule.flow(FlowMatch.builder());
        return needed ? flow.actions(new FlowAction.CheckLarger(bytes, FlowField.REG0, TOO_BIG_BIT),
                new FlowAction.Resubmit(next.id())).build() : flow.gotoTable(next.id()).build();
    }
}
