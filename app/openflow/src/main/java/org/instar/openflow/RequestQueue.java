// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Requests on their way out, in order. Writes only while the channel takes more, so a switch that reads slowly holds
 * them up here and not in Netty's unbounded buffer. Many small ones share a buffer. Confined to the event loop.
 */
final class RequestQueue {

    private static final int CHUNK_BYTES = 16 * 1024;

    private final Channel channel;
    private final PendingRequests pending;
    private final Deque<Request> waiting = new ArrayDeque<>();

    RequestQueue(Channel channel, PendingRequests pending) {
        this.channel = channel;
        this.pending = pending;
    }

    void add(Request request) {
        waiting.add(request);
        drain();
    }

    void drain() {
        boolean wrote = false;
        while (!waiting.isEmpty() && channel.isWritable()) {
            ByteBuf out = channel.alloc().buffer(CHUNK_BYTES);
            try {
                fill(out);
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

    private void fill(ByteBuf out) {
        while (!waiting.isEmpty() && out.readableBytes() < CHUNK_BYTES / 2) {
            Request request = waiting.peek();
            if (!pending.contains(request) || request.write(out, CHUNK_BYTES / 2)) {
                waiting.remove();
            }
        }
    }
}
