// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for switches that speak OpenFlow 1.3 over TCP. One daemon thread, the event loop, serves all of them: it
 * encodes about a million flow changes a second, more than a switch takes, and with one thread events have one order.
 *
 * <p>A peer that speaks another version, sends something else than OpenFlow, or takes too long is disconnected with
 * one log line that names it; others don't notice. At most {@value #MAX_CONNECTIONS} peers may be connected.
 */
public final class OpenFlowServer implements AutoCloseable {

    static final int MAX_CONNECTIONS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(OpenFlowServer.class);

    private static final WriteBufferWaterMark WRITE_BUFFER = new WriteBufferWaterMark(64 * 1024, 256 * 1024);
    private static final int FLUSHES_CONSOLIDATED = 64;
    private static final long CLOSE_SECONDS = 5;

    private final InetSocketAddress listen;
    private final SwitchListener listener;
    private final OpenFlowTimeouts timeouts;
    private final SwitchRegistry registry = new SwitchRegistry();
    private EventLoopGroup group;
    private Channel acceptor;
    /** Open connections; event loop only. */
    private int connections;

    /** A server that is to listen at an address; port 0 picks a free one. Nothing happens before {@link #start}. */
    public OpenFlowServer(InetSocketAddress listen, SwitchListener listener) {
        this(listen, listener, OpenFlowTimeouts.DEFAULT);
    }

    /** As above, with other timeouts. */
    public OpenFlowServer(InetSocketAddress listen, SwitchListener listener, OpenFlowTimeouts timeouts) {
        this.listen = Objects.requireNonNull(listen, "listen");
        this.listener = new GuardedListener(Objects.requireNonNull(listener, "listener"));
        this.timeouts = Objects.requireNonNull(timeouts, "timeouts");
    }

    /**
     * Begins to listen.
     *
     * @return the address listened at, with the port picked
     * @throws BindException if the address can't be had; the message names it; nothing is left running
     * @throws IllegalStateException if started before
     */
    public synchronized InetSocketAddress start() throws IOException {
        if (group != null) {
            throw new IllegalStateException("already started");
        }
        group = new NioEventLoopGroup(1, new DefaultThreadFactory("openflow", true));
        ChannelFuture bound = new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WRITE_BUFFER)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        accepted(channel);
                    }
                }).bind(listen).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            BindException failure = new BindException("cannot listen for OpenFlow at " + text(listen) + ": "
                    + bound.cause().getMessage());
            failure.initCause(bound.cause());
            throw failure;
        }
        acceptor = bound.channel();
        return (InetSocketAddress) acceptor.localAddress();
    }

    private static String text(InetSocketAddress address) {
        String host = address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private void accepted(SocketChannel channel) {
        connections++;
        channel.closeFuture().addListener(closed -> connections--);
        if (connections > MAX_CONNECTIONS) {
            LOG.warn("OpenFlow peer {} refused: {} are connected", channel.remoteAddress(), MAX_CONNECTIONS);
            channel.close();
            return;
        }
        channel.pipeline().addLast(
                new FlushConsolidationHandler(FLUSHES_CONSOLIDATED, true),
                new IdleStateHandler(timeouts.echoIntervalMillis(), 0, 0, TimeUnit.MILLISECONDS),
                new ReadTimeoutHandler(timeouts.silenceMillis(), TimeUnit.MILLISECONDS),
                new OpenFlowDecoder(),
                new Handshake(timeouts, registry, listener));
    }

    /**
     * Ends every connection and stops listening. {@code onDisconnected} has been called for each when this returns,
     * unless a listener calls it.
     */
    @Override
    public synchronized void close() {
        if (group == null || group.isShuttingDown()) {
            return;
        }
        boolean inEventLoop = group.next().inEventLoop();
        group.next().execute(() -> {
            if (acceptor != null) {
                acceptor.close();
            }
            registry.endAll("the server was closed");
        });
        group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        if (!inEventLoop && !group.terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("OpenFlow event loop still busy {} s after close", CLOSE_SECONDS);
        }
    }
}
