// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/**
 * A flow that asked for it left the switch (OFPT_FLOW_REMOVED).
 *
 * @param durationNanos time it was installed, nanoseconds
 * @param idleTimeoutSeconds as installed; with {@link Reason#IDLE_TIMEOUT} its last packet is at least so long ago
 * @param packets packets it matched; -1: the switch doesn't count them
 * @param bytes bytes it matched; -1: the switch doesn't count them
 */
public record FlowRemoved(long cookie, int tableId, int priority, Reason reason, long durationNanos,
        int idleTimeoutSeconds, long packets, long bytes) {

    /** Why it left. */
    public enum Reason { IDLE_TIMEOUT, HARD_TIMEOUT, DELETE, OTHER }
}
