// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Frames per second over a veth pair, one thread sending and one receiving, for batches of 1, 32 and 64: a bare
 * sendmmsg/recvmmsg loop that looks at no frame, {@link PacketSocket} with every frame written and read, and a
 * {@link FrameLoop} that sends each frame back (its rate counts frames received and sent again). Not run by the build:
 *
 * <pre>
 * mvn -q test-compile &amp;&amp; java --enable-native-access=ALL-UNNAMED -cp target/classes:target/test-classes \
 *     org.instar.fastpath.FastPathBenchmark
 * </pre>
 */
final class FastPathBenchmark {
    private static final int FRAME_BYTES = 98;
    private static final long RUN_NANOS = 1_000_000_000L;
    private static final int ROUNDS = 5;
    private static final int MSG_DONTWAIT = 0x40;

    private final VethNamespace namespace;
    private final byte[] frame = Frames.frame(FRAME_BYTES, 1);
    private final Map<String, Result> best = new TreeMap<>();

    private FastPathBenchmark(VethNamespace namespace) {
        this.namespace = namespace;
    }

    public static void main(String[] arguments) throws Exception {
        try (VethNamespace namespace = VethNamespace.create()) {
            FastPathBenchmark benchmark = new FastPathBenchmark(namespace);
            for (int round = 0; round < ROUNDS; round++) {
                for (int batch : new int[] {1, 32, 64}) {
                    benchmark.bare(batch);
                    benchmark.socket(batch);
                    benchmark.loop(batch);
                }
            }
            System.out.println("best of " + ROUNDS + " rounds             sent/s  received/s "
                    + " bytes allocated/frame sent");
            benchmark.best.forEach((what, result) -> System.out.println(what + result));
        }
    }

    private void bare(int batch) throws Exception {
        SystemCalls[] calls = {new SystemCalls(), new SystemCalls()};
        int[] sockets = {bareSocket(calls[0], VethNamespace.LEFT), bareSocket(calls[1], VethNamespace.RIGHT)};
        MessageVector outgoing = new MessageVector(batch, 2048, 0);
        for (int i = 0; i < batch; i++) {
            outgoing.ring().put(outgoing.offset(i), frame);
            outgoing.setCapacity(i, FRAME_BYTES);
        }
        MessageVector incoming = new MessageVector(batch, 2048, 0);
        measure("bare", batch,
                () -> Math.max(0, calls[0].sendMessages(sockets[0], outgoing.from(0), batch, MSG_DONTWAIT)),
                () -> Math.max(0, calls[1].receiveMessages(sockets[1], incoming.from(0), batch, MSG_DONTWAIT)));
        calls[0].close(sockets[0]);
        calls[1].close(sockets[1]);
    }

    private int bareSocket(SystemCalls calls, String name) throws IOException {
        return namespace.inside(() -> {
            int fd = PacketSocketSetup.socket(calls, name);
            PacketSocketSetup.bind(calls, fd, EthernetInterface.lookUp(calls, fd, name), false, null);
            return fd;
        });
    }

    private void socket(int batch) throws Exception {
        try (PacketSocket left = namespace.open(VethNamespace.LEFT, batch, 2048);
                PacketSocket right = namespace.open(VethNamespace.RIGHT, batch, 2048)) {
            measure("PacketSocket", batch, () -> sendBatch(left), () -> receiveBatch(right));
        }
    }

    private void loop(int batch) throws Exception {
        PacketSocket inner = namespace.open(VethNamespace.LEFT, batch, 2048);
        try (PacketSocket outer = namespace.open(VethNamespace.RIGHT, batch, 2048);
                FrameLoop loop = new FrameLoop("reflector", inner, new Reflector(inner))) {
            loop.start();
            long allocated = allocatedBytes();
            long start = System.nanoTime();
            while (System.nanoTime() - start < RUN_NANOS) {
                sendBatch(outer);
                receiveBatch(outer);
            }
            keep("FrameLoop", batch, System.nanoTime() - start,
                    new Result(inner.sent(), inner.received(), allocatedBytes() - allocated));
        }
    }

    private long sendBatch(PacketSocket socket) {
        try {
            for (int offset = socket.claim(); offset >= 0; offset = socket.claim()) {
                socket.transmitBuffer().put(offset, frame);
                socket.commit(FRAME_BYTES);
            }
            return socket.flush();
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private static long receiveBatch(PacketSocket socket) {
        try {
            int received = socket.receive();
            long whole = 0;
            for (int i = 0; i < received; i++) {
                whole += socket.receiveBuffer().getShort(socket.receiveOffset(i) + 12) != 0 ? 1 : 0;
            }
            return whole;
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private void measure(String what, int batch, LongSupplier send, LongSupplier receive) throws Exception {
        AtomicBoolean sending = new AtomicBoolean(true);
        long[] received = new long[1];
        Thread receiver = Thread.ofPlatform().start(() -> {
            long frames = 0;
            while (sending.get()) {
                frames += receive.getAsLong();
            }
            received[0] = frames;
        });
        long sent = 0;
        long allocatedBefore = allocatedBytes();
        long start = System.nanoTime();
        while (System.nanoTime() - start < RUN_NANOS) {
            sent += send.getAsLong();
        }
        long elapsed = System.nanoTime() - start;
        long allocated = allocatedBytes() - allocatedBefore;
        sending.set(false);
        receiver.join();
        keep(what, batch, elapsed, new Result(sent, received[0], allocated));
    }

    /** The machine's other work only ever slows a round down: the best one tells most. */
    private void keep(String what, int batch, long nanos, Result result) {
        Result perSecond = new Result(result.sent * 1e9 / nanos, result.received * 1e9 / nanos,
                result.allocated / Math.max(1, result.sent));
        best.merge(String.format("%-14s batch %3d", what, batch), perSecond, (a, b) -> a.received > b.received ? a : b);
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private record Result(double sent, double received, double allocated) {
        @Override
        public String toString() {
            return String.format("%12.0f %11.0f %8.3f", sent, received, allocated);
        }
    }

    /** Sends every frame back as it came. */
    private record Reflector(PacketSocket socket) implements FrameLoop.Worker {
        @Override
        public void frame(ByteBuffer ring, int offset, int length) throws IOException {
            int slot = socket.claim();
            if (slot < 0) {
                socket.flush();
                slot = socket.claim();
            }
            socket.transmitBuffer().put(slot, ring, offset, length);
            socket.commit(length);
        }

        @Override
        public int turn(long nowNanos) {
            return 0;
        }

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }
    }
}
