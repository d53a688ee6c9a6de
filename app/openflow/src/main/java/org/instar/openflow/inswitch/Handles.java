// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;

/**
 * The numbers by which packets find their session between the second and the third pass. A handle given to another
 * session too early would send a packet of the old one to the wrong client. So one that is released waits: until the
 * switch has confirmed that the session's rules are gone, by a barrier or by flow-removed, and from then on for a time
 * no packet stays inside a switch.
 *
 * <p>Handles never used come first, then those longest unused. Not thread safe; time is a parameter.
 */
public final class Handles {

    /** Largest handle: 20 bits. */
    public static final int MAX = 0xf_ffff;
    /** How long a packet may be inside a switch, with much to spare. */
    public static final long QUARANTINE_NANOS = 10_000_000_000L;

    private static final byte USED = 1;
    private static final byte LEAVING = 2;
    private static final byte WAITING = 3;
    /** The probe's. */
    static final int PROBE = 0;

    private record Waiting(int handle, long sinceNanos) {
    }

    private final int stride;
    private final int first;
    /** By handle divided by the stride. */
    private final byte[] states;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private int neverUsed;
    private int used;

    /** All handles but the probe's. */
    public Handles() {
        this(0, 1);
    }

    /**
     * One of several shares of the handles: those that leave the same remainder as {@code first}, divided by {@code
     * stride}. Never the probe's.
     *
     * @param first 0 or more
     * @param stride how many shares there are, 1 to {@link #MAX}
     * @throws IllegalArgumentException if either is out of range
     */
    public Handles(int first, int stride) {
        if (first < 0) {
            throw new IllegalArgumentException("first: negative: " + first);
        }
        if (stride < 1 || stride > MAX) {
            throw new IllegalArgumentException("stride: not within 1 to " + MAX + ": " + stride);
        }
        this.stride = stride;
        int remainder = first % stride;
        this.first = remainder == PROBE ? PROBE + stride : remainder;
        neverUsed = this.first;
        states = new byte[MAX / stride + 1];
    }

    /** A handle for a new session; none while all are in use or wait. */
    public OptionalInt take(long nowNanos) {
        int handle;
        if (neverUsed <= MAX) {
            handle = neverUsed;
            neverUsed += stride;
        } else if (!waiting.isEmpty() && nowNanos - waiting.peek().sinceNanos >= QUARANTINE_NANOS) {
            handle = waiting.remove().handle;
        } else {
            return OptionalInt.empty();
        }
        states[handle / stride] = USED;
        used++;
        return OptionalInt.of(handle);
    }

    /** The session's rules are on their way out. */
    public void leaving(int handle) {
        move(handle, USED, LEAVING);
    }

    /** The switch has confirmed that all the session's rules are gone. */
    public void gone(int handle, long nowNanos) {
        move(handle, LEAVING, WAITING);
        waiting.add(new Waiting(handle, nowNanos));
        used--;
    }

    /** The switch has no rules of any session, confirmed: after a restart of it, or a deletion of everything. */
    public void allGone(long nowNanos) {
        for (int handle = first; handle < neverUsed; handle += stride) {
            if (states[handle / stride] == USED) {
                leaving(handle);
            }
            if (states[handle / stride] == LEAVING) {
                gone(handle, nowNanos);
            }
        }
    }

    /** Handles of sessions whose rules are, or may still be, in the switch. */
    public int used() {
        return used;
    }

    private void move(int handle, byte from, byte to) {
        if (handle < 0 || handle > MAX || handle % stride != first % stride || states[handle / stride] != from) {
            throw new IllegalStateException("handle " + handle + " is not "
                    + (from == USED ? "in use" : "of a session whose rules are leaving"));
        }
        states[handle / stride] = to;
    }
}
