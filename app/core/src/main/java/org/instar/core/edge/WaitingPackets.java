// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Copies of packets whose next hop is being resolved: at most {@link #PER_NEIGHBOR} for each (RFC 4861 §7.2.2) and
 * bounded in all. It is a ring in order of arrival, so a flood to hosts that don't exist pushes out its own oldest
 * packets and leaves room for those that are resolved in a moment.
 */
final class WaitingPackets {

    static final int PER_NEIGHBOR = 3;

    private final byte[][] frames;
    private final Neighbor[] owners;
    private final EdgeCounters counters;
    private final Deque<byte[]> givenUp = new ArrayDeque<>();
    private int next;

    WaitingPackets(int capacity, EdgeCounters counters) {
        this.frames = new byte[capacity][];
        this.owners = new Neighbor[capacity];
        this.counters = counters;
    }

    /**
     * Keeps a copy behind room for a VLAN tag; what has no more room, the neighbor's or the ring's oldest, is dropped
     * and counted.
     */
    void add(Neighbor neighbor, ByteBuffer frame, int offset, int length) {
        if (neighbor.waitingCount == PER_NEIGHBOR) {
            takeOldest(neighbor);
            counters.count(EdgeCounter.DROP_QUEUE_OVERFLOW);
        }
        if (owners[next] != null) {
            // the oldest of all is its owner's oldest too
            takeOldest(owners[next]);
            counters.count(EdgeCounter.DROP_QUEUE_OVERFLOW);
        }
        byte[] copy = new byte[EthernetFrame.TAG_LENGTH + length];
        frame.duplicate().limit(offset + length).position(offset).get(copy, EthernetFrame.TAG_LENGTH, length);
        frames[next] = copy;
        owners[next] = neighbor;
        neighbor.waiting[neighbor.waitingCount++] = next;
        next = next + 1 == frames.length ? 0 : next + 1;
        counters.count(EdgeCounter.PACKETS_QUEUED);
    }

    /** Takes out the oldest frame that waits for a neighbor, with room for a tag in front; or null. */
    byte[] takeOldest(Neighbor neighbor) {
        if (neighbor.waitingCount == 0) {
            return null;
        }
        int slot = neighbor.waiting[0];
        System.arraycopy(neighbor.waiting, 1, neighbor.waiting, 0, --neighbor.waitingCount);
        byte[] frame = frames[slot];
        frames[slot] = null;
        owners[slot] = null;
        return frame;
    }

    /** Forgets what waits for a neighbor and counts it under a reason. */
    void drop(Neighbor neighbor, EdgeCounter reason) {
        while (takeOldest(neighbor) != null) {
            counters.count(reason);
        }
    }

    /** The same of a neighbor that doesn't answer: what waited is kept until it is taken, if somebody takes it. */
    void giveUp(Neighbor neighbor) {
        for (byte[] frame = takeOldest(neighbor); frame != null; frame = takeOldest(neighbor)) {
            counters.count(EdgeCounter.DROP_UNREACHABLE);
            if (givenUp.size() < frames.length) {
                givenUp.add(frame);
            }
        }
    }

    /** A frame that waited in vain, the oldest first; null: no more. */
    byte[] takeGivenUp() {
        return givenUp.poll();
    }
}
