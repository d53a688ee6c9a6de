// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;

/**
 * Something asked of the switch and not answered yet: transaction ids {@code firstXid} to {@code lastXid} are its own.
 * Confined to the event loop.
 */
abstract sealed class Request permits FlowBatch, FlowStatsQuery {

    final long firstXid;
    final long lastXid;
    final long deadlineNanos;

    Request(long firstXid, long lastXid, long deadlineNanos) {
        this.firstXid = firstXid;
        this.lastXid = lastXid;
        this.deadlineNanos = deadlineNanos;
    }

    /** Messages it keeps in memory until it is done. */
    final int size() {
        return (int) (lastXid - firstXid) + 1;
    }

    /** Writes messages until the buffer holds {@code enoughBytes}; true once the last is in it. */
    abstract boolean write(ByteBuf out, int enoughBytes);

    /** Takes an answer; true if it was the last. */
    abstract boolean answered(Message answer);

    /** Takes an error about one of its messages; true if no other answer can be expected. */
    abstract boolean refused(OpenFlowError error);

    /** Ends it unanswered. */
    abstract void abandoned(String reason);
}
