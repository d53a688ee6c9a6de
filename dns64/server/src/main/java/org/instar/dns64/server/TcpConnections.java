// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;

/** Sets up accepted connections, up to a number of them. */
@Sharable
final class TcpConnections extends ChannelInitializer<SocketChannel> {

    private static final int LENGTH_BYTES = 2;
    private static final int MAX_FRAME_BYTES = LENGTH_BYTES + 65_535;

    private final Admission admission;
    private final Dns64Counters counters;
    private final ServerLimits limits;
    private final ChannelGroup open;
    private final AtomicInteger count = new AtomicInteger();

    TcpConnections(Admission admission, Dns64Counters counters, ServerLimits limits, ChannelGroup open) {
        this.admission = admission;
        this.counters = counters;
        this.limits = limits;
        this.open = open;
    }

    @Override
    protected void initChannel(SocketChannel connection) {
        connection.closeFuture().addListener(closed -> count.decrementAndGet());
        if (count.incrementAndGet() > limits.tcpConnections()) {
            counters.increment(Dns64Counter.TCP_CONNECTIONS_REFUSED);
            connection.close();
            return;
        }
        counters.increment(Dns64Counter.TCP_CONNECTIONS);
        open.add(connection);
        connection.pipeline().addLast(
                new LengthFieldBasedFrameDecoder(MAX_FRAME_BYTES, 0, LENGTH_BYTES, 0, LENGTH_BYTES),
                // behind the decoder, so that only whole queries count as life, not a byte now and then
                new IdleStateHandler(0, 0, limits.idleTimeoutMillis(), TimeUnit.MILLISECONDS),
                new TcpConnection(admission, counters, limits.queriesPerConnection()));
    }
}
