// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.instar.core.session.Lifetime.TCP_CLOSING;
import static org.instar.core.session.Lifetime.TCP_ESTABLISHED;
import static org.instar.core.session.Lifetime.TCP_HALF_CLOSED;
import static org.instar.core.session.Lifetime.TCP_OPENING;
import static org.instar.core.session.Lifetime.UNCHANGED;
import static org.instar.core.session.TcpEvent.V4_FIN;
import static org.instar.core.session.TcpEvent.V4_RST;
import static org.instar.core.session.TcpEvent.V4_SYN;
import static org.instar.core.session.TcpEvent.V4_SYN_ACK;
import static org.instar.core.session.TcpEvent.V6_FIN;
import static org.instar.core.session.TcpEvent.V6_RST;
import static org.instar.core.session.TcpEvent.V6_SYN;
import static org.instar.core.session.TcpEvent.V6_SYN_ACK;
import static org.instar.core.session.TcpState.CLOSED;
import static org.instar.core.session.TcpState.ESTABLISHED;
import static org.instar.core.session.TcpState.TRANS;
import static org.instar.core.session.TcpState.V4_FIN_RCV;
import static org.instar.core.session.TcpState.V4_INIT;
import static org.instar.core.session.TcpState.V6_FIN_RCV;
import static org.instar.core.session.TcpState.V6_FIN_V4_FIN_RCV;
import static org.instar.core.session.TcpState.V6_INIT;

/**
 * The state machine of RFC 6146 §3.5.2.2 as a table: state × event → next state and lifetime. A V4 SYN in CLOSED stands
 * for one whose destination has a BIB entry and that no filter stops; stored SYNs are {@link StoredSyns}' matter.
 *
 * <p>Where it differs from the letter of RFC 6146, with the reason:
 * <ul>
 * <li>a RST in a state with one FIN leads to TRANS and its four minutes (RFC 7857 §2.2), not to two hours;
 * <li>the FIN that leaves ESTABLISHED counts as a sign of life (RFC 5382 REQ-5), where RFC 6146 sets no lifetime;
 * <li>a new SYN of the client after both FINs opens the connection anew (RFC 5382 REQ-2): it would be cut otherwise;
 * <li>only a SYN without ACK opens a connection: a SYN ACK out of nothing is the echo of somebody's SYN flood.
 * </ul>
 */
public final class TcpStateMachine {

    private static final int EVENTS = TcpEvent.values().length;
    private static final TcpState[] NEXT = new TcpState[TcpState.values().length * EVENTS];
    private static final Lifetime[] LIFETIME = new Lifetime[NEXT.length];

    static {
        otherwise(CLOSED, CLOSED, UNCHANGED);
        on(CLOSED, V6_INIT, TCP_OPENING, V6_SYN);
        on(CLOSED, V4_INIT, TCP_OPENING, V4_SYN);

        otherwise(V4_INIT, V4_INIT, UNCHANGED);
        on(V4_INIT, ESTABLISHED, TCP_ESTABLISHED, V6_SYN, V6_SYN_ACK);

        otherwise(V6_INIT, V6_INIT, UNCHANGED);
        on(V6_INIT, ESTABLISHED, TCP_ESTABLISHED, V4_SYN, V4_SYN_ACK);
        on(V6_INIT, V6_INIT, TCP_OPENING, V6_SYN, V6_SYN_ACK);

        otherwise(ESTABLISHED, ESTABLISHED, TCP_ESTABLISHED);
        on(ESTABLISHED, V4_FIN_RCV, TCP_HALF_CLOSED, V4_FIN);
        on(ESTABLISHED, V6_FIN_RCV, TCP_HALF_CLOSED, V6_FIN);
        on(ESTABLISHED, TRANS, TCP_CLOSING, V4_RST, V6_RST);

        otherwise(V4_FIN_RCV, V4_FIN_RCV, TCP_HALF_CLOSED);
        on(V4_FIN_RCV, V6_FIN_V4_FIN_RCV, TCP_CLOSING, V6_FIN);
        on(V4_FIN_RCV, TRANS, TCP_CLOSING, V4_RST, V6_RST);

        otherwise(V6_FIN_RCV, V6_FIN_RCV, TCP_HALF_CLOSED);
        on(V6_FIN_RCV, V6_FIN_V4_FIN_RCV, TCP_CLOSING, V4_FIN);
        on(V6_FIN_RCV, TRANS, TCP_CLOSING, V4_RST, V6_RST);

        otherwise(V6_FIN_V4_FIN_RCV, V6_FIN_V4_FIN_RCV, UNCHANGED);
        on(V6_FIN_V4_FIN_RCV, V6_INIT, TCP_OPENING, V6_SYN);

        otherwise(TRANS, ESTABLISHED, TCP_ESTABLISHED);
        on(TRANS, TRANS, UNCHANGED, V4_RST, V6_RST);
    }

    private TcpStateMachine() {
    }

    /** The state that an event leads to. */
    public static TcpState next(TcpState state, TcpEvent event) {
        return NEXT[state.ordinal() * EVENTS + event.ordinal()];
    }

    /** What an event makes of the session's lifetime. */
    public static Lifetime lifetime(TcpState state, TcpEvent event) {
        return LIFETIME[state.ordinal() * EVENTS + event.ordinal()];
    }

    /**
     * The state after the lifetime of a session is over: TRANS for an established one, which is probed, else CLOSED.
     */
    public static TcpState afterTimeout(TcpState state) {
        return state == ESTABLISHED ? TRANS : CLOSED;
    }

    /** The machine drawn as in RFC 6146 §3.5.2.2; the words at the arrows are read from the table. */
    public static String figure() {
        return String.join("\n",
                "                                     +------------------------------+",
                "                                     v                              |",
                "                    V6           +------+       V4                  |",
                "              +-----" + at(CLOSED, V6_INIT) + "----------|CLOSED|------" + at(CLOSED, V4_INIT)
                        + "------+           |",
                "              |                  +------+               |           |",
                "              |                     ^                   |           |",
                "              v                     | " + over(TRANS) + "    v           |",
                "          +-------+            +-------+            +-------+       |",
                "          |V6 INIT|            | TRANS |            |V4 INIT|       |",
                "          +-------+            +-------+            +-------+       |",
                "              |             " + at(TRANS, ESTABLISHED) + " |    ^ V4, V6 " + at(ESTABLISHED, TRANS)
                        + "      |           |",
                "              |                  |    | " + over(ESTABLISHED) + "    |           |",
                "           V4 " + at(V6_INIT, ESTABLISHED) + "                v    |              V6 "
                        + at(V4_INIT, ESTABLISHED) + "         |",
                "              |            +--------------+             |           |",
                "              +----------->| ESTABLISHED  |<------------+           |",
                "                           +--------------+                         |",
                "                             |          |                           |",
                "                          V4 " + at(ESTABLISHED, V4_FIN_RCV) + "     V6 "
                        + at(ESTABLISHED, V6_FIN_RCV) + "                         |",
                "                             v          v                           |",
                "                      +----------+   +----------+                   |",
                "                      |V4 FIN RCV|   |V6 FIN RCV|                   |",
                "                      +----------+   +----------+                   |",
                "                             |          |                           |",
                "                          V6 " + at(V4_FIN_RCV, V6_FIN_V4_FIN_RCV) + "     V4 "
                        + at(V6_FIN_RCV, V6_FIN_V4_FIN_RCV) + "                         |",
                "                             v          v                           |",
                "                        +-------------------+   " + over(V6_FIN_V4_FIN_RCV) + "      |",
                "                        |V4 FIN + V6 FIN RCV|-----------------------+",
                "                        +-------------------+", "");
    }

    /** The decisive flag of the events that lead from one state to another. */
    private static String at(TcpState from, TcpState to) {
        StringBuilder flags = new StringBuilder();
        for (TcpEvent event : TcpEvent.values()) {
            if (next(from, event) == to) {
                String flag = event.name().substring(3).replace("_ACK", "");
                if (flags.indexOf(flag) < 0) {
                    flags.append(flags.length() == 0 ? "" : "/").append(flag);
                }
            }
        }
        return flags.length() > 3 ? "data" : flags.toString();
    }

    /** What ends when a state's lifetime is over, in RFC 6146's words: TCP_TRANS is both of {@link Lifetime}'s. */
    private static String over(TcpState state) {
        return state == ESTABLISHED ? "TCP_EST T.O." : "TCP_TRANS T.O.";
    }

    private static void on(TcpState state, TcpState next, Lifetime lifetime, TcpEvent... events) {
        for (TcpEvent event : events) {
            NEXT[state.ordinal() * EVENTS + event.ordinal()] = next;
            LIFETIME[state.ordinal() * EVENTS + event.ordinal()] = lifetime;
        }
    }

    private static void otherwise(TcpState state, TcpState next, Lifetime lifetime) {
        on(state, next, lifetime, TcpEvent.values());
    }
}
