// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The thread that owns a {@link PacketSocket} and all the state of its {@link Worker}: receive a batch, hand over each
 * frame, give the worker its turn, flush what it committed; and when neither frame nor work came, wait for a frame, a
 * {@link PacketSocket#wakeup()} or the worker's next deadline, at most 50 ms. It never spins on an idle interface.
 *
 * <p>An exception of the worker costs the frame (or turn) it came from: it is counted, logged once per kind, and the
 * loop lives on. The loop ends by {@link #close()}, or by an I/O error of the socket, as when the interface vanishes.
 */
public final class FrameLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FrameLoop.class.getName());
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * What is done with the frames. All methods are called on the loop's thread. To send, a worker claims and commits
     * on the loop's socket; the loop flushes. If {@link PacketSocket#claim()} answers -1 the worker flushes itself.
     */
    public interface Worker {
        /**
         * A burst of frames has been received, and is about to be handed over one by one. For workers that look ahead:
         * where the frames are says the socket.
         *
         * @param frames how many, 2 or more
         */
        default void burst(int frames) throws IOException {
        }

        /**
         * One frame, untagged; its checksums are complete if {@link #partialChecksumFrame} keeps the others away.
         *
         * @param ring big endian; valid for this call only, may be written to within the frame
         * @param offset of the Ethernet header
         * @param length bytes
         */
        void frame(ByteBuffer ring, int offset, int length) throws IOException;

        /**
         * Once per round, after its frames: run queued commands and timers.
         *
         * @param nowNanos {@link System#nanoTime()}
         * @return work done; above 0 the loop does not wait before the next round
         */
        int turn(long nowNanos) throws IOException;

        /** When the next timer is due, as {@link System#nanoTime()}; {@link Long#MAX_VALUE}: none. */
        long nextDeadlineNanos();

        /**
         * A frame whose TCP or UDP checksum the sender left to be completed, see
         * {@link PacketSocket#receiveChecksumPartial}. Without an own treatment it goes the way of every frame, which
         * is right only for workers that don't carry the checksum over.
         *
         * @param vlan as {@link #vlanFrame} has it; -1: without a tag
         * @return whether it was dealt with; false for a tagged one without treatment
         */
        default boolean partialChecksumFrame(ByteBuffer ring, int offset, int length, int vlan) throws IOException {
            if (vlan >= 0) {
                return vlanFrame(ring, offset, length, vlan);
            }
            frame(ring, offset, length);
            return true;
        }

        /**
         * A frame that came with a VLAN tag, which is no longer in it. Without an own treatment it is dropped, and
         * counted by {@link FrameLoop#vlanDropped()}.
         *
         * @param vlan as {@link PacketSocket#receiveVlan} tells
         * @return whether it was dealt with
         */
        default boolean vlanFrame(ByteBuffer ring, int offset, int length, int vlan) throws IOException {
            return false;
        }
    }

    private final PacketSocket socket;
    private final Worker worker;
    private final Consumer<IOException> onFailure;
    private final Thread thread;
    private final WorkerFaults faults;
    private final LongAdder vlanDropped = new LongAdder();
    private volatile boolean running = true;
    private volatile IOException failure;

    /**
     * @param threadName name of the loop's thread
     * @param onFailure told once, on the loop's thread as its last act, of the I/O error that ended the loop
     */
    public FrameLoop(String threadName, PacketSocket socket, Worker worker, Consumer<IOException> onFailure) {
        this.socket = Objects.requireNonNull(socket, "socket");
        this.worker = Objects.requireNonNull(worker, "worker");
        this.onFailure = Objects.requireNonNull(onFailure, "onFailure");
        this.faults = new WorkerFaults(threadName);
        this.thread = Thread.ofPlatform().name(threadName).daemon(true).unstarted(this::run);
    }

    /** A loop whose owner asks {@link #failure()} instead of being told. */
    public FrameLoop(String threadName, PacketSocket socket, Worker worker) {
        this(threadName, socket, worker, error -> { });
    }

    /** @throws IllegalThreadStateException started before */
    public void start() {
        thread.start();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /** The I/O error that ended the loop; null if none did. */
    public IOException failure() {
        return failure;
    }

    /** Exceptions thrown by the worker. */
    public long workerFailures() {
        return faults.count();
    }

    /** VLAN-tagged frames the worker had no treatment for. */
    public long vlanDropped() {
        return vlanDropped.sum();
    }

    private void run() {
        try {
            while (running) {
                round();
            }
        } catch (IOException error) {
            fail(error);
        } catch (UncheckedIOException error) {
            fail(error.getCause());
        } catch (RuntimeException | Error fault) {
            fail(new IOException("packet loop broke: " + fault, fault));
        }
    }

    private void round() throws IOException {
        int frames = socket.receive();
        if (frames > 1) {
            announce(frames);
        }
        for (int i = 0; i < frames; i++) {
            deliver(i);
        }
        int work = turn();
        socket.flush();
        if (frames == 0 && work == 0 && running) {
            socket.await(waitNanos());
        }
    }

    private void announce(int frames) {
        try {
            worker.burst(frames);
        } catch (Exception | Error fault) {
            faults.add("burst", fault);
        }
    }

    private void deliver(int frame) {
        int length = socket.receiveLength(frame);
        if (length < 0) {
            return;
        }
        ByteBuffer ring = socket.receiveBuffer();
        int offset = socket.receiveOffset(frame);
        try {
            int vlan = socket.receiveVlan(frame);
            boolean partial = socket.receiveChecksumPartial(frame);
            if (vlan < 0 && !partial) {
                worker.frame(ring, offset, length);
            } else if (!(partial ? worker.partialChecksumFrame(ring, offset, length, vlan)
                    : worker.vlanFrame(ring, offset, length, vlan))) {
                vlanDropped.increment();
            }
        } catch (Exception | Error fault) {
            faults.add("frame", fault);
        }
    }

    private int turn() {
        try {
            return worker.turn(System.nanoTime());
        } catch (Exception | Error fault) {
            faults.add("turn", fault);
            return 0;
        }
    }

    private long waitNanos() {
        try {
            long deadline = worker.nextDeadlineNanos();
            // MAX_VALUE is no point in time: its difference to a negative nanoTime() would overflow.
            return deadline == Long.MAX_VALUE
                    ? LONGEST_WAIT_NANOS
                    : Math.min(deadline - System.nanoTime(), LONGEST_WAIT_NANOS);
        } catch (Exception | Error fault) {
            faults.add("deadline", fault);
            return LONGEST_WAIT_NANOS;
        }
    }

    private void fail(IOException error) {
        if (!running) {
            return; // closed by the worker itself: the closed socket is no fault
        }
        failure = error;
        LOG.log(System.Logger.Level.ERROR, "{0} ended: {1}", thread.getName(), error.getMessage());
        onFailure.accept(error);
    }

    /** Ends the loop, waits for its thread and closes the socket. A second call does nothing. */
    @Override
    public void close() {
        running = false;
        socket.wakeup();
        if (Thread.currentThread() != thread) {
            join();
        }
        socket.close();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException interruption) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
