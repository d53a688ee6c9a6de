// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FrameLoopTest {
    private VethNamespace namespace;
    private PacketSocket inner;
    private PacketSocket outer;

    @BeforeEach
    void openBothEnds() throws IOException {
        Assumptions.assumeTrue(VethNamespace.available(), "root and veth");
        namespace = VethNamespace.create();
        inner = namespace.open(VethNamespace.LEFT, 8, 1600);
        outer = namespace.open(VethNamespace.RIGHT, 8, 1600);
    }

    @AfterEach
    void removeAll() {
        if (namespace != null) {
            inner.close();
            outer.close();
            namespace.close();
        }
    }

    @Test
    void answersFramesAndLivesThroughTheWorkersExceptions() throws IOException {
        Reflector worker = new Reflector();
        FrameLoop loop = new FrameLoop("fast-path-test", inner, worker);
        loop.start();
        for (int i = 0; i < 30; i++) {
            byte[] frame = Frames.frame(100, i);
            frame[20] = (byte) (i % 3 == 0 ? Reflector.FAULTY : 0);
            Frames.send(outer, frame);
        }
        outer.flush();

        List<byte[]> answers = Frames.collect(outer, 20);

        assertThat(answers).hasSize(20);
        assertThat(answers.getFirst()[19]).isEqualTo(Reflector.ANSWERED);
        assertThat(loop.workerFailures()).isEqualTo(10);
        assertThat(worker.threadName).isEqualTo("fast-path-test");
        assertThat(loop.isAlive()).isTrue();
        loop.close();
        loop.close();
        assertThat(loop.isAlive()).isFalse();
        assertThat(loop.failure()).isNull();
    }

    @Test
    void idleLoopWaitsForDeadlineAndWakeup() throws Exception {
        Reflector worker = new Reflector();
        try (FrameLoop loop = new FrameLoop("fast-path-test", inner, worker)) {
            loop.start();
            CountDownLatch ran = new CountDownLatch(1);
            int before = worker.turns.get();
            long start = System.nanoTime();
            worker.commands.add(ran::countDown);
            inner.wakeup();
            assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();

            CountDownLatch tenTurns = new CountDownLatch(1);
            worker.commands.add(() -> worker.afterTurns(10, tenTurns));
            inner.wakeup();
            assertThat(tenTurns.await(20, TimeUnit.SECONDS)).isTrue();
            long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(elapsedMillis).as("10 idle turns of 50 ms: no spin").isGreaterThan(350);
            assertThat(worker.turns.get() - before).isLessThan(30);

            CountDownLatch due = new CountDownLatch(1);
            long asked = System.nanoTime();
            worker.commands.add(() -> worker.timer(System.nanoTime() + 5_000_000, due));
            inner.wakeup();
            assertThat(due.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(System.nanoTime() - asked).isGreaterThanOrEqualTo(5_000_000);
        }
    }

    @Test
    void exceptionsOfATurnDoNotEndTheLoop() throws Exception {
        Reflector worker = new Reflector();
        try (FrameLoop loop = new FrameLoop("fast-path-test", inner, worker)) {
            loop.start();
            CountDownLatch ran = new CountDownLatch(1);
            worker.commands.add(() -> {
                throw new AssertionError("a turn's");
            });
            worker.commands.add(ran::countDown);
            inner.wakeup();
            assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.workerFailures()).isEqualTo(1);
        }
    }

    @Test
    void taggedFrameIsDroppedAndCounted() throws IOException {
        Reflector worker = new Reflector();
        try (FrameLoop loop = new FrameLoop("fast-path-test", inner, worker)) {
            loop.start();
            byte[] tagged = Frames.frame(104, 5);
            ByteBuffer.wrap(tagged).putInt(12, 0x8100_0007).putShort(16, (short) 0x88b5);
            Frames.send(outer, tagged);
            Frames.send(outer, Frames.frame(100, 6));
            outer.flush();
            assertThat(Frames.collect(outer, 1)).hasSize(1);
            assertThat(loop.vlanDropped()).isEqualTo(1);
        }
    }

    @Test
    void vanishedInterfaceEndsTheLoopWithItsReason() throws Exception {
        CompletableFuture<IOException> told = new CompletableFuture<>();
        try (FrameLoop loop = new FrameLoop("fast-path-test", inner, new Reflector(), told::complete)) {
            loop.start();
            namespace.ip("link", "delete", VethNamespace.LEFT);
            assertThat(told.get(20, TimeUnit.SECONDS)).hasMessage("fastPath.interface: left has vanished");
            assertThat(loop.failure()).isSameAs(told.get());
        }
    }

    /** Sends each frame back, marked; throws for the faulty ones. */
    private final class Reflector implements FrameLoop.Worker {
        static final byte FAULTY = 99;
        static final byte ANSWERED = 42;

        final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
        final AtomicInteger turns = new AtomicInteger();
        volatile String threadName;
        private long deadline = Long.MAX_VALUE;
        private CountDownLatch due;
        private int countedTurn;
        private CountDownLatch counted;

        @Override
        public void frame(ByteBuffer ring, int offset, int length) throws IOException {
            threadName = Thread.currentThread().getName();
            int slot = inner.claim();
            if (slot < 0) {
                inner.flush();
                slot = inner.claim();
            }
            inner.transmitBuffer().put(slot, ring, offset, length).put(slot + 19, ANSWERED);
            if (ring.get(offset + 20) == FAULTY) {
                throw new IllegalStateException("faulty frame");
            }
            inner.commit(length);
        }

        @Override
        public int turn(long nowNanos) {
            int turn = turns.incrementAndGet();
            if (counted != null && turn >= countedTurn) {
                counted.countDown();
            }
            if (deadline != Long.MAX_VALUE && nowNanos - deadline >= 0) {
                deadline = Long.MAX_VALUE;
                due.countDown();
            }
            Runnable command = commands.poll();
            if (command == null) {
                return 0;
            }
            command.run();
            return 1;
        }

        @Override
        public long nextDeadlineNanos() {
            return deadline;
        }

        void afterTurns(int more, CountDownLatch latch) {
            countedTurn = turns.get() + more;
            counted = latch;
        }

        void timer(long atNanos, CountDownLatch latch) {
            deadline = atNanos;
            due = latch;
        }
    }
}
