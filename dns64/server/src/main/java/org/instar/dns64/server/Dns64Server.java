// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.WireResponder;

/**
 * Serves a {@link Dns64Responder} over UDP and TCP (RFC 1035 §4.2, RFC 7766) on one or more addresses. Answers over
 * UDP leave from the address the query came to only when that address is listened on itself: prefer addresses to
 * wildcards on hosts with several. Limits: 1000 queries in flight, 256 TCP connections, 64 queries in flight and 10 s
 * of idleness per connection; what goes beyond is counted.
 */
public final class Dns64Server implements AutoCloseable {

    private static final int MAX_THREADS = 2;

    private final List<InetSocketAddress> listen;
    private final ServerLimits limits;
    private final Dns64Counters counters;
    private final WireResponder responder;
    private final List<Listener> listeners = new ArrayList<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private EventLoopGroup loops;

    /**
     * @param listen addresses with ports, resolved; port 0 takes one that is free for UDP and TCP
     */
    public Dns64Server(List<InetSocketAddress> listen, Dns64Responder responder) {
        this(listen, responder, ServerLimits.DEFAULT);
    }

    Dns64Server(List<InetSocketAddress> listen, Dns64Responder responder, ServerLimits limits) {
        if (listen.isEmpty() || listen.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            throw new IllegalArgumentException("listen: one or more addresses with ports, not " + listen);
        }
        this.listen = List.copyOf(listen);
        this.limits = limits;
        this.counters = responder.counters();
        this.responder = new WireResponder(responder);
    }

    /**
     * Opens all sockets and begins to answer; with one that cannot be opened, none stays open. A server that has been
     * closed, or could not be started, can be started again.
     *
     * @throws IOException naming the address: {@code cannot listen on [2001:db8::53]:53: UDP: Address already in use}
     * @throws IllegalStateException when it is started already
     */
    public synchronized void start() throws IOException {
        if (loops != null) {
            throw new IllegalStateException("the DNS64 server is started already");
        }
        int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("dns64", true));
        Admission admission = new Admission(responder, counters, limits.queriesInFlight());
        UdpHandler udpHandler = new UdpHandler(admission, counters);
        TcpConnections tcpConnections = new TcpConnections(admission, counters, limits, connections);
        try {
            for (InetSocketAddress address : listen) {
                listeners.add(Listener.open(address, loops, udpHandler, tcpConnections));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The addresses listened on, in the order given, with the ports really bound; empty when not started. */
    public synchronized List<InetSocketAddress> addresses() {
        return listeners.stream().map(Listener::address).toList();
    }

    /** Closes all sockets and connections; queries being answered stay without answer. Closing twice is no error. */
    @Override
    public synchronized void close() {
        if (loops == null) {
            return;
        }
        listeners.forEach(Listener::close);
        listeners.clear();
        connections.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        loops = null;
    }
}
