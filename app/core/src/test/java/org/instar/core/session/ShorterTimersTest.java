// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.instar.core.Protocol;
import org.instar.core.rule.RuleSet;
import org.instar.core.rule.SubscriberLimits;
import org.instar.core.rule.Timer;
import org.instar.core.rule.TimerConfig;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShorterTimersTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int FAR_MILLIS = 100_000_000;
    private static final TimerConfig TIMERS = TimerConfig.defaults().permittingShort()
            .with(Timer.UDP, 10).withUdpPort(53, 3).with(Timer.ICMP, 20).with(Timer.TCP_OPENING, 8)
            .with(Timer.TCP_CLOSING, 30).with(Timer.TCP_ESTABLISHED, 100);

    private final ShardState state = new ShardState(new KeyedHash(new Random(1)::nextLong),
            List.of(Prefix64.parse("64:ff9b::/96")), RuleSet.of(List.of(), TIMERS, SubscriberLimits.NONE), 0);
    private final SessionTable sessions = state.sessions();
    private final ShorterTimers shorter = state.shorterTimers();

    private int session(Protocol protocol, int clientPort, int remotePort) {
        int rule = state.rules().numberOf(state.rules().current().staticBindingRule());
        int binding = state.bib().create(protocol, 0x20010db8_00000000L, clientPort, clientPort, 0xc0000240, clientPort,
                false, false);
        int session = sessions.create(binding, 0xc6336407, remotePort, true, 0, rule, 0);
        state.rules().addSession(rule);
        state.wheel().schedule(session, 0, FAR_MILLIS);
        return session;
    }

    @ParameterizedTest
    @CsvSource({"UDP, 80, CLOSED, 10", "UDP, 53, CLOSED, 3", "ICMP, 0, CLOSED, 20", "TCP, 80, V4_INIT, 8",
        "TCP, 80, V6_INIT, 8", "TCP, 80, ESTABLISHED, 70", "TCP, 80, V4_FIN_RCV, 100", "TCP, 80, V6_FIN_RCV, 100",
        "TCP, 80, V6_FIN_V4_FIN_RCV, 30", "TCP, 80, TRANS, 30"})
    void aSessionHasWhatItsStateIsGiven(Protocol protocol, int remotePort, TcpState tcpState, int seconds) {
        int session = session(protocol, 4000, remotePort);
        sessions.setTcpState(session, tcpState);
        shorter.begin();
        shorter.slice(5 * SECOND);
        assertThat(sessions.deadlineMillis(session)).isEqualTo((5 + seconds) * 1000);
        assertThat(state.wheel().holds(session)).isTrue();
        List<Integer> expired = new ArrayList<>();
        state.wheel().advance((5 + seconds) * SECOND - 1, 10, expired::add);
        assertThat(expired).isEmpty();
        state.wheel().advance((6 + seconds) * SECOND, 10, expired::add);
        assertThat(expired).containsExactly(session);
    }

    @Test
    void aNearerDeadlineStays() {
        int session = session(Protocol.UDP, 4000, 80);
        state.wheel().schedule(session, 0, FAR_MILLIS);
        sessions.setDeadlineMillis(session, 9_000);
        shorter.begin();
        shorter.slice(0);
        assertThat(sessions.deadlineMillis(session)).isEqualTo(9_000);
    }

    @Test
    void looksAtSoManyInOneGoAndAtEachOnce() {
        int count = 2 * ShorterTimers.SLICE + 5;
        IntStream.range(0, count).forEach(i -> session(Protocol.UDP, 1024 + i, 80));
        assertThat(shorter.nextSliceNanos()).as("nothing to do").isEqualTo(Long.MAX_VALUE);
        shorter.slice(0);
        assertThat(moved()).isZero();

        shorter.begin();
        assertThat(shorter.nextSliceNanos()).as("due").isLessThanOrEqualTo(0);
        shorter.slice(SECOND);
        assertThat(moved()).isEqualTo(ShorterTimers.SLICE);
        assertThat(shorter.nextSliceNanos()).as("packets may come between, then at once").isEqualTo(SECOND);
        sessions.remove(cancelled(count));
        shorter.slice(SECOND);
        shorter.slice(SECOND);
        assertThat(moved()).isEqualTo(count - 1);
        assertThat(shorter.nextSliceNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aChangeDuringAWalkBeginsAnew() {
        IntStream.range(0, ShorterTimers.SLICE + 1).forEach(i -> session(Protocol.UDP, 1024 + i, 80));
        shorter.begin();
        shorter.slice(0);
        state.rules().change(RuleSet.of(List.of(), TIMERS.with(Timer.UDP, 5), SubscriberLimits.NONE));
        shorter.begin();
        shorter.slice(0);
        shorter.slice(0);
        assertThat(IntStream.rangeClosed(1, sessions.highest()).map(sessions::deadlineMillis)).containsOnly(5000);
    }

    private int cancelled(int session) {
        state.wheel().cancel(session);
        return session;
    }

    private long moved() {
        return IntStream.rangeClosed(1, sessions.highest())
                .filter(session -> sessions.isSession(session) && sessions.deadlineMillis(session) != FAR_MILLIS)
                .count();
    }
}
