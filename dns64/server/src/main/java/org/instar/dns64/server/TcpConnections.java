// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.settings.ServingSettings;

/** Sets up accepted connections, up to a number of them, for all clients and for each. */
@Sharable
final class TcpConnections extends ChannelInitializer<SocketChannel> {

    private static final int LENGTH_BYTES = 2;
    private static final int MAX_FRAME_BYTES = LENGTH_BYTES + 65_535;

    private final Supplier<Admission> current;
    private final ChannelGroup open;
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentHashMap<InetAddress, Integer> ofClients = new ConcurrentHashMap<>();

    TcpConnections(Supplier<Admission> current, ChannelGroup open) {
        this.current = current;
        this.open = open;
    }

    @Override
    protected void initChannel(SocketChannel connection) {
        Admission admission = current.get();
        ServingSettings settings = admission.settings();
        Dns64Counters counters = admission.responder().responder().counters();
        byte[] address = connection.remoteAddress().getAddress().getAddress();
        long high = ClientAddress.high(address);
        long low = ClientAddress.low(address);
        boolean blackholed = admission.isBlackholed(high, low);
        int ofClient = ofClients.merge(connection.remoteAddress().getAddress(), 1, Integer::sum);
        InetAddress client = connection.remoteAddress().getAddress();
        connection.closeFuture().addListener(closed -> {
            count.decrementAndGet();
            ofClients.computeIfPresent(client, (key, connections) -> connections == 1 ? null : connections - 1);
        });
        boolean tooMany = count.incrementAndGet() > settings.tcpConnections()
                || settings.tcpConnectionsPerClient() > 0 && ofClient > settings.tcpConnectionsPerClient();
        if (tooMany || blackholed) {
            if (tooMany) {
                counters.increment(Dns64Counter.TCP_CONNECTIONS_REFUSED);
            }
            connection.close();
            return;
        }
        counters.increment(Dns64Counter.TCP_CONNECTIONS);
        open.add(connection);
        connection.pipeline().addLast(
                new LengthFieldBasedFrameDecoder(MAX_FRAME_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
                // behind the decoder, so that only whole queries count as life, not a byte now and then
                new IdleStateHandler(0, 0, settings.tcpIdleTimeoutMillis(), TimeUnit.MILLISECONDS),
                new TcpConnection(current, counters, settings.queriesPerConnection(), high, low));
    }
}
