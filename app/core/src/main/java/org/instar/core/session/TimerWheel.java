// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.function.IntConsumer;
import org.instar.core.table.RecordStore;

/**
 * The timers of a shard's sessions: a hashed wheel (Varghese and Lauck, 1987) whose slots are lists through the session
 * records. Putting a deadline off costs a store: the session is moved only when its old slot comes round. NOT thread
 * safe.
 *
 * <p>Deadlines are milliseconds since the table was made, in 32 bits that wrap after 49 days: only differences count,
 * and no timer is longer than half of that.
 */
public final class TimerWheel {

    /** 128 ms: fine enough for timers in seconds. */
    static final int TICK_SHIFT = 7;
    static final int SLOTS = 4096;

    /** Sessions looked at for each that may expire in one go; the others only move to a later slot. */
    private static final int LOOKS_PER_EXPIRY = 4;
    private static final long NANOS_PER_MILLI = SessionTable.NANOS_PER_MILLI;
    /** The list that {@link #advance} is working on. */
    private static final int DUE = SLOTS;

    private final SessionTable sessions;
    private final long originNanos;
    /** First session of each slot; a first session's previous is minus the slot's number, minus one. */
    private final int[] heads = new int[SLOTS + 1];
    private long currentTick;
    private int size;

    /** Begins where the clock of the table does. */
    public TimerWheel(SessionTable sessions) {
        this.sessions = sessions;
        this.originNanos = sessions.originNanos();
    }

    /** Sets when a session ends, whether it has a timer already or not. */
    public void schedule(int session, long nowNanos, int afterMillis) {
        if (sessions.postpone(session, nowNanos, afterMillis)) {
            return;
        }
        int deadline = sessions.deadlineMillis(nowNanos, afterMillis);
        if (sessions.isTimed(session)) {
            unlink(session);
        } else {
            sessions.setTimed(session, true);
            size++;
        }
        sessions.setDeadlineMillis(session, deadline);
        link(session, deadline);
    }

    /** Stops a session's timer; nothing happens when it doesn't run. */
    public void cancel(int session) {
        if (sessions.isTimed(session)) {
            unlink(session);
            sessions.setTimed(session, false);
            size--;
        }
    }

    /**
     * Hands out sessions whose time has come, their timers stopped. One may be scheduled again at once.
     *
     * @param most how many at most; the others are handed out by the next calls
     * @return whether all of them are out
     */
    public boolean advance(long nowNanos, int most, IntConsumer expired) {
        long nowTick = (nowNanos - originNanos) / NANOS_PER_MILLI >> TICK_SHIFT;
        int now = sessions.millis(nowNanos);
        int left = most;
        int looks = most * LOOKS_PER_EXPIRY;
        currentTick = Math.max(currentTick, nowTick - SLOTS);
        while (true) {
            for (int session = heads[DUE]; session != RecordStore.NONE; session = heads[DUE]) {
                if (left == 0 || looks-- == 0) {
                    return false;
                }
                unlink(session);
                int deadline = sessions.deadlineMillis(session);
                if (deadline - now <= 0) {
                    left--;
                    size--;
                    sessions.setTimed(session, false);
                    expired.accept(session);
                } else {
                    link(session, deadline);
                }
            }
            if (currentTick >= nowTick) {
                return true;
            }
            currentTick++;
            makeDue((int) currentTick & SLOTS - 1);
        }
    }

    private void makeDue(int slot) {
        int first = heads[slot];
        heads[slot] = RecordStore.NONE;
        heads[DUE] = first;
        if (first != RecordStore.NONE) {
            sessions.setTimerPrevious(first, -1 - DUE);
        }
    }

    /** When {@link #advance} has something to look at again; Long.MAX_VALUE when no timer runs. */
    public long nextTickNanos() {
        if (size == 0) {
            return Long.MAX_VALUE;
        }
        long tick = heads[DUE] != RecordStore.NONE ? currentTick : currentTick + 1;
        return originNanos + (tick << TICK_SHIFT) * NANOS_PER_MILLI;
    }

    /** Whether a session stands in the list of a slot, for checks. */
    public boolean holds(int session) {
        int previous = sessions.timerPrevious(session);
        int next = sessions.timerNext(session);
        return (previous < 0 ? heads[-1 - previous] : sessions.timerNext(previous)) == session
                && (next == RecordStore.NONE || sessions.timerPrevious(next) == session);
    }

    /** Timers that run. */
    public int size() {
        return size;
    }

    /** Puts a session into the slot of the first tick at or after its deadline, never one that has passed. */
    private void link(int session, int deadlineMillis) {
        int current = (int) (currentTick << TICK_SHIFT);
        int ticks = Math.max(deadlineMillis - current + (1 << TICK_SHIFT) - 1 >> TICK_SHIFT, 1);
        int slot = (int) currentTick + ticks & SLOTS - 1;
        int first = heads[slot];
        sessions.setTimerNext(session, first);
        sessions.setTimerPrevious(session, -1 - slot);
        if (first != RecordStore.NONE) {
            sessions.setTimerPrevious(first, session);
        }
        heads[slot] = session;
    }

    private void unlink(int session) {
        int next = sessions.timerNext(session);
        int previous = sessions.timerPrevious(session);
        if (previous < 0) {
            heads[-1 - previous] = next;
        } else {
            sessions.setTimerNext(previous, next);
        }
        if (next != RecordStore.NONE) {
            sessions.setTimerPrevious(next, previous);
        }
    }
}
