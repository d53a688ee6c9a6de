// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;
import java.util.function.Supplier;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.WireResponder;
import org.instar.dns64.WireResponder.Transport;

/**
 * One UDP socket and the thread that reads it: what is ready is answered at once, what has to be waited for is answered
 * by the thread that has the answer.
 */
final class UdpSocket implements AutoCloseable {

    private static final int MAX_QUERY_BYTES = 4096;
    private static final int MAX_ANSWER_BYTES = 4096;
    private static final int BUFFER_BYTES = 4 << 20;

    private final DatagramChannel channel;
    private final Supplier<Admission> current;
    private final Dns64Counters counters;
    private final Thread thread;

    private UdpSocket(DatagramChannel channel, Supplier<Admission> current, Dns64Counters counters) {
        this.channel = channel;
        this.current = current;
        this.counters = counters;
        this.thread = Thread.ofPlatform().name("dns64-udp").daemon().unstarted(this::serve);
    }

    /**
     * Opens a socket, whose thread is started by {@link #start}.
     *
     * @param shared whether others are opened at the same address
     */
    static UdpSocket open(InetSocketAddress address, boolean shared, Supplier<Admission> current,
            Dns64Counters counters) throws IOException {
        DatagramChannel channel = DatagramChannel.open(address.getAddress().getAddress().length == Integer.BYTES
                ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
            channel.bind(address);
            return new UdpSocket(channel, current, counters);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    void start() {
        thread.start();
    }

    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    private void serve() {
        Loop loop = new Loop();
        while (channel.isOpen()) {
            try {
                loop.one();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);   // one client's trouble: the socket stays open
            }
        }
    }

    /** What the thread has for itself. */
    private final class Loop {

        private final ByteBuffer received = ByteBuffer.allocateDirect(MAX_QUERY_BYTES);
        private final ByteBuffer sent = ByteBuffer.allocateDirect(MAX_ANSWER_BYTES);
        private final byte[] query = new byte[MAX_QUERY_BYTES];
        private final byte[] answer = new byte[MAX_ANSWER_BYTES];
        private Admission admission;
        private WireResponder.Worker worker;

        private void one() throws IOException {
            received.clear();
            SocketAddress client = channel.receive(received);
            Admission now = current.get();
            if (now != admission) {
                admission = now;
                worker = now.responder().worker();
            }
            byte[] address = ((InetSocketAddress) client).getAddress().getAddress();
            long high = ClientAddress.high(address);
            long low = ClientAddress.low(address);
            if (!admission.takes(high, low)) {
                return;
            }
            received.flip();
            int length = received.remaining();
            received.get(query, 0, length);
            int ready = worker.answer(query, length, high, low, Transport.UDP, answer);
            if (ready > 0) {
                send(admission, answer, ready, client, high, low, sent);
                return;
            }
            Admission asked = admission;
            asked.answer(Arrays.copyOf(query, length), high, low, Transport.UDP)
                    .thenAccept(wire -> wire.ifPresent(bytes -> sendLater(asked, bytes, client, high, low)));
        }
    }

    private void sendLater(Admission asked, byte[] bytes, SocketAddress client, long high, long low) {
        try {
            send(asked, bytes, bytes.length, client, high, low, ByteBuffer.allocate(bytes.length));
        } catch (IOException e) {
            counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
        }
    }

    private void send(Admission asked, byte[] bytes, int length, SocketAddress client, long high, long low,
            ByteBuffer buffer) throws IOException {
        Admission.Sending sending = asked.sending(bytes, length, high, low);
        if (sending == Admission.Sending.NOT) {
            return;
        }
        int sentLength = sending == Admission.Sending.TRUNCATED ? Admission.truncate(bytes, length) : length;
        buffer.clear();
        buffer.put(bytes, 0, sentLength).flip();
        channel.send(buffer, client);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            counters.increment(Dns64Counter.CLIENT_SOCKET_ERRORS);
        }
        try {
            if (thread.isAlive() && thread != Thread.currentThread()) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
