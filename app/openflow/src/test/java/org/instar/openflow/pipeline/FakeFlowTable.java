// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.SwitchPort;

/**
 * An OpenFlow switch in memory: flow tables that answer where a packet would go. Two flows of one priority that both
 * match and differ in what they do are an error of the pipeline: OpenFlow leaves open which is taken.
 */
final class FakeFlowTable {

    /** Where a packet ended: the output, and the cookie of every flow it passed. */
    record Verdict(int outPort, List<Long> cookies) {

        long lastCookie() {
            return cookies.getLast();
        }
    }

    static final int DROPPED = 0;

    private final List<FlowMod> flows = new ArrayList<>();

    void apply(List<FlowMod> mods) {
        mods.forEach(this::apply);
    }

    void apply(FlowMod mod) {
        switch (mod.command()) {
            case ADD -> {
                flows.removeIf(flow -> flow.tableId() == mod.tableId() && flow.priority() == mod.priority()
                        && flow.match().equals(mod.match()));
                flows.add(mod);
            }
            case DELETE -> {
                if (!mod.match().equals(FlowMatch.any())) {
                    throw new UnsupportedOperationException("deletion by match: " + mod);
                }
                flows.removeIf(flow -> (mod.tableId() == FlowMod.ALL_TABLES || mod.tableId() == flow.tableId())
                        && (flow.cookie() & mod.cookieMask()) == (mod.cookie() & mod.cookieMask()));
            }
            default -> throw new UnsupportedOperationException(mod.toString());
        }
    }

    List<FlowMod> flows() {
        return List.copyOf(flows);
    }

    Verdict send(Map<FlowField, FlowMatch.Value> packet) {
        List<Long> cookies = new ArrayList<>();
        int table = 0;
        while (true) {
            FlowMod flow = lookUp(table, packet);
            if (flow == null) {
                return new Verdict(DROPPED, cookies);
            }
            cookies.add(flow.cookie());
            if (flow.gotoTable().isEmpty()) {
                return new Verdict(output(flow, packet), cookies);
            }
            table = flow.gotoTable().getAsInt();
        }
    }

    private FlowMod lookUp(int table, Map<FlowField, FlowMatch.Value> packet) {
        List<FlowMod> hits = flows.stream().filter(flow -> flow.tableId() == table && matches(flow.match(), packet))
                .sorted(Comparator.comparingInt(FlowMod::priority).reversed()).toList();
        if (hits.isEmpty()) {
            return null;
        }
        FlowMod best = hits.getFirst();
        for (FlowMod other : hits) {
            if (other.priority() == best.priority() && !(other.actions().equals(best.actions())
                    && other.gotoTable().equals(best.gotoTable()))) {
                throw new AssertionError("ambiguous for " + packet + ": " + best + " and " + other);
            }
        }
        return best;
    }

    private static boolean matches(FlowMatch match, Map<FlowField, FlowMatch.Value> packet) {
        return match.fields().entrySet().stream().allMatch(wanted -> {
            FlowMatch.Value field = packet.get(wanted.getKey());
            return field != null && wanted.getValue().matches(field.high(), field.low());
        });
    }

    private static int output(FlowMod flow, Map<FlowField, FlowMatch.Value> packet) {
        int port = flow.actions().isEmpty() ? DROPPED : ((FlowAction.Output) flow.actions().getFirst()).port();
        FlowMatch.Value inPort = packet.get(FlowField.IN_PORT);
        // A plain output to the port the packet came in by is suppressed.
        return inPort != null && port == (int) inPort.low() && port != SwitchPort.IN_PORT ? DROPPED : port;
    }
}
