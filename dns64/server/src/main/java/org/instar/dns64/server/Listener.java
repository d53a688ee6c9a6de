// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.instar.dns64.Dns64Counters;
import org.instar.engine.address.Ip6;

/** The sockets of one listen address: one for TCP, and one for UDP per thread. */
record Listener(List<UdpSocket> udp, Channel tcp) {

    /** How often a port that is free for UDP and TCP is looked for when port 0 is asked for. */
    private static final int EPHEMERAL_TRIES = 20;

    /**
     * Opens all sockets, or none; UDP isn't read from yet.
     *
     * @param threads UDP sockets
     * @throws IOException naming the address when one of them cannot be opened
     */
    static Listener open(InetSocketAddress address, int threads, Supplier<Admission> current, Dns64Counters counters,
            EventLoopGroup loops, TcpConnections tcpConnections) throws IOException {
        for (int tries = address.getPort() == 0 ? EPHEMERAL_TRIES : 1; ; tries--) {
            List<UdpSocket> udp = new ArrayList<>();
            try {
                udp.add(openUdp(address, threads > 1, current, counters));
                InetSocketAddress same = new InetSocketAddress(address.getAddress(), udp.getFirst().port());
                // UDP sockets that share a port don't keep another process away: TCP does
                Channel tcp = opened(bindTcp(same, loops, tcpConnections), address);
                while (udp.size() < threads) {
                    udp.add(openUdp(same, true, current, counters));
                }
                return new Listener(List.copyOf(udp), tcp);
            } catch (IOException e) {
                udp.forEach(UdpSocket::close);
                if (tries == 1) {
                    throw e;
                }
            }
        }
    }

    private static UdpSocket openUdp(InetSocketAddress address, boolean shared, Supplier<Admission> current,
            Dns64Counters counters) throws IOException {
        try {
            return UdpSocket.open(address, shared, current, counters);
        } catch (IOException e) {
            throw new IOException("cannot listen on " + text(address) + ": UDP: " + e.getMessage(), e);
        }
    }

    private static ChannelFuture bindTcp(InetSocketAddress address, EventLoopGroup loops, TcpConnections connections) {
        return new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(connections)
                .bind(address);
    }

    private static Channel opened(ChannelFuture binding, InetSocketAddress address) throws IOException {
        binding.awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("cannot listen on " + text(address) + ": TCP: " + binding.cause().getMessage(),
                    binding.cause());
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

    void start() {
        udp.forEach(UdpSocket::start);
    }

    void close() {
        udp.forEach(UdpSocket::close);
        tcp.close().awaitUninterruptibly();
    }
}
