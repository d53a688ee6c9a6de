// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings up one connection: HELLO, features, configuration and ports, then the MASTER role. When that
 * is done it gives the channel to a {@link SwitchChannel}; when it fails it writes one log line and closes.
 */
final class Handshake extends SimpleChannelInboundHandler<Message> {

    /** What the switch has to send next. */
    private enum State { HELLO, FEATURES_REPLY, PORT_DESCRIPTION, ROLE_QUERY_REPLY, ROLE_MASTER_REPLY, DONE, FAILED }

    private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

    /** A switch that knows us from before sends packet-ins at once; so many are kept until it is introduced. */
    private static final int MAX_EARLY_EVENTS = 256;
    private static final int MAX_PORTS = 65_536;
    private static final long GENERATION_UNDEFINED = -1;

    private final OpenFlowTimeouts timeouts;
    private final SwitchRegistry registry;
    private final SwitchListener listener;
    private final Xids xids = new Xids();
    private final List<SwitchPort> ports = new ArrayList<>();
    private final List<Message> early = new ArrayList<>();
    private State state = State.HELLO;
    private long awaitedXid;
    private long datapathId;
    private long earlyDropped;
    private Future<?> deadline;

    Handshake(OpenFlowTimeouts timeouts, SwitchRegistry registry, SwitchListener listener) {
        this.timeouts = timeouts;
        this.registry = registry;
        this.listener = listener;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> fail(context,
                "handshake not complete after " + timeouts.handshakeMillis() + " ms, still waiting for " + state),
                timeouts.handshakeMillis(), TimeUnit.MILLISECONDS);
        send(context, LoxiWriter::hello);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Message message) {
        if (state == State.FAILED) {
            return;
        }
        if (state == State.HELLO && !(message instanceof Message.Hello) && !(message instanceof Message.Failure)) {
            fail(context, "sent something else before HELLO");
            return;
        }
        switch (message) {
            case Message.Hello hello when state == State.HELLO -> hello(context, hello);
            case Message.Failure failure -> fail(context, "refused the handshake (waiting for " + state + "): "
                    + failure.error());
            case Message.EchoRequest echo -> send(context,
                    (out, xid) -> LoxiWriter.echoReply(out, echo.xid(), echo.data()));
            case Message.Event event -> keep(event);
            default -> {
                if (message.xid() == awaitedXid) {
                    reply(context, message);
                }
            }
        }
    }

    private void hello(ChannelHandlerContext context, Message.Hello hello) {
        if (!hello.agreesOn(LoxiReader.VERSION)) {
            String text = "Instar speaks OpenFlow 1.3 (version 4) only";
            ByteBuf out = context.alloc().buffer();
            LoxiWriter.helloFailed(out, hello.xid(), text);
            failed(context, "offers version " + hello.version()
                    + (hello.versionBitmap() == 0 ? "" : String.format(" (bitmap 0x%x)", hello.versionBitmap()))
                    + ", not OpenFlow 1.3 (version 4)");
            context.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ask(context, State.FEATURES_REPLY, LoxiWriter::featuresRequest);
    }

    private void reply(ChannelHandlerContext context, Message message) {
        switch (message) {
            case Message.Features features when state == State.FEATURES_REPLY -> features(context, features);
            case Message.Ports part when state == State.PORT_DESCRIPTION -> ports(context, part);
            case Message.Role role when state == State.ROLE_QUERY_REPLY -> {
                // One more than the switch has seen, or it refuses as stale after a restart of ours.
                long generationId = role.generationId() == GENERATION_UNDEFINED ? 1 : role.generationId() + 1;
                ask(context, State.ROLE_MASTER_REPLY, (out, xid) -> LoxiWriter.roleMaster(out, xid, generationId));
            }
            case Message.Role role when state == State.ROLE_MASTER_REPLY && role.master() -> done(context);
            case Message.Role role when state == State.ROLE_MASTER_REPLY ->
                    fail(context, "did not grant the MASTER role");
            default -> fail(context, "answered with something else than " + state);
        }
    }

    private void features(ChannelHandlerContext context, Message.Features features) {
        if (features.auxiliaryId() != 0) {
            fail(context, "is an auxiliary connection (" + features.auxiliaryId() + "), which are not used");
            return;
        }
        datapathId = features.datapathId();
        send(context, LoxiWriter::setConfig);
        ask(context, State.PORT_DESCRIPTION, LoxiWriter::portDescriptionRequest);
    }

    private void ports(ChannelHandlerContext context, Message.Ports part) {
        ports.addAll(part.ports());
        if (ports.size() > MAX_PORTS) {
            fail(context, "has more than " + MAX_PORTS + " ports");
        } else if (!part.more()) {
            ask(context, State.ROLE_QUERY_REPLY, LoxiWriter::roleQuery);
        }
    }

    private void keep(Message.Event event) {
        if (event.event() instanceof PortStatus && state.compareTo(State.PORT_DESCRIPTION) <= 0) {
            return; // older than the port description to come
        }
        if (early.size() < MAX_EARLY_EVENTS) {
            early.add(event);
        } else {
            earlyDropped++;
        }
    }

    private void done(ChannelHandlerContext context) {
        state = State.DONE;
        deadline.cancel(false);
        SwitchChannel connection = new SwitchChannel(context.channel(), datapathId, ports, xids, timeouts, registry,
                listener);
        context.pipeline().replace(this, null, connection);
        if (earlyDropped > 0) {
            LOG.warn("Switch {} ({}): {} packet-ins and other events dropped that came during the handshake",
                    connection.datapathIdText(), connection.peer(), earlyDropped);
        }
        connection.begin();
        early.forEach(connection::handle);
    }

    private void ask(ChannelHandlerContext context, State next, ObjLongConsumer<ByteBuf> message) {
        state = next;
        awaitedXid = send(context, message);
    }

    private long send(ChannelHandlerContext context, ObjLongConsumer<ByteBuf> message) {
        long xid = xids.take();
        if (context.channel().isWritable()) {
            ByteBuf out = context.alloc().buffer();
            message.accept(out, xid);
            context.writeAndFlush(out, context.voidPromise());
        }
        return xid;
    }

    private void fail(ChannelHandlerContext context, String reason) {
        failed(context, reason);
        context.close();
    }

    private void failed(ChannelHandlerContext context, String reason) {
        if (state != State.FAILED) {
            state = State.FAILED;
            deadline.cancel(false);
            LOG.warn("OpenFlow peer {} {}: connection closed", context.channel().remoteAddress(), reason);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failed(context, "closed the connection during the handshake, waiting for " + state);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        fail(context, Faults.describe(cause, timeouts));
    }
}
