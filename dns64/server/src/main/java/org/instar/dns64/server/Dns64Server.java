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
import org.instar.dns64.WireResponder;

/**
 * Serves a {@link WireResponder} over UDP and TCP (RFC 1035 §4.2, RFC 7766) on one or more addresses, within the limits
 * of its settings; what goes beyond is counted. Answers over UDP leave from the address the query came to only when
 * that address is listened on itself: prefer addresses to wildcards on hosts with several.
 */
public final class Dns64Server implements AutoCloseable {

    private final List<InetSocketAddress> listen;
    private final List<Listener> listeners = new ArrayList<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private volatile Admission admission;
    private EventLoopGroup loops;

    /**
     * @param listen addresses with ports, resolved; port 0 takes one that is free for UDP and TCP
     */
    public Dns64Server(List<InetSocketAddress> listen, WireResponder responder) {
        if (listen.isEmpty() || listen.stream().anyMatch(InetSocketAddress::isUnresolved)) {
            throw new IllegalArgumentException("listen: one or more addresses with ports, not " + listen);
        }
        this.listen = List.copyOf(listen);
        this.admission = new Admission(responder);
    }

    /** Answers by another responder from the next query on; those that wait are answered by that of before. */
    public void replace(WireResponder responder) {
        admission = new Admission(responder);
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
        int threads = admission.settings().threads();
        loops = new NioEventLoopGroup(threads, new DefaultThreadFactory("dns64-tcp", true));
        TcpConnections tcpConnections = new TcpConnections(() -> admission, connections);
        try {
            for (InetSocketAddress address : listen) {
                listeners.add(Listener.open(address, threads, () -> admission,
                        admission.responder().responder().counters(), loops, tcpConnections));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
        listeners.forEach(Listener::start);
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
