// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.instar.engine.address.Ip6;

/** The two sockets of one listen address. */
record Listener(Channel udp, Channel tcp) {

    private static final int MAX_QUERY_BYTES = 4096;
    private static final int UDP_RECEIVE_BUFFER_BYTES = 1 << 20;

    /** How often a port that is free for UDP and TCP is looked for when port 0 is asked for. */
    private static final int EPHEMERAL_TRIES = 20;

    /**
     * Opens both sockets, or none.
     *
     * @throws IOException naming the address when one of them cannot be opened
     */
    static Listener open(InetSocketAddress address, EventLoopGroup loops, UdpHandler udpHandler,
            TcpConnections tcpConnections) throws IOException {
        for (int tries = address.getPort() == 0 ? EPHEMERAL_TRIES : 1; ; tries--) {
            Channel udp = opened(bindUdp(address, loops, udpHandler), address, "UDP");
            try {
                InetSocketAddress bound = (InetSocketAddress) udp.localAddress();
                InetSocketAddress same = new InetSocketAddress(address.getAddress(), bound.getPort());
                return new Listener(udp, opened(bindTcp(same, loops, tcpConnections), address, "TCP"));
            } catch (IOException e) {
                udp.close().awaitUninterruptibly();
                if (tries == 1) {
                    throw e;
                }
            }
        }
    }

    private static ChannelFuture bindUdp(InetSocketAddress address, EventLoopGroup loops, UdpHandler handler) {
        return new Bootstrap().group(loops).channel(NioDatagramChannel.class)
                .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(MAX_QUERY_BYTES))
                .option(ChannelOption.SO_RCVBUF, UDP_RECEIVE_BUFFER_BYTES)
                .handler(handler)
                .bind(address);
    }

    private static ChannelFuture bindTcp(InetSocketAddress address, EventLoopGroup loops, TcpConnections connections) {
        return new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections)
                .bind(address);
    }

    private static Channel opened(ChannelFuture binding, InetSocketAddress address, String transport)
            throws IOException {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("cannot listen on " + text(address) + ": " + transport + ": "
                    + binding.cause().getMessage(), binding.cause());
        }
        return binding.channel();
    }

    private static String text(InetSocketAddress address) {
        InetAddress host = address.getAddress();
        String literal = host instanceof Inet6Address ? "[" + Ip6.of(host.getAddress()) + "]" : host.getHostAddress();
        return literal + ":" + address.getPort();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) tcp.localAddress();
    }

    void close() {
        udp.close().awaitUninterruptibly();
        tcp.close().awaitUninterruptibly();
    }
}
