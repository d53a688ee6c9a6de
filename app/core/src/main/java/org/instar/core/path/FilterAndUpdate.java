// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.LimitConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.rule.TimerConfig;
import org.instar.core.session.Lifetime;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TcpEvent;
import org.instar.core.session.TcpState;
import org.instar.core.session.TcpStateMachine;
import org.instar.core.session.TimerWheel;
import org.instar.engine.address.Prefix64;

/**
 * Step 2 (RFC 6146 §3.5): finds or makes the BIB entry and the session of a packet, moves the TCP state and sets the
 * timer. Mapping and filtering are endpoint-independent. The outcome is {@link #binding()} and {@link #session()}; a
 * TCP segment that opens nothing may have the first without the second (§3.5.2.2, CLOSED).
 */
final class FilterAndUpdate {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final List<Prefix64> prefixes;
    private final TimerConfig timers;
    private final LimitConfig limits;
    private final Bib bib;
    private final SessionTable sessions;
    private final TimerWheel<Session> wheel;
    private final PathCounters counters;
    private BibEntry binding;
    private Session session;

    FilterAndUpdate(Nat64Config config, Bib bib, SessionTable sessions, TimerWheel<Session> wheel,
            PathCounters counters) {
        this.prefixes = config.prefixes();
        this.timers = config.timers();
        this.limits = config.limits();
        this.bib = bib;
        this.sessions = sessions;
        this.wheel = wheel;
        this.counters = counters;
    }

    /** The BIB entry of the packet that was let through last. */
    BibEntry binding() {
        return binding;
    }

    /** The session of the packet that was let through last; null when it has none. */
    Session session() {
        return session;
    }

    /** Null when the packet may go on, else why not; then nothing has changed. */
    PathDrop apply(IncomingTuple tuple, long nowNanos, long nowMillis) {
        binding = null;
        session = null;
        PathDrop drop = tuple.from6() ? find6(tuple) : find4(tuple);
        if (drop != null) {
            return drop;
        }
        if (binding != null) {
            session = sessions.find(binding, tuple.remoteAddress(), tuple.remotePort());
        }
        if (tuple.isIcmpError()) {
            // these change neither bindings nor sessions (RFC 6146 3.5)
            return binding == null ? PathDrop.NO_BINDING : null;
        }
        return tuple.protocol() == Protocol.TCP ? updateTcp(tuple, nowNanos, nowMillis)
                : updateQuery(tuple, nowNanos, nowMillis);
    }

    /** Looks the BIB entry up; a packet from the IPv6 side may go on without one. */
    private PathDrop find6(IncomingTuple tuple) {
        if (inPrefix(tuple.clientHigh(), tuple.clientLow())) {
            return PathDrop.SOURCE_IN_PREFIX;
        }
        if (!isUnicast4(tuple.remoteAddress())) {
            return PathDrop.DESTINATION_NOT_UNICAST;
        }
        binding = bib.find6(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
        return null;
    }

    private PathDrop find4(IncomingTuple tuple) {
        binding = bib.find4(tuple.protocol(), tuple.poolAddress(), tuple.localPort());
        return binding == null ? PathDrop.NO_BINDING : null;
    }

    /** UDP (§3.5.1) and ICMP queries (§3.5.3). */
    private PathDrop updateQuery(IncomingTuple tuple, long nowNanos, long nowMillis) {
        if (binding == null && tuple.isEchoReply()) {
            return PathDrop.ICMP_REPLY_WITHOUT_BINDING;
        }
        PathDrop drop = session == null ? open(tuple, nowMillis) : null;
        if (drop == null) {
            setLifetime(tuple.protocol() == Protocol.UDP ? Lifetime.UDP : Lifetime.ICMP, nowNanos);
            followPrefix(tuple);
        }
        return drop;
    }

    private PathDrop updateTcp(IncomingTuple tuple, long nowNanos, long nowMillis) {
        TcpEvent event = TcpEvent.of(tuple.tcpFlags(), tuple.from6());
        TcpState state = session == null ? TcpState.CLOSED : session.tcpState();
        TcpState next = TcpStateMachine.next(state, event);
        if (next == TcpState.CLOSED) {
            // forwarded by the BIB entry alone, no state is made; without one silently discarded
            return binding == null ? PathDrop.TCP_WITHOUT_SYN : null;
        }
        PathDrop drop = session == null ? open(tuple, nowMillis) : null;
        if (drop == null) {
            session.setTcpState(next);
            setLifetime(TcpStateMachine.lifetime(state, event), nowNanos);
            followPrefix(tuple);
        }
        return drop;
    }

    /** Makes the session, and the BIB entry where there is none. */
    private PathDrop open(IncomingTuple tuple, long nowMillis) {
        if (sessions.size() >= limits.maxSessions()
                || binding != null && binding.sessions() >= limits.maxSessionsPerBinding()) {
            return PathDrop.SESSION_LIMIT;
        }
        if (binding == null) {
            binding = bib.create(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
            if (binding == null) {
                return PathDrop.POOL_EXHAUSTED;
            }
            counters.count(PathEvent.BINDINGS_CREATED);
        }
        Prefix64 prefix = tuple.from6() ? tuple.prefix() : prefixes.get(0);
        session = sessions.create(binding, tuple.remoteAddress(), tuple.remotePort(), prefix, nowMillis);
        counters.count(PathEvent.SESSIONS_CREATED);
        return null;
    }

    private void followPrefix(IncomingTuple tuple) {
        if (tuple.from6() && session.prefix() != tuple.prefix()) {
            session.changePrefix(tuple.prefix());
        }
    }

    private void setLifetime(Lifetime lifetime, long nowNanos) {
        if (lifetime != Lifetime.UNCHANGED) {
            wheel.schedule(session, nowNanos + seconds(lifetime) * NANOS_PER_SECOND);
        }
    }

    private long seconds(Lifetime lifetime) {
        switch (lifetime) {
            case UDP:
                return timers.udpSeconds();
            case ICMP:
                return timers.icmpSeconds();
            case TCP_ESTABLISHED:
                return timers.tcpEstablishedSeconds();
            default:
                return timers.tcpTransitorySeconds();
        }
    }

    private boolean inPrefix(long high, long low) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /** Neither 0/8, 127/8 nor class D and E (the limited broadcast among them). */
    private static boolean isUnicast4(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }
}
