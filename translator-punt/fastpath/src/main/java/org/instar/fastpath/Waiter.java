// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Waits for the socket or for another thread's wakeup, which is an eventfd. A wakeup is remembered until the next wait,
 * so "queue work, then wake" loses nothing, and costs a system call only while the owner sleeps.
 *
 * <p>NOT thread safe but for {@link #wakeup()}.
 */
final class Waiter {
    private static final int RUNNING = 0;
    private static final int SLEEPING = 1;
    private static final int WOKEN = 2;

    private static final int EFD_NONBLOCK = 0x800;
    private static final int EFD_CLOEXEC = 0x80000;
    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    /** struct pollfd: fd 0, events 4, revents 6. */
    private static final int POLLFD_BYTES = 8;
    private static final int WAKEUP_RETURNED = POLLFD_BYTES + 6;

    private final SystemCalls calls;
    private final SystemCalls wakeupCalls = new SystemCalls();
    private final Object wakeupLock = new Object();
    private final AtomicInteger state = new AtomicInteger(RUNNING);
    private final MemorySegment readable;
    private final MemorySegment writable;
    private final MemorySegment timespec;
    private final MemorySegment eventValue;
    private final MemorySegment one;
    private int eventFd;

    Waiter(SystemCalls calls, int socketFd) throws IOException {
        this.calls = calls;
        this.eventFd = calls.eventDescriptor(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (eventFd < 0) {
            throw new IOException("no eventfd: " + Errno.name(-eventFd));
        }
        Arena arena = Arena.ofAuto();
        this.readable = arena.allocate(2 * POLLFD_BYTES, Integer.BYTES);
        this.writable = arena.allocate(POLLFD_BYTES, Integer.BYTES);
        this.timespec = arena.allocate(2 * JAVA_LONG.byteSize(), Long.BYTES);
        this.eventValue = arena.allocate(JAVA_LONG);
        this.one = arena.allocateFrom(JAVA_LONG, 1);
        interest(readable, 0, socketFd, POLLIN);
        interest(readable, POLLFD_BYTES, eventFd, POLLIN);
        interest(writable, 0, socketFd, POLLOUT);
    }

    private static void interest(MemorySegment descriptors, long offset, int fd, short events) {
        descriptors.set(JAVA_INT, offset, fd);
        descriptors.set(JAVA_SHORT, offset + 4, events);
    }

    boolean await(long timeoutNanos) {
        if (!state.compareAndSet(RUNNING, SLEEPING)) {
            // Read and written at once, here and below: what was queued before a wakeup is seen by
            // the owner's next look.
            state.getAndSet(RUNNING);
            return true;
        }
        int ready = 0;
        boolean woken;
        try {
            ready = poll(readable, 2, timeoutNanos);
        } finally {
            woken = state.getAndSet(RUNNING) == WOKEN;
        }
        if (ready > 0 && readable.get(JAVA_SHORT, WAKEUP_RETURNED) != 0) {
            calls.read(eventFd, eventValue);
        }
        return ready != 0 || woken;
    }

    void wakeup() {
        if (state.get() == WOKEN || state.getAndSet(WOKEN) != SLEEPING) {
            return;
        }
        synchronized (wakeupLock) {
            if (eventFd >= 0) {
                wakeupCalls.write(eventFd, one);
            }
        }
    }

    void awaitWritable(long timeoutNanos) {
        poll(writable, 1, timeoutNanos);
    }

    void pause(long nanos) {
        poll(MemorySegment.NULL, 0, nanos);
    }

    void close() {
        synchronized (wakeupLock) {
            if (eventFd >= 0) {
                calls.close(eventFd);
                eventFd = -1;
                // poll() passes over negative descriptors: a late await cannot meet a reused number.
                readable.set(JAVA_INT, 0, -1);
                readable.set(JAVA_INT, POLLFD_BYTES, -1);
            }
        }
    }

    /** @return descriptors ready, 0 after the timeout, -EINTR */
    private int poll(MemorySegment descriptors, int count, long timeoutNanos) {
        long nanos = Math.max(0, timeoutNanos);
        timespec.set(JAVA_LONG, 0, TimeUnit.NANOSECONDS.toSeconds(nanos));
        timespec.set(JAVA_LONG, Long.BYTES, nanos % TimeUnit.SECONDS.toNanos(1));
        int ready = calls.poll(descriptors, count, timespec);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new UncheckedIOException(new IOException("poll: " + Errno.name(-ready)));
        }
        return ready;
    }
}
