// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** The frames of the next {@code sendmmsg}. A flush always leaves it empty: each frame is sent or counted as failed. */
final class TransmitRing {
    private static final int MSG_DONTWAIT = 0x40;

    /** What one flush may wait in all for room in the kernel. */
    private static final long FLUSH_WAIT_NANOS = 2_000_000;
    private static final long DEVICE_PAUSE_NANOS = 50_000;

    private final SystemCalls calls;
    private final LinkWatch link;
    private final Waiter waiter;
    private final MessageVector messages;
    private final int batchSize;
    private final int frameBytes;
    private int committed;
    /** The last flush waited in vain: the next ones don't wait until a frame has passed (peer without carrier). */
    private boolean stalled;

    final LongAdder sent = new LongAdder();
    final LongAdder sendFailures = new LongAdder();

    TransmitRing(SystemCalls calls, LinkWatch link, Waiter waiter, int batchSize, int frameBytes) {
        this.calls = calls;
        this.link = link;
        this.waiter = waiter;
        this.messages = new MessageVector(batchSize, frameBytes, 0);
        this.batchSize = batchSize;
        this.frameBytes = frameBytes;
    }

    ByteBuffer buffer() {
        return messages.ring();
    }

    int claim() {
        return committed < batchSize ? messages.offset(committed) : -1;
    }

    void commit(int length) {
        if (committed == batchSize) {
            throw new IllegalStateException("transmit ring is full: flush() first");
        }
        if (length < 1 || length > frameBytes) {
            throw new IllegalArgumentException("frame length " + length + " is not in 1.." + frameBytes);
        }
        messages.setCapacity(committed++, length);
    }

    int flush(int fd) throws IOException {
        int total = committed;
        if (total == 0) {
            return 0;
        }
        int passed = 0;
        int next = 0;
        long deadline = 0;
        try {
            while (next < total) {
                int result = calls.sendMessages(fd, messages.from(next), total - next, MSG_DONTWAIT);
                if (result > 0) {
                    next += result;
                    passed += result;
                    stalled = false;
                    link.passed();
                } else if (lacksRoom(-result)) {
                    deadline = deadline == 0 ? System.nanoTime() + FLUSH_WAIT_NANOS : deadline;
                    if (!room(-result, deadline)) {
                        break;
                    }
                } else if (result != -Errno.EINTR) {
                    failed(fd, -result);
                    next++;
                }
            }
        } finally {
            committed = 0;
            sent.add(passed);
            sendFailures.add(total - passed);
        }
        return passed;
    }

    private static boolean lacksRoom(int errno) {
        return errno == Errno.EAGAIN || errno == Errno.ENOBUFS;
    }

    /** @return whether another try is worthwhile */
    private boolean room(int errno, long deadline) {
        long left = deadline - System.nanoTime();
        if (stalled || left <= 0) {
            stalled = true;
            return false;
        }
        if (errno == Errno.EAGAIN) {
            waiter.awaitWritable(left);
        } else {
            // The device's queue, not the socket's, is full: the socket polls writable all the while.
            waiter.pause(Math.min(left, DEVICE_PAUSE_NANOS));
        }
        return true;
    }

    /** @throws IOException the interface has vanished; any other fault is the frame's own or passes with the link */
    private void failed(int fd, int errno) throws IOException {
        switch (errno) {
            case Errno.ENETDOWN -> link.reportedDown(fd);
            case Errno.ENXIO, Errno.ENODEV -> throw link.reportedGone();
            default -> { }
        }
    }
}
