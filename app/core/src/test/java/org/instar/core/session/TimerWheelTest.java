// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TimerWheelTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long TICK = 1L << TimerWheel.TICK_SHIFT;

    private static final class Timed extends TimerWheel.Entry {
    }

    private final TimerWheel<Timed> wheel = new TimerWheel<>(0);
    private final List<Timed> expired = new ArrayList<>();

    @Test
    void expiresWithinATickOfTheDeadlineAndNotBefore() {
        Timed entry = new Timed();
        wheel.schedule(entry, 5 * SECOND);

        wheel.advance(5 * SECOND - 1, expired::add);
        assertThat(expired).isEmpty();
        wheel.advance(5 * SECOND + TICK, expired::add);
        assertThat(expired).containsExactly(entry);
        assertThat(wheel.size()).isZero();
        assertThat(wheel.nextTickNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aLaterDeadlinePutsOffAndAnEarlierOneBringsForward() {
        Timed entry = new Timed();
        wheel.schedule(entry, 5 * SECOND);
        wheel.schedule(entry, 9 * SECOND);
        wheel.advance(8 * SECOND, expired::add);
        assertThat(expired).isEmpty();

        wheel.schedule(entry, 8 * SECOND + SECOND / 2);
        wheel.advance(8 * SECOND + SECOND / 2 + TICK, expired::add);
        assertThat(expired).containsExactly(entry);
    }

    @Test
    void deadlinesBeyondOneTurnOfTheWheelAndLongSilencesAreKept() {
        Timed far = new Timed();
        Timed near = new Timed();
        wheel.schedule(far, 7440 * SECOND);
        wheel.schedule(near, 100 * SECOND);
        wheel.advance(7000 * SECOND, expired::add);
        assertThat(expired).containsExactly(near);
        wheel.advance(7440 * SECOND + TICK, expired::add);
        assertThat(expired).containsExactly(near, far);
    }

    @Test
    void anExpiredEntryMayBeScheduledAgainAndOthersCancelledMeanwhile() {
        Timed first = new Timed();
        Timed second = new Timed();
        wheel.schedule(first, SECOND);
        wheel.schedule(second, SECOND);
        wheel.advance(2 * SECOND, entry -> {
            expired.add(entry);
            wheel.cancel(entry == first ? second : first);
            wheel.schedule(entry, 3 * SECOND);
        });
        assertThat(expired).hasSize(1);
        assertThat(wheel.size()).isEqualTo(1);
        wheel.advance(4 * SECOND, expired::add);
        assertThat(expired).hasSize(2);
    }

    /** Against the simplest model: a set of entries, each looked at every time. */
    @Property(tries = 200)
    void agreesWithASetOfDeadlines(@ForAll @Size(max = 60) List<@IntRange(max = 4_000_000) Integer> steps) {
        TimerWheel<Timed> checked = new TimerWheel<>(0);
        List<Timed> entries = new ArrayList<>();
        Set<Timed> waiting = new HashSet<>();
        long now = 0;
        for (int step : steps) {
            long amount = (step >> 2) * 1_000_000L;
            Timed some = entries.isEmpty() ? null : entries.get(step % entries.size());
            switch (step & 3) {
                case 0:
                    Timed fresh = new Timed();
                    entries.add(fresh);
                    waiting.add(fresh);
                    checked.schedule(fresh, now + amount);
                    break;
                case 1:
                    if (some != null) {
                        waiting.add(some);
                        checked.schedule(some, now + amount);
                    }
                    break;
                case 2:
                    if (some != null) {
                        waiting.remove(some);
                        checked.cancel(some);
                    }
                    break;
                default:
                    now += amount;
                    long current = now;
                    checked.advance(now, entry -> {
                        assertThat(waiting.remove(entry)).isTrue();
                        assertThat(entry.deadlineNanos()).isLessThanOrEqualTo(current);
                    });
                    assertThat(waiting).allMatch(entry -> entry.deadlineNanos() > current - TICK);
            }
            assertThat(checked.size()).isEqualTo(waiting.size());
        }
    }
}
