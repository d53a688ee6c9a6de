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
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder.Transport;

/**
 * One connection of a client (RFC 7766): queries come one after the other without waiting, answers go out as they are
 * ready, in any order (§6.2.1.1). A client that sends faster than it is answered, or doesn't take its answers, is not
 * read from meanwhile. All state belongs to the connection's event loop.
 */
final class TcpConnection extends SimpleChannelInboundHandler<ByteBuf> {

    private static final int MAX_READY_BYTES = 4096;

    private final Supplier<Admission> current;
    private final Dns64Counters counters;
    private final int maxOutstanding;
    private final long clientHigh;
    private final long clientLow;
    private int outstanding;
    private boolean clientIsDone;

    /**
     * @param clientHigh bits 0 to 63 of the client's address, IPv4-mapped where it came over IPv4
     */
    TcpConnection(Supplier<Admission> current, Dns64Counters counters, int maxOutstanding, long clientHigh,
            long clientLow) {
        this.current = current;
        this.counters = counters;
        this.maxOutstanding = maxOutstanding;
        this.clientHigh = clientHigh;
        this.clientLow = clientLow;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
        byte[] query = ByteBufUtil.getBytes(message);
        Admission admission = current.get();
        byte[] out = new byte[MAX_READY_BYTES];
        int ready = admission.responder().worker().answer(query, query.length, clientHigh, clientLow, Transport.TCP,
                out);
        if (ready > 0) {
            outstanding++;
            answered(context, Optional.of(Arrays.copyOf(out, ready)));
            return;
        }
        outstanding++;
        regulateReading(context);
        admission.answer(query, clientHigh, clientLow, Transport.TCP)
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
