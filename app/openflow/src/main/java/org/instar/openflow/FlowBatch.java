// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Flow changes and the barrier behind them. The barrier has the last transaction id. */
final class FlowBatch extends Request {

    private static final int MAX_ERRORS_KEPT = 16;

    final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<FlowMod> mods;
    private int written;
    private OpenFlowException failure;

    FlowBatch(List<FlowMod> mods, long firstXid, long deadlineNanos) {
        super(firstXid, firstXid + mods.size(), deadlineNanos);
        this.mods = mods;
    }

    @Override
    boolean write(ByteBuf out, int enoughBytes) {
        while (written < mods.size() && out.readableBytes() < enoughBytes) {
            FlowModWriter.flowMod(out, firstXid + written, mods.get(written));
            written++;
        }
        if (written < mods.size()) {
            return false;
        }
        LoxiWriter.barrierRequest(out, lastXid);
        return true;
    }

    @Override
    boolean answered(Message answer) {
        if (!(answer instanceof Message.BarrierReply) || answer.xid() != lastXid) {
            return false;
        }
        if (failure == null) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
        return true;
    }

    @Override
    boolean refused(OpenFlowError error) {
        if (error.xid() == lastXid) {
            keep(new OpenFlowException("barrier refused: " + error, error));
            done.completeExceptionally(failure);
            return true;
        }
        keep(new OpenFlowException(error + " for " + mods.get((int) (error.xid() - firstXid)), error));
        return false;
    }

    @Override
    void abandoned(String reason) {
        keep(new OpenFlowException(reason + "; " + written + " of " + mods.size() + " flow changes were sent"));
        done.completeExceptionally(failure);
    }

    private void keep(OpenFlowException next) {
        if (failure == null) {
            failure = next;
        } else if (failure.getSuppressed().length < MAX_ERRORS_KEPT) {
            failure.addSuppressed(next);
        }
    }
}
