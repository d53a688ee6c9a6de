// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A change to a switch's flow tables (OFPT_FLOW_MOD). Made by {@link #add}, {@link #delete} or {@link #deleteStrict}.
 *
 * @param tableId 0 to 254; for deletions also {@link #ALL_TABLES}
 * @param priority 0 to 65535; ignored by DELETE
 * @param cookie the flow's name; for DELETE and DELETE_STRICT, the cookies meant, under {@code cookieMask}
 * @param cookieMask bits of {@code cookie} a deletion compares; 0 is no restriction
 * @param match which packets; for DELETE, the flows whose match is within it
 * @param actions applied in order, which {@link PacketTypeRules} must know to be safe
 * @param gotoTable table that goes on with the packet; higher than {@code tableId}
 * @param idleTimeoutSeconds the flow leaves after so long without a packet; 0 to 65535, 0 is never
 * @param hardTimeoutSeconds the flow leaves after so long; 0 to 65535, 0 is never
 * @param sendFlowRemoved the switch tells when the flow leaves ({@link SwitchListener#onFlowRemoved})
 */
public record FlowMod(Command command, int tableId, int priority, long cookie, long cookieMask, FlowMatch match,
        List<FlowAction> actions, OptionalInt gotoTable, int idleTimeoutSeconds, int hardTimeoutSeconds,
        boolean sendFlowRemoved) {

    /** As {@code tableId} of a deletion: every table. */
    public static final int ALL_TABLES = 255;

    private static final int MAX_16_BITS = 0xffff;

    /** What to do with the flow; the strict ones mean exactly the flow of this match and priority. */
    public enum Command { ADD, MODIFY, MODIFY_STRICT, DELETE, DELETE_STRICT }

    public FlowMod {
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(gotoTable, "gotoTable");
        actions = List.copyOf(actions);
        boolean deletes = command == Command.DELETE || command == Command.DELETE_STRICT;
        range("tableId", tableId, deletes ? ALL_TABLES : ALL_TABLES - 1);
        range("priority", priority, MAX_16_BITS);
        range("idleTimeoutSeconds", idleTimeoutSeconds, MAX_16_BITS);
        range("hardTimeoutSeconds", hardTimeoutSeconds, MAX_16_BITS);
        if (gotoTable.isPresent()) {
            range("gotoTable", gotoTable.getAsInt(), ALL_TABLES - 1);
            if (gotoTable.getAsInt() <= tableId) {
                throw new IllegalArgumentException("gotoTable: " + gotoTable.getAsInt() + " is not after " + tableId);
            }
        }
        for (FlowAction action : actions) {
            if (action instanceof FlowAction.Unknown) {
                throw new IllegalArgumentException("actions: cannot install " + action);
            }
        }
        PacketTypeRules.check(actions);
    }

    private static void range(String name, int value, int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(name + ": not within 0 to " + max + ": " + value);
        }
    }

    /** A new flow; replaces the one of the same table, match and priority. */
    public static Builder add(int tableId) {
        return new Builder(Command.ADD, tableId);
    }

    /** Deletes every flow within the builder's match and cookie. */
    public static Builder delete(int tableId) {
        return new Builder(Command.DELETE, tableId);
    }

    /** Deletes the flow of exactly the builder's match and priority. */
    public static Builder deleteStrict(int tableId) {
        return new Builder(Command.DELETE_STRICT, tableId);
    }

    /** One line for people: "ADD table=1 priority=100 cookie=0x1564000200000007 ipv6_src=... -> output:3". */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(command).append(" table=")
                .append(tableId == ALL_TABLES ? "ALL" : Integer.toString(tableId))
                .append(" priority=").append(priority).append(String.format(" cookie=0x%016x", cookie));
        if (cookieMask != 0 && cookieMask != -1) {
            text.append(String.format("/0x%016x", cookieMask));
        }
        text.append(' ').append(match);
        if (!actions.isEmpty() || gotoTable.isPresent()) {
            text.append(" ->");
            actions.forEach(action -> text.append(' ').append(action));
            gotoTable.ifPresent(table -> text.append(" goto:").append(table));
        }
        return text.toString();
    }

    /** Builds a {@link FlowMod}; what isn't set is 0, any match, no action. */
    public static final class Builder {

        private final Command command;
        private final int tableId;
        private int priority;
        private long cookie;
        private long cookieMask;
        private FlowMatch match = FlowMatch.any();
        private List<FlowAction> actions = List.of();
        private OptionalInt gotoTable = OptionalInt.empty();
        private int idleTimeoutSeconds;
        private int hardTimeoutSeconds;
        private boolean sendFlowRemoved;

        private Builder(Command command, int tableId) {
            this.command = command;
            this.tableId = tableId;
        }

        public Builder priority(int value) {
            priority = value;
            return this;
        }

        /** The flow's cookie; in a deletion: only flows with exactly this cookie. */
        public Builder cookie(long value) {
            return cookie(value, command == Command.ADD ? 0 : -1L);
        }

        /** In a deletion: only flows whose cookie has these bits under the mask. */
        public Builder cookie(long value, long mask) {
            cookie = value;
            cookieMask = mask;
            return this;
        }

        public Builder match(FlowMatchBuilder value) {
            return match(value.build());
        }

        public Builder match(FlowMatch value) {
            match = value;
            return this;
        }

        public Builder actions(FlowAction... values) {
            return actions(List.of(values));
        }

        public Builder actions(List<FlowAction> values) {
            actions = values;
            return this;
        }

        public Builder output(int port) {
            return actions(FlowAction.output(port));
        }

        public Builder gotoTable(int value) {
            gotoTable = OptionalInt.of(value);
            return this;
        }

        public Builder idleTimeoutSeconds(int value) {
            idleTimeoutSeconds = value;
            return this;
        }

        public Builder hardTimeoutSeconds(int value) {
            hardTimeoutSeconds = value;
            return this;
        }

        public Builder sendFlowRemoved() {
            sendFlowRemoved = true;
            return this;
        }

        public FlowMod build() {
            return new FlowMod(command, tableId, priority, cookie, cookieMask, match, actions, gotoTable,
                    idleTimeoutSeconds, hardTimeoutSeconds, sendFlowRemoved);
        }
    }
}
