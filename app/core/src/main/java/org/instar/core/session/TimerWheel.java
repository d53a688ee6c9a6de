// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.function.Consumer;

/**
 * A hashed timer wheel (Varghese and Lauck, 1987). Putting an entry off costs a store: it is moved only when its old
 * slot comes round. Entries are linked through themselves. NOT thread safe.
 *
 * @param <E> what is timed
 */
public final class TimerWheel<E extends TimerWheel.Entry> {

    /** What a wheel can hold: a deadline and its place in a slot's ring. */
    public abstract static class Entry {

        private long deadlineNanos;
        private long tick;
        private Entry previous;
        private Entry next;

        /** When the entry expires, on the clock that drives the wheel. */
        public final long deadlineNanos() {
            return deadlineNanos;
        }

        private void unlink() {
            previous.next = next;
            next.previous = previous;
            previous = null;
            next = null;
        }

        private void linkBefore(Entry other) {
            next = other;
            previous = other.previous;
            previous.next = this;
            other.previous = this;
        }
    }

    private static final class Ring extends Entry {

        Ring() {
            clear();
        }

        void clear() {
            ((Entry) this).previous = this;
            ((Entry) this).next = this;
        }

        boolean isEmpty() {
            return ((Entry) this).next == this;
        }

        Entry first() {
            return ((Entry) this).next;
        }

        /** Moves all entries of another ring behind those of this one. */
        void takeAll(Ring other) {
            if (!other.isEmpty()) {
                Entry first = ((Entry) other).next;
                Entry last = ((Entry) other).previous;
                Entry before = ((Entry) this).previous;
                before.next = first;
                first.previous = before;
                last.next = this;
                ((Entry) this).previous = last;
                other.clear();
            }
        }
    }

    /** 134 ms: fine enough for timers in seconds. */
    static final int TICK_SHIFT = 27;
    private static final int SLOTS = 4096;

    private final Ring[] slots = new Ring[SLOTS];
    private final Ring due = new Ring();
    private long currentTick;
    private int size;

    public TimerWheel(long nowNanos) {
        currentTick = nowNanos >> TICK_SHIFT;
        for (int i = 0; i < SLOTS; i++) {
            slots[i] = new Ring();
        }
    }

    /** Sets an entry's deadline, whether it is in the wheel already or not. */
    public void schedule(E entry, long deadlineNanos) {
        Entry timed = entry;
        timed.deadlineNanos = deadlineNanos;
        if (timed.next == null) {
            size++;
            link(timed);
        } else if (tickOf(deadlineNanos) < timed.tick) {
            timed.unlink();
            link(timed);
        }
    }

    /** Takes an entry out; nothing happens when it isn't in. */
    public void cancel(E entry) {
        Entry timed = entry;
        if (timed.next != null) {
            timed.unlink();
            size--;
        }
    }

    /**
     * Hands out, and takes out, every entry whose deadline has passed. It may be scheduled again at once. Should the
     * consumer throw, the entries after that one are handed out the next time.
     */
    @SuppressWarnings("unchecked")
    public void advance(long nowNanos, Consumer<E> expired) {
        long nowTick = nowNanos >> TICK_SHIFT;
        long first = Math.max(currentTick + 1, nowTick - SLOTS + 1);
        for (long tick = first; tick <= nowTick; tick++) {
            currentTick = tick;
            due.takeAll(slots[(int) tick & SLOTS - 1]);
            while (!due.isEmpty()) {
                Entry entry = due.first();
                entry.unlink();
                if (entry.tick <= nowTick && entry.deadlineNanos <= nowNanos) {
                    size--;
                    expired.accept((E) entry);
                } else {
                    link(entry);
                }
            }
        }
        currentTick = Math.max(currentTick, nowTick);
    }

    /** When {@link #advance} has something to look at again; Long.MAX_VALUE when the wheel is empty. */
    public long nextTickNanos() {
        return size == 0 ? Long.MAX_VALUE : currentTick + 1 << TICK_SHIFT;
    }

    public int size() {
        return size;
    }

    /** Puts an entry into the slot of the first tick at or after its deadline, never one that has passed. */
    private void link(Entry entry) {
        entry.tick = Math.max(tickOf(entry.deadlineNanos), currentTick + 1);
        entry.linkBefore(slots[(int) entry.tick & SLOTS - 1]);
    }

    private static long tickOf(long deadlineNanos) {
        return deadlineNanos + (1L << TICK_SHIFT) - 1 >> TICK_SHIFT;
    }
}
