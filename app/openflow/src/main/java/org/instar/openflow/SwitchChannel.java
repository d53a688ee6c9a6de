// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection after its handshake. Any thread may call {@link SwitchConnection}'s methods, others are event loop. */
final class SwitchChannel extends SimpleChannelInboundHandler<Message> implements SwitchConnection {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFlowServer.class);

    private static final int MAX_UNANSWERED = 100_000;
    private static final int MAX_FRAME_BYTES = 65_000;
    private static final int PACKET_OUT_OVERHEAD_BYTES = 40;

    private final Channel channel;
    private final long datapathId;
    private final String peer;
    private final Xids xids;
    private final OpenFlowTimeouts timeouts;
    private final SwitchRegistry registry;
    private final SwitchListener listener;
    private final PendingRequests pending = new PendingRequests();
    private final RequestQueue queue;
    /** Messages of requests not answered, including those still on their way to the event loop. */
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong packetOutsDropped = new AtomicLong();
    private volatile Map<Integer, SwitchPort> ports;
    private volatile boolean connected;
    private Future<?> sweep;

    SwitchChannel(Channel channel, long datapathId, List<SwitchPort> ports, Xids xids, OpenFlowTimeouts timeouts,
            SwitchRegistry registry, SwitchListener listener) {
        this.channel = channel;
        this.datapathId = datapathId;
        this.peer = String.valueOf(channel.remoteAddress()).replaceFirst("^/", "");
        this.xids = xids;
        this.timeouts = timeouts;
        this.registry = registry;
        this.listener = listener;
        this.queue = new RequestQueue(channel, pending);
        Map<Integer, SwitchPort> byNumber = new HashMap<>();
        ports.forEach(port -> byNumber.put(port.number(), port));
        this.ports = byNumber;
    }

    void begin() {
        registry.enter(this);
        connected = true;
        LOG.info("Switch {} ({}) connected, {} ports", datapathIdText(), peer, ports.size());
        long periodMillis = Math.max(10, timeouts.requestMillis() / 10);
        sweep = channel.eventLoop().scheduleWithFixedDelay(this::expire, periodMillis, periodMillis,
                TimeUnit.MILLISECONDS);
        listener.onConnected(this);
    }

    /** Ends the connection now, once: requests fail, then the listener hears of it, then the channel closes. */
    void end(String reason) {
        if (!connected) {
            return;
        }
        connected = false;
        sweep.cancel(false);
        registry.leave(this);
        LOG.warn("Switch {} ({}) disconnected: {}", datapathIdText(), peer, reason);
        for (Request request = pending.any(); request != null; request = pending.any()) {
            finish(request);
            request.abandoned("connection to switch " + datapathIdText() + " ended: " + reason);
        }
        listener.onDisconnected(this, reason);
        channel.close();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Message message) {
        handle(message);
    }

    void handle(Message message) {
        if (!connected) {
            return;
        }
        switch (message) {
            case Message.Event event -> handle(event.event());
            case Message.EchoRequest echo -> echoReply(echo);
            case Message.Failure failure -> failure(failure.error());
            case Message.BarrierReply reply -> answer(reply);
            case Message.Flows reply -> answer(reply);
            case Message.EchoReply reply -> LOG.trace("Switch {} answered an echo request", datapathId);
            default -> LOG.debug("Switch {}: message of no use here: {}", datapathIdText(), message);
        }
    }

    private void handle(Object event) {
        switch (event) {
            case PacketIn packetIn -> listener.onPacketIn(this, packetIn);
            case FlowRemoved removed -> listener.onFlowRemoved(this, removed);
            case PortStatus status -> {
                Map<Integer, SwitchPort> changed = new HashMap<>(ports);
                if (status.reason() == PortStatus.Reason.DELETED) {
                    changed.remove(status.port().number());
                } else {
                    changed.put(status.port().number(), status.port());
                }
                ports = changed;
                listener.onPortStatus(this, status);
            }
            default -> throw new IllegalStateException("no event: " + event);
        }
    }

    private void echoReply(Message.EchoRequest echo) {
        if (channel.isWritable()) {
            ByteBuf out = channel.alloc().buffer();
            LoxiWriter.echoReply(out, echo.xid(), echo.data());
            channel.writeAndFlush(out, channel.voidPromise());
        }
    }

    private void failure(OpenFlowError error) {
        Request request = pending.find(error.xid());
        if (request == null) {
            listener.onError(this, error);
        } else if (request.refused(error)) {
            finish(request);
        }
    }

    private void answer(Message reply) {
        Request request = pending.find(reply.xid());
        if (request == null) {
            LOG.debug("Switch {}: answer too late: {}", datapathIdText(), reply);
        } else if (request.answered(reply)) {
            finish(request);
        }
    }

    private void finish(Request request) {
        pending.remove(request);
        unanswered.addAndGet(-request.size());
    }

    private void expire() {
        long now = System.nanoTime();
        for (Request request = pending.expired(now); request != null; request = pending.expired(now)) {
            finish(request);
            request.abandoned("switch " + datapathIdText() + " gave no answer within " + timeouts.requestMillis()
                    + " ms");
        }
    }

    @Override
    public CompletableFuture<Void> install(List<FlowMod> mods) {
        List<FlowMod> copy = List.copyOf(mods);
        FlowBatch batch = new FlowBatch(copy, xids.take(copy.size() + 1), deadline());
        submit(batch);
        return batch.done;
    }

    @Override
    public CompletableFuture<List<FlowEntry>> flows(OptionalInt tableId) {
        FlowStatsQuery query = FlowStatsQuery.ofTable(xids.take(), deadline(), tableId.orElse(FlowMod.ALL_TABLES));
        submit(query);
        return query.done;
    }

    @Override
    public CompletableFuture<List<FlowEntry>> flows(long cookie) {
        FlowStatsQuery query = FlowStatsQuery.ofCookie(xids.take(), deadline(), cookie);
        submit(query);
        return query.done;
    }

    private long deadline() {
        return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeouts.requestMillis());
    }

    private void submit(Request request) {
        if (unanswered.addAndGet(request.size()) > MAX_UNANSWERED) {
            unanswered.addAndGet(-request.size());
            request.abandoned("switch " + datapathIdText() + " is too slow: more than " + MAX_UNANSWERED
                    + " messages would wait for its answer");
            return;
        }
        try {
            channel.eventLoop().execute(() -> {
                pending.add(request);
                if (connected) {
                    queue.add(request);
                } else {
                    finish(request);
                    request.abandoned("switch " + datapathIdText() + " is not connected");
                }
            });
        } catch (RejectedExecutionException e) {
            request.abandoned("the OpenFlow server is closed");
        }
    }

    @Override
    public void packetOut(byte[] frame, int inPort, int outPort) {
        packetOut(frame, inPort, List.of(FlowAction.output(outPort)));
    }

    @Override
    public void packetOut(byte[] frame, int inPort, List<FlowAction> actions) {
        PacketTypeRules.check(actions);
        if (frame.length > MAX_FRAME_BYTES) {
            throw new IllegalArgumentException("frame: longer than " + MAX_FRAME_BYTES + " bytes: " + frame.length);
        }
        if (!connected || !channel.isWritable()) {
            if (packetOutsDropped.getAndIncrement() == 0) {
                LOG.warn("Switch {} ({}) takes no packet-outs: dropping and counting them", datapathIdText(), peer);
            }
            return;
        }
        ByteBuf out = channel.alloc().buffer(frame.length + PACKET_OUT_OVERHEAD_BYTES);
        FlowModWriter.packetOut(out, xids.take(), frame, inPort, actions);
        channel.writeAndFlush(out, channel.voidPromise());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof IdleStateEvent) {
            if (channel.isWritable()) {
                ByteBuf out = channel.alloc().buffer();
                LoxiWriter.echoRequest(out, xids.take());
                channel.writeAndFlush(out, channel.voidPromise());
            }
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        queue.drain();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end("closed by the switch");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(Faults.describe(cause, timeouts));
        channel.close();
    }

    @Override
    public void disconnect(String reason) {
        try {
            channel.eventLoop().execute(() -> end(reason));
        } catch (RejectedExecutionException e) {
            LOG.debug("Server closed before switch {} could be disconnected: {}", datapathIdText(), reason);
        }
    }

    @Override
    public OptionalInt port(String name) {
        return ports.values().stream().filter(port -> port.name().equals(name)).mapToInt(SwitchPort::number)
                .findFirst();
    }

    @Override
    public List<SwitchPort> ports() {
        return List.copyOf(ports.values());
    }

    @Override
    public long datapathId() {
        return datapathId;
    }

    @Override
    public String datapathIdText() {
        return String.format("0x%016x", datapathId);
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public long packetOutsDropped() {
        return packetOutsDropped.get();
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public String toString() {
        return datapathIdText() + " (" + peer + ")";
    }
}
