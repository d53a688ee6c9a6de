// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1000 * MILLI;
    private static final long TICK = MILLI << TimerWheel.TICK_SHIFT;
    private static final int ALL = 1_000_000;
    /** Days until the 32 bits of milliseconds wrap, in nanoseconds. */
    private static final long WRAP = MILLI << 32;

    private final SessionFixture tables = new SessionFixture();
    private final TimerWheel wheel = tables.wheel;
    private final List<Integer> expired = new ArrayList<>();

    @Test
    void expiresWithinATickOfTheDeadlineAndNotBefore() {
        int session = tables.session();
        wheel.schedule(session, 0, 5000);

        assertThat(wheel.advance(5 * SECOND - 1, ALL, expired::add)).isTrue();
        assertThat(expired).isEmpty();
        wheel.advance(5 * SECOND + TICK, ALL, expired::add);
        assertThat(expired).containsExactly(session);
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aDeadlineOnATickIsNotRoundedDownByTheNanosecondsOfNow() {
        int session = tables.session();
        wheel.schedule(session, MILLI - 1, 128);
        wheel.advance(128 * MILLI, ALL, expired::add);
        assertThat(expired).as("a millisecond less a nanosecond too early").isEmpty();
        wheel.advance(256 * MILLI, ALL, expired::add);
        assertThat(expired).containsExactly(session);
    }

    @Test
    void aLaterDeadlinePutsOffAndAnEarlierOneBringsForward() {
        int session = tables.session();
        wheel.schedule(session, 0, 5000);
        wheel.schedule(session, 0, 9000);
        wheel.advance(8 * SECOND, ALL, expired::add);
        assertThat(expired).isEmpty();

        wheel.schedule(session, 8 * SECOND, 500);
        wheel.advance(8 * SECOND + SECOND / 2 + TICK, ALL, expired::add);
        assertThat(expired).containsExactly(session);
    }

    @Test
    void deadlinesBeyondOneTurnOfTheWheelAndLongSilencesAreKept() {
        int far = tables.session();
        int near = tables.session();
        wheel.schedule(far, 0, 7_440_000);
        wheel.schedule(near, 0, 100_000);
        wheel.advance(7000 * SECOND, ALL, expired::add);
        assertThat(expired).containsExactly(near);
        wheel.advance(7440 * SECOND + TICK, ALL, expired::add);
        assertThat(expired).containsExactly(near, far);
    }

    @Test
    void anExpiredSessionMayBeScheduledAgainAndOthersCancelledMeanwhile() {
        int first = tables.session();
        int second = tables.session();
        wheel.schedule(first, 0, 1000);
        wheel.schedule(second, 0, 1000);
        wheel.advance(2 * SECOND, ALL, session -> {
            expired.add(session);
            wheel.cancel(session == first ? second : first);
            wheel.schedule(session, 2 * SECOND, 1000);
        });
        assertThat(expired).hasSize(1);
        assertThat(wheel.size()).isEqualTo(1);
        wheel.advance(4 * SECOND, ALL, expired::add);
        assertThat(expired).hasSize(2);
    }

    @Test
    void aMassExpiryIsHandedOutInPartsInOrderOfTime() {
        for (int i = 0; i < 1000; i++) {
            wheel.schedule(tables.session(), 0, 1000);
        }
        int late = tables.session();
        wheel.schedule(late, 0, 2000);
        assertThat(wheel.advance(3 * SECOND, 400, expired::add)).isFalse();
        assertThat(expired).hasSize(400);
        assertThat(wheel.nextTickNanos()).as("there is work at once").isLessThanOrEqualTo(3 * SECOND);
        assertThat(wheel.nextTickNanos()).as("the tick that isn't done").isGreaterThanOrEqualTo(SECOND);
        assertThat(wheel.advance(3 * SECOND, 400, expired::add)).isFalse();
        assertThat(wheel.advance(3 * SECOND, 400, expired::add)).isTrue();
        assertThat(expired).hasSize(1001).doesNotHaveDuplicates().endsWith(late);
    }

    @Test
    void lookingAtSessionsWhoseDeadlineWasPutOffIsBoundedToo() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            int session = tables.session();
            all.add(session);
            wheel.schedule(session, 0, 1000);
            wheel.schedule(session, 0, 60_000);
        }
        int calls = 1;
        while (!wheel.advance(2 * SECOND, 10, expired::add)) {
            calls++;
        }
        assertThat(calls).isBetween(25, 27);
        assertThat(expired).isEmpty();
        wheel.advance(61 * SECOND, ALL, expired::add);
        assertThat(expired).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void aSessionPutBackIntoAPassedTickExpiresAtTheNext() {
        int session = tables.session();
        wheel.advance(10 * SECOND, ALL, expired::add);
        wheel.schedule(session, 9 * SECOND, 100);
        wheel.advance(10 * SECOND + TICK, ALL, expired::add);
        assertThat(expired).containsExactly(session);
    }

    /**
     * Against the simplest model: a map of deadlines, all looked at every time; also where the clock's 32 bits wrap.
     */
    @Property(tries = 300)
    void agreesWithAMapOfDeadlines(@ForAll @Size(max = 80) List<@IntRange(max = 4_000_000) Integer> steps,
            @ForAll @LongRange(min = -1_000_000_000L, max = 1_000_000_000L) long origin,
            @ForAll @IntRange(max = 3) int halfWraps) {
        SessionFixture checkedTables = new SessionFixture(origin);
        TimerWheel checked = checkedTables.wheel;
        List<Integer> sessions = new ArrayList<>();
        Map<Integer, Long> deadlines = new HashMap<>();
        long now = origin + halfWraps * (WRAP / 2) - 2_000_000 * MILLI * Math.min(halfWraps, 1);
        checked.advance(now, ALL, session -> { });
        for (int step : steps) {
            int amountMillis = step >> 2;
            switch (step & 3) {
                case 0:
                    sessions.add(checkedTables.session());
                    schedule(checked, sessions.get(sessions.size() - 1), now, amountMillis, deadlines);
                    break;
                case 1:
                    if (!sessions.isEmpty()) {
                        schedule(checked, sessions.get(step % sessions.size()), now, amountMillis, deadlines);
                    }
                    break;
                case 2:
                    if (!sessions.isEmpty()) {
                        deadlines.remove(sessions.get(step % sessions.size()));
                        checked.cancel(sessions.get(step % sessions.size()));
                    }
                    break;
                default:
                    now += amountMillis * MILLI + step;
                    long current = now;
                    assertThat(checked.advance(now, ALL, session ->
                            assertThat(deadlines.remove(session)).as("never early").isNotNull()
                                    .isLessThanOrEqualTo(current))).isTrue();
                    assertThat(deadlines.values()).as("at most a tick late")
                            .allMatch(deadline -> deadline > current - TICK - MILLI);
            }
            assertThat(checked.size()).isEqualTo(deadlines.size());
        }
    }

    private static void schedule(TimerWheel wheel, int session, long now, int afterMillis,
            Map<Integer, Long> deadlines) {
        wheel.schedule(session, now, afterMillis);
        deadlines.put(session, now + afterMillis * MILLI);
    }
}
