// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request for flow statistics; the answer comes in parts. */
final class FlowStatsQuery extends Request {

    private static final int MAX_ENTRIES = 1_000_000;

    final CompletableFuture<List<FlowEntry>> done = new CompletableFuture<>();
    private final int tableId;
    private final long cookie;
    private final long cookieMask;
    private final List<FlowEntry> entries = new ArrayList<>();

    private FlowStatsQuery(long xid, long deadlineNanos, int tableId, long cookie, long cookieMask) {
        super(xid, xid, deadlineNanos);
        this.tableId = tableId;
        this.cookie = cookie;
        this.cookieMask = cookieMask;
    }

    /** For the flows of a table, or of {@link FlowMod#ALL_TABLES}. */
    static FlowStatsQuery ofTable(long xid, long deadlineNanos, int tableId) {
        return new FlowStatsQuery(xid, deadlineNanos, tableId, 0, 0);
    }

    /** For the flows of all tables with exactly this cookie: Open vSwitch has an index for a mask of all bits. */
    static FlowStatsQuery ofCookie(long xid, long deadlineNanos, long cookie) {
        return new FlowStatsQuery(xid, deadlineNanos, FlowMod.ALL_TABLES, cookie, -1);
    }

    @Override
    boolean write(ByteBuf out, int enoughBytes) {
        LoxiWriter.flowStatsRequest(out, firstXid, tableId, cookie, cookieMask);
        return true;
    }

    @Override
    boolean answered(Message answer) {
        if (!(answer instanceof Message.Flows part)) {
            return false;
        }
        if (entries.size() + part.entries().size() > MAX_ENTRIES) {
            abandoned("more than " + MAX_ENTRIES + " flows");
            return true;
        }
        entries.addAll(part.entries());
        return !part.more() && done.complete(Collections.unmodifiableList(entries));
    }

    @Override
    boolean refused(OpenFlowError error) {
        return done.completeExceptionally(new OpenFlowException("flow statistics refused: " + error, error));
    }

    @Override
    void abandoned(String reason) {
        done.completeExceptionally(new OpenFlowException("flow statistics: " + reason));
    }
}
