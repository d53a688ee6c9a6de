// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Batches on their way out. Writes only while the channel takes more, so a switch that reads slowly holds up its
 * batches here and not in Netty's unbounded buffer. Confined to the event loop.
 */
final class FlowModQueue {

    private static final int CHUNK_BYTES = 16 * 1024;

    private final Channel channel;
    private final PendingRequests pending;
    private final Deque<FlowBatch> waiting = new ArrayDeque<>();

    FlowModQueue(Channel channel, PendingRequests pending) {
        this.channel = channel;
        this.pending = pending;
    }

    void add(FlowBatch batch) {
        waiting.add(batch);
        drain();
    }

    void drain() {
        boolean wrote = false;
        while (!waiting.isEmpty() && channel.isWritable()) {
            FlowBatch batch = waiting.peek();
            if (!pending.contains(batch)) {
                waiting.remove();
                continue;
            }
            ByteBuf out = channel.alloc().buffer(CHUNK_BYTES);
            try {
                if (batch.write(out, CHUNK_BYTES / 2)) {
                    waiting.remove();
                }
            } catch (RuntimeException e) {
                out.release();
                waiting.clear();
                channel.pipeline().fireExceptionCaught(e);
                return;
            }
            channel.write(out, channel.voidPromise());
            wrote = true;
        }
        if (wrote) {
            channel.flush();
        }
    }
}
