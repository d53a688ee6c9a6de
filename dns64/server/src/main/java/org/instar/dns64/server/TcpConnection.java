// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.Optional;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder.Transport;

/**
 * One connection of a client (RFC 7766): queries come one after the other without waiting, answers go out as they are
 * ready, in any order (§6.2.1.1). A client that sends faster than it is answered, or doesn't take its answers, is not
 * read from meanwhile. All state belongs to the connection's event loop.
 */
final class TcpConnection extends SimpleChannelInboundHandler<ByteBuf> {

    private final Admission admission;
    private final Dns64Counters counters;
    private final int maxOutstanding;
    private int outstanding;
    private boolean clientIsDone;

    TcpConnection(Admission admission, Dns64Counters counters, int maxOutstanding) {
        this.admission = admission;
        this.counters = counters;
        this.maxOutstanding = maxOutstanding;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf query) {
        outstanding++;
        regulateReading(context);
        admission.answer(ByteBufUtil.getBytes(query), Transport.TCP)
                .thenAccept(answer -> context.executor().execute(() -> answered(context, answer)));
    }

    private void answered(ChannelHandlerContext context, Optional<byte[]> answer) {
        outstanding--;
        answer.ifPresent(wire -> context.writeAndFlush(framed(wire)).addListener(sent -> {
            if (!sent.isSuccess()) {
                counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
            }
        }));
        regulateReading(context);
        closeWhenDone(context);
    }

    /** RFC 1035 §4.2.2: the length in two bytes; in one piece with the message (RFC 7766 §8). */
    private static ByteBuf framed(byte[] wire) {
        return Unpooled.wrappedBuffer(new byte[] {(byte) (wire.length >> 8), (byte) wire.length}, wire);
    }

    private void regulateReading(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(outstanding < maxOutstanding && context.channel().isWritable());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        regulateReading(context);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && (outstanding == 0 || !context.channel().isWritable())) {
            counters.increment(Dns64Counter.TCP_IDLE_CLOSED);
            context.close();
        } else if (event instanceof ChannelInputShutdownEvent) {
            clientIsDone = true;   // it may still be waiting for answers
            closeWhenDone(context);
        }
    }

    private void closeWhenDone(ChannelHandlerContext context) {
        if (clientIsDone && outstanding == 0) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
        context.close();
    }
}
