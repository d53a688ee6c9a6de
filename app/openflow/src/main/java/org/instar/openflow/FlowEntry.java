// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.List;
import java.util.OptionalInt;

/**
 * A flow as the switch has it, with its counters (OFPMP_FLOW).
 *
 * @param durationNanos time since it was installed, nanoseconds
 * @param packets packets it matched
 * @param bytes bytes it matched
 * @param actions actions applied; those this library has no type for are {@link FlowAction.Unknown}
 * @param understood false if {@code match}, {@code actions} and {@code gotoTable} leave out something, because the flow
 *     (someone else's, then) uses a field or an instruction this library doesn't know
 */
public record FlowEntry(int tableId, int priority, long cookie, int idleTimeoutSeconds, int hardTimeoutSeconds,
        long durationNanos, long packets, long bytes, FlowMatch match, List<FlowAction> actions, OptionalInt gotoTable,
        boolean understood) {

    public FlowEntry {
        actions = List.copyOf(actions);
    }
}
