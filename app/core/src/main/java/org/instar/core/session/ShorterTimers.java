// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import org.instar.core.rule.RuleNumbers;
import org.instar.core.table.RecordStore;

/**
 * Lets the sessions that are there follow timers that became shorter, without waiting for their next packets. It walks
 * them by their handles, a slice at a time, and brings forward each deadline that lies beyond now and the lifetime that
 * the session's state has by its rule. An idle session so lives no longer than its new lifetime after the walk came
 * by. Deadlines that could be later stay: what timers promised when the last packet came holds, the next packet puts
 * them off. NOT thread safe.
 */
public final class ShorterTimers {

    /** Sessions of one slice: well below a millisecond even when each is moved. */
    static final int SLICE = 1000;

    private final SessionTable sessions;
    private final TimerWheel wheel;
    private final RuleNumbers rules;
    /** The handle to go on with; 0: there is nothing to do. */
    private int next = RecordStore.NONE;
    private int last;
    private long nextSliceNanos = Long.MAX_VALUE;

    ShorterTimers(SessionTable sessions, TimerWheel wheel, RuleNumbers rules) {
        this.sessions = sessions;
        this.wheel = wheel;
        this.rules = rules;
    }

    /** Timers have changed: walks from the first session on, also when a walk is under way. */
    public void begin() {
        last = sessions.highest();
        next = last == RecordStore.NONE ? RecordStore.NONE : 1;
        nextSliceNanos = next == RecordStore.NONE ? Long.MAX_VALUE : sessions.originNanos();
    }

    /** Goes through the next {@link #SLICE} sessions, if there is something to do. */
    public void slice(long nowNanos) {
        if (next == RecordStore.NONE) {
            return;
        }
        int end = Math.min(last, next + SLICE - 1);
        for (int session = next; session <= end; session++) {
            if (sessions.isSession(session)) {
                follow(session, nowNanos);
            }
        }
        next = end == last ? RecordStore.NONE : end + 1;
        nextSliceNanos = next == RecordStore.NONE ? Long.MAX_VALUE : nowNanos;
    }

    private void follow(int session, long nowNanos) {
        int millis = Lifetime.of(sessions.protocol(session), sessions.tcpState(session))
                .millis(rules.rule(sessions.rule(session)).timers(), sessions.remotePort(session));
        // one more: a deadline is rounded up
        if (sessions.deadlineMillis(session) - sessions.millis(nowNanos) > millis + 1) {
            wheel.schedule(session, nowNanos, millis);
        }
    }

    /** When {@link #slice} has something to do: a time that is past, or Long.MAX_VALUE. */
    public long nextSliceNanos() {
        return nextSliceNanos;
    }
}
