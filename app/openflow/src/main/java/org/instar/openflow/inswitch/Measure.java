// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.List;
import java.util.stream.Stream;
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

    /**
     * The table's flows; a frame with a tag may be as much longer as the tag is.
     *
     * @param bytes longest Ethernet frame that fits, without tag and checksum
     */
    static Stream<FlowMod> flows(TranslationRule rule, boolean needed, int bytes, TranslationTable next) {
        if (!needed) {
            return Stream.of(rule.flow(FlowMatch.builder()).gotoTable(next.id()).build());
        }
        return Stream.of(
                rule.flow(FlowMatch.builder()).actions(actions(bytes, next)).build(),
                rule.flow(FlowMatch.builder().tagged()).priority(rule.priority() + Tag.PRIORITY)
                        .actions(actions(bytes + Tag.BYTES, next)).build());
    }

    private static List<FlowAction> actions(int bytes, TranslationTable next) {
        return List.of(new FlowAction.CheckLarger(bytes, FlowField.REG0, TOO_BIG_BIT),
                new FlowAction.Resubmit(next.id()));
    }
}
