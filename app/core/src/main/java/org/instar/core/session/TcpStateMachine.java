// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import static org.instar.core.session.Lifetime.TCP_ESTABLISHED;
import static org.instar.core.session.Lifetime.TCP_TRANSITORY;
import static org.instar.core.session.Lifetime.UNCHANGED;
import static org.instar.core.session.TcpEvent.V4_FIN;
import static org.instar.core.session.TcpEvent.V4_SYN;
import static org.instar.core.session.TcpEvent.V6_FIN;
import static org.instar.core.session.TcpEvent.V6_SYN;
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
 * for one whose destination has a BIB entry and isn't filtered.
 */
public final class TcpStateMachine {

    private static final int EVENTS = TcpEvent.values().length;
    private static final TcpState[] NEXT = new TcpState[TcpState.values().length * EVENTS];
    private static final Lifetime[] LIFETIME = new Lifetime[NEXT.length];

    static {
        otherwise(CLOSED, CLOSED, UNCHANGED);
        on(CLOSED, V6_SYN, V6_INIT, TCP_TRANSITORY);
        on(CLOSED, V4_SYN, V4_INIT, TCP_TRANSITORY);

        otherwise(V4_INIT, V4_INIT, UNCHANGED);
        on(V4_INIT, V6_SYN, ESTABLISHED, TCP_ESTABLISHED);

        otherwise(V6_INIT, V6_INIT, UNCHANGED);
        on(V6_INIT, V4_SYN, ESTABLISHED, TCP_ESTABLISHED);
        on(V6_INIT, V6_SYN, V6_INIT, TCP_TRANSITORY);

        otherwise(ESTABLISHED, ESTABLISHED, TCP_ESTABLISHED);
        on(ESTABLISHED, V4_FIN, V4_FIN_RCV, UNCHANGED);
        on(ESTABLISHED, V6_FIN, V6_FIN_RCV, UNCHANGED);
        onRst(ESTABLISHED, TRANS, TCP_TRANSITORY);

        otherwise(V4_FIN_RCV, V4_FIN_RCV, TCP_ESTABLISHED);
        on(V4_FIN_RCV, V6_FIN, V6_FIN_V4_FIN_RCV, TCP_TRANSITORY);

        otherwise(V6_FIN_RCV, V6_FIN_RCV, TCP_ESTABLISHED);
        on(V6_FIN_RCV, V4_FIN, V6_FIN_V4_FIN_RCV, TCP_TRANSITORY);

        otherwise(V6_FIN_V4_FIN_RCV, V6_FIN_V4_FIN_RCV, UNCHANGED);

        otherwise(TRANS, ESTABLISHED, TCP_ESTABLISHED);
        onRst(TRANS, TRANS, UNCHANGED);
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

    private static void on(TcpState state, TcpEvent event, TcpState next, Lifetime lifetime) {
        NEXT[state.ordinal() * EVENTS + event.ordinal()] = next;
        LIFETIME[state.ordinal() * EVENTS + event.ordinal()] = lifetime;
    }

    private static void onRst(TcpState state, TcpState next, Lifetime lifetime) {
        on(state, TcpEvent.V4_RST, next, lifetime);
        on(state, TcpEvent.V6_RST, next, lifetime);
    }

    private static void otherwise(TcpState state, TcpState next, Lifetime lifetime) {
        for (TcpEvent event : TcpEvent.values()) {
            on(state, event, next, lifetime);
        }
    }
}
