// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A request for flow statistics; the answer comes in parts. */
final class FlowStatsQuery extends Request {

    private static final int MAX_ENTRIES = 1_000_000;

    final CompletableFuture<List<FlowEntry>> done = new CompletableFuture<>();
    private final List<FlowEntry> entries = new ArrayList<>();

    FlowStatsQuery(long xid, long deadlineNanos) {
        super(xid, xid, deadlineNanos);
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
