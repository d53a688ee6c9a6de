// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

/** A timer of one duration for many neighbors: a queue, as those that start later end later. */
final class NeighborTimer {

    private final long durationNanos;
    private Neighbor first;
    private Neighbor last;

    NeighborTimer(long durationNanos) {
        this.durationNanos = durationNanos;
    }

    /** Starts the timer for a neighbor; one that ran for it, this or another, is stopped. */
    void start(Neighbor neighbor, long nowNanos) {
        stop(neighbor);
        neighbor.timer = this;
        neighbor.deadlineNanos = nowNanos + durationNanos;
        neighbor.earlier = last;
        if (last == null) {
            first = neighbor;
        } else {
            last.later = neighbor;
        }
        last = neighbor;
    }

    /** Stops whichever timer runs for a neighbor. */
    static void stop(Neighbor neighbor) {
        if (neighbor.timer != null) {
            neighbor.timer.unlink(neighbor);
        }
    }

    private void unlink(Neighbor neighbor) {
        if (neighbor.earlier == null) {
            first = neighbor.later;
        } else {
            neighbor.earlier.later = neighbor.later;
        }
        if (neighbor.later == null) {
            last = neighbor.earlier;
        } else {
            neighbor.later.earlier = neighbor.earlier;
        }
        neighbor.earlier = null;
        neighbor.later = null;
        neighbor.timer = null;
    }

    /** Takes out the next neighbor whose time is over, or returns null. */
    Neighbor takeExpired(long nowNanos) {
        Neighbor neighbor = first;
        if (neighbor == null || nowNanos - neighbor.deadlineNanos < 0) {
            return null;
        }
        unlink(neighbor);
        return neighbor;
    }

    /** The earlier of a time and the first end of this timer. */
    long earliest(long otherNanos) {
        return first != null && first.deadlineNanos - otherNanos < 0 ? first.deadlineNanos : otherNanos;
    }
}
