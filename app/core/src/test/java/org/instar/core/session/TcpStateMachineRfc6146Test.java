// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.instar.core.rule.TimerConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("RFC 6146 §3.5.2.2: state machine for TCP processing")
class TcpStateMachineRfc6146Test {

    /**
     * Every cell: the next state and the lifetime. {@code .} stays with its lifetime unchanged; EST, HALF,
     * OPEN and CLOSE are TCP_EST, the whole of a half-closed connection, and TCP_TRANS of either kind.
     */
    private static final String TABLE = ""
            + "state             V6_SYN      V4_SYN      V6_SYN_ACK  V4_SYN_ACK  V6_FIN     V4_FIN     V6_RST      "
            + "V4_RST      V6_OTHER    V4_OTHER\n"
            + "CLOSED            V6I,OPEN    V4I,OPEN    .           .           .          .          .           "
            + ".           .           .\n"
            + "V4_INIT           E,EST       .           E,EST       .           .          .          .           "
            + ".           .           .\n"
            + "V6_INIT           V6I,OPEN    E,EST       V6I,OPEN    E,EST       .          .          .           "
            + ".           .           .\n"
            + "ESTABLISHED       E,EST       E,EST       E,EST       E,EST       V6F,HALF   V4F,HALF   T,CLOSE     "
            + "T,CLOSE     E,EST       E,EST\n"
            + "V4_FIN_RCV        V4F,HALF    V4F,HALF    V4F,HALF    V4F,HALF    B,CLOSE    V4F,HALF   T,CLOSE     "
            + "T,CLOSE     V4F,HALF    V4F,HALF\n"
            + "V6_FIN_RCV        V6F,HALF    V6F,HALF    V6F,HALF    V6F,HALF    V6F,HALF   B,CLOSE    T,CLOSE     "
            + "T,CLOSE     V6F,HALF    V6F,HALF\n"
            + "V6_FIN_V4_FIN_RCV V6I,OPEN    .           .           .           .          .          .           "
            + ".           .           .\n"
            + "TRANS             E,EST       E,EST       E,EST       E,EST       E,EST      E,EST      .           "
            + ".           E,EST       E,EST\n";

    private static final String FIGURE = String.join("\n",
            "                                     +------------------------------+",
            "                                     v                              |",
            "                    V6           +------+       V4                  |",
            "              +-----SYN----------|CLOSED|------SYN------+           |",
            "              |                  +------+               |           |",
            "              |                     ^                   |           |",
            "              v                     | TCP_TRANS T.O.    v           |",
            "          +-------+            +-------+            +-------+       |",
            "          |V6 INIT|            | TRANS |            |V4 INIT|       |",
            "          +-------+            +-------+            +-------+       |",
            "              |             data |    ^ V4, V6 RST      |           |",
            "              |                  |    | TCP_EST T.O.    |           |",
            "           V4 SYN                v    |              V6 SYN         |",
            "              |            +--------------+             |           |",
            "              +----------->| ESTABLISHED  |<------------+           |",
            "                           +--------------+                         |",
            "                             |          |                           |",
            "                          V4 FIN     V6 FIN                         |",
            "                             v          v                           |",
            "                      +----------+   +----------+                   |",
            "                      |V4 FIN RCV|   |V6 FIN RCV|                   |",
            "                      +----------+   +----------+                   |",
            "                             |          |                           |",
            "                          V6 FIN     V4 FIN                         |",
            "                             v          v                           |",
            "                        +-------------------+   TCP_TRANS T.O.      |",
            "                        |V4 FIN + V6 FIN RCV|-----------------------+",
            "                        +-------------------+", "");

    static List<Arguments> cells() {
        String[] rows = TABLE.split("\n");
        String[] events = rows[0].trim().split(" +");
        List<Arguments> cells = new ArrayList<>();
        for (int row = 1; row < rows.length; row++) {
            String[] words = rows[row].trim().split(" +");
            TcpState state = TcpState.valueOf(words[0]);
            for (int i = 1; i < events.length; i++) {
                String[] cell = words[i].split(",");
                cells.add(words[i].equals(".")
                        ? Arguments.of(state, TcpEvent.valueOf(events[i]), state, Lifetime.UNCHANGED)
                        : Arguments.of(state, TcpEvent.valueOf(events[i]), state(cell[0]), lifetime(cell[1])));
            }
        }
        return cells;
    }

    private static TcpState state(String word) {
        switch (word) {
            case "V6I":
                return TcpState.V6_INIT;
            case "V4I":
                return TcpState.V4_INIT;
            case "E":
                return TcpState.ESTABLISHED;
            case "V6F":
                return TcpState.V6_FIN_RCV;
            case "V4F":
                return TcpState.V4_FIN_RCV;
            case "B":
                return TcpState.V6_FIN_V4_FIN_RCV;
            default:
                assertThat(word).isEqualTo("T");
                return TcpState.TRANS;
        }
    }

    private static Lifetime lifetime(String word) {
        switch (word) {
            case "EST":
                return Lifetime.TCP_ESTABLISHED;
            case "HALF":
                return Lifetime.TCP_HALF_CLOSED;
            case "OPEN":
                return Lifetime.TCP_OPENING;
            default:
                assertThat(word).isEqualTo("CLOSE");
                return Lifetime.TCP_CLOSING;
        }
    }

    @ParameterizedTest(name = "{0} --{1}--> {2}, {3}")
    @MethodSource("cells")
    @DisplayName("every state and event")
    void transitions(TcpState state, TcpEvent event, TcpState next, Lifetime lifetime) {
        assertThat(TcpStateMachine.next(state, event)).isEqualTo(next);
        assertThat(TcpStateMachine.lifetime(state, event)).isEqualTo(lifetime);
    }

    @Test
    @DisplayName("the table above leaves no cell out")
    void complete() {
        assertThat(cells()).hasSize(TcpState.values().length * TcpEvent.values().length);
        assertThat(cells()).extracting(cell -> cell.get()[0] + " " + cell.get()[1]).doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({"V4_INIT, CLOSED", "V6_INIT, CLOSED", "ESTABLISHED, TRANS", "V4_FIN_RCV, CLOSED", "V6_FIN_RCV, CLOSED",
        "V6_FIN_V4_FIN_RCV, CLOSED", "TRANS, CLOSED"})
    @DisplayName("time is over: an established session is probed and has TCP_TRANS left, all others end")
    void timeouts(TcpState state, TcpState next) {
        assertThat(TcpStateMachine.afterTimeout(state)).isEqualTo(next);
    }

    @Test
    @DisplayName("no packet leads to CLOSED; only time does")
    void noPacketCloses() {
        for (TcpState state : EnumSet.complementOf(EnumSet.of(TcpState.CLOSED))) {
            for (TcpEvent event : TcpEvent.values()) {
                assertThat(TcpStateMachine.next(state, event)).isNotEqualTo(TcpState.CLOSED);
            }
        }
    }

    @Test
    @DisplayName("a change of state always says what becomes of the lifetime")
    void everyChangeHasALifetime() {
        for (TcpState state : TcpState.values()) {
            for (TcpEvent event : TcpEvent.values()) {
                if (TcpStateMachine.next(state, event) != state) {
                    assertThat(TcpStateMachine.lifetime(state, event)).as(state + " " + event)
                            .isNotEqualTo(Lifetime.UNCHANGED);
                }
            }
        }
    }

    @Test
    @DisplayName("the figure says what the table does")
    void figure() {
        assertThat(TcpStateMachine.figure()).isEqualTo(FIGURE);
    }

    @Test
    @DisplayName("RFC 7857 §2.2: a RST after one FIN leads to TRANS and four minutes, not to two hours")
    void resetAfterOneFin() {
        for (TcpState state : EnumSet.of(TcpState.V4_FIN_RCV, TcpState.V6_FIN_RCV)) {
            for (TcpEvent reset : EnumSet.of(TcpEvent.V4_RST, TcpEvent.V6_RST)) {
                assertThat(TcpStateMachine.next(state, reset)).isEqualTo(TcpState.TRANS);
                assertThat(TcpStateMachine.lifetime(state, reset).millis(TimerConfig.defaults(), 80))
                        .isEqualTo(240_000);
            }
        }
    }

    @Test
    @DisplayName("RFC 5382 REQ-5: the FIN that leaves ESTABLISHED is a sign of life, and half-closed is not "
            + "idle for less")
    void finIsASignOfLife() {
        for (TcpEvent fin : EnumSet.of(TcpEvent.V4_FIN, TcpEvent.V6_FIN)) {
            assertThat(TcpStateMachine.lifetime(TcpState.ESTABLISHED, fin).millis(TimerConfig.defaults(), 80))
                    .as("2 hours 4 minutes").isEqualTo(7_440_000);
        }
    }

    @Test
    @DisplayName("RFC 5382 REQ-2: a new SYN of the client after both FINs opens anew; a SYN ACK and the "
            + "other side's don't")
    void reuseAfterBothFins() {
        TcpState both = TcpState.V6_FIN_V4_FIN_RCV;
        assertThat(TcpStateMachine.next(both, TcpEvent.V6_SYN)).isEqualTo(TcpState.V6_INIT);
        assertThat(TcpStateMachine.next(both, TcpEvent.V6_SYN_ACK)).isEqualTo(both);
        assertThat(TcpStateMachine.next(both, TcpEvent.V4_SYN)).isEqualTo(both);
    }

    @Test
    @DisplayName("RFC 5382 §4.3, RFC 6146 §3.5.2.2: only a SYN without ACK opens; the echo of a SYN flood "
            + "makes no state")
    void onlyAPureSynOpens() {
        assertThat(TcpStateMachine.next(TcpState.CLOSED, TcpEvent.V4_SYN_ACK)).isEqualTo(TcpState.CLOSED);
        assertThat(TcpStateMachine.next(TcpState.CLOSED, TcpEvent.V6_SYN_ACK)).isEqualTo(TcpState.CLOSED);
    }

    @Test
    @DisplayName("RFC 6146 §4: TCP_EST and TCP_TRANS make up the time of an established session, 2 hours 4 minutes")
    void lifetimes() {
        TimerConfig timers = TimerConfig.defaults().withUdpPort(53, 10);
        assertThat(Lifetime.TCP_ESTABLISHED.millis(timers, 80) + Lifetime.TCP_CLOSING.millis(timers, 80))
                .isEqualTo(7_440_000);
        assertThat(Lifetime.TCP_OPENING.millis(timers, 80)).isEqualTo(240_000);
        assertThat(Lifetime.UDP.millis(timers, 5353)).isEqualTo(300_000);
        assertThat(Lifetime.UDP.millis(timers, 53)).isEqualTo(10_000);
        assertThat(Lifetime.ICMP.millis(timers, 0)).isEqualTo(60_000);
    }

    @Test
    @DisplayName("a segment with several flags counts as RST, then FIN, then SYN")
    void flags() {
        Set<TcpEvent> seen = EnumSet.noneOf(TcpEvent.class);
        for (int flags = 0; flags < 64; flags++) {
            for (boolean from6 : new boolean[] {true, false}) {
                TcpEvent event = TcpEvent.of(flags, from6);
                boolean ack = (flags & 16) != 0;
                String kind = (flags & 4) != 0 ? "RST" : (flags & 1) != 0 ? "FIN"
                        : (flags & 2) == 0 ? "OTHER" : ack ? "SYN_ACK" : "SYN";
                assertThat(event).hasToString((from6 ? "V6_" : "V4_") + kind);
                assertThat(event.from6()).isEqualTo(from6);
                seen.add(event);
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(TcpEvent.values());
    }
}
