// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder.Transport;

/** One datagram, one query. */
@Sharable
final class UdpHandler extends SimpleChannelInboundHandler<DatagramPacket> {

    private final Admission admission;
    private final Dns64Counters counters;

    UdpHandler(Admission admission, Dns64Counters counters) {
        this.admission = admission;
        this.counters = counters;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        InetSocketAddress client = packet.sender();
        admission.answer(ByteBufUtil.getBytes(packet.content()), Transport.UDP)
                .thenAccept(answer -> answer.ifPresent(wire -> send(context, client, wire)));
    }

    private void send(ChannelHandlerContext context, InetSocketAddress client, byte[] wire) {
        if (!context.channel().isWritable()) {   // the socket's buffer is full: what waits for it must not grow
            counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
            return;
        }
        context.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(wire), client)).addListener(sent -> {
            if (!sent.isSuccess()) {
                counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
            }
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);   // one client's trouble: the socket stays open
    }
}
