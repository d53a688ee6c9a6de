// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.TimerConfig;
import org.instar.core.session.Lifetime;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TcpEvent;
import org.instar.core.session.TcpState;
import org.instar.core.session.TcpStateMachine;
import org.instar.core.session.TimerWheel;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;

/**
 * Step 2 (RFC 6146 §3.5): finds or makes the BIB entry and the session of a packet, moves the TCP state and sets the
 * timer. Mapping and filtering are endpoint-independent. The outcome is {@link #binding()} and {@link #session()}; a TCP
 * segment that opens nothing may have the first without the second (§3.5.2.2, CLOSED).
 */
final class FilterAndUpdate {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final List<Prefix64> prefixes;
    private final TimerConfig timers;
    private final Bib bib;
    private final SessionTable sessions;
    private final TimerWheel<Session> wheel;
    private final PathCounters counters;
    private BibEntry binding;
    private Session session;

    FilterAndUpdate(List<Prefix64> prefixes, TimerConfig timers, Bib bib, SessionTable sessions,
            TimerWheel<Session> wheel, PathCounters counters) {
        this.prefixes = prefixes;
        this.timers = timers;
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

    /** Null when the packet may go on, else why not. */
    PathDrop apply(IncomingTuple tuple, long nowNanos, long nowMillis) {
        binding = null;
        session = null;
        PathDrop drop = tuple.from6() ? find6(tuple) : find4(tuple);
        if (drop != null) {
            return drop;
        }
        session = sessions.find(binding, tuple.remoteAddress(), tuple.remotePort());
        if (tuple.protocol() == Protocol.TCP) {
            updateTcp(tuple, nowNanos, nowMillis);
        } else {
            if (session == null) {
                session = create(tuple, nowMillis);
            }
            setLifetime(tuple.protocol() == Protocol.UDP ? Lifetime.UDP : Lifetime.ICMP, nowNanos);
        }
        if (session != null && tuple.from6() && session.prefix() != tuple.prefix()) {
            session.changePrefix(tuple.prefix());
        }
        return null;
    }

    private PathDrop find6(IncomingTuple tuple) {
        if (inPrefix(tuple.clientHigh(), tuple.clientLow())) {
            return PathDrop.SOURCE_IN_PREFIX;
        }
        if (!isUnicast6(tuple.clientHigh(), tuple.clientLow())) {
            return PathDrop.SOURCE_NOT_UNICAST;
        }
        if (!isUnicast4(tuple.remoteAddress())) {
            return PathDrop.DESTINATION_NOT_UNICAST;
        }
        binding = bib.find6(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
        if (binding != null) {
            return null;
        }
        if (tuple.protocol() == Protocol.TCP && TcpEvent.of(tuple.tcpFlags(), true) != TcpEvent.V6_SYN) {
            return PathDrop.TCP_WITHOUT_SYN;
        }
        if (tuple.isEchoReply()) {
            return PathDrop.ICMP_REPLY_WITHOUT_BINDING;
        }
        binding = bib.create(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
        if (binding == null) {
            return PathDrop.POOL_EXHAUSTED;
        }
        counters.count(PathEvent.BINDINGS_CREATED);
        return null;
    }

    private PathDrop find4(IncomingTuple tuple) {
        if (!isUnicast4(tuple.remoteAddress())) {
            return PathDrop.SOURCE_NOT_UNICAST;
        }
        binding = bib.find4(tuple.protocol(), tuple.poolAddress(), tuple.localPort());
        return binding == null ? PathDrop.NO_BINDING : null;
    }

    private void updateTcp(IncomingTuple tuple, long nowNanos, long nowMillis) {
        TcpEvent event = TcpEvent.of(tuple.tcpFlags(), tuple.from6());
        TcpState state = session == null ? TcpState.CLOSED : session.tcpState();
        TcpState next = TcpStateMachine.next(state, event);
        if (next == TcpState.CLOSED) {
            return;   // forwarded by the BIB entry alone, no state is made
        }
        if (session == null) {
            session = create(tuple, nowMillis);
        }
        session.setTcpState(next);
        setLifetime(TcpStateMachine.lifetime(state, event), nowNanos);
    }

    private Session create(IncomingTuple tuple, long nowMillis) {
        Prefix64 prefix = tuple.from6() ? tuple.prefix() : prefixes.get(0);
        counters.count(PathEvent.SESSIONS_CREATED);
        return sessions.create(binding, tuple.remoteAddress(), tuple.remotePort(), prefix, nowMillis);
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

    /** Neither unspecified, loopback, link-local nor multicast. */
    private static boolean isUnicast6(long high, long low) {
        return !(high == 0 && (low == 0 || low == 1)) && high >>> 56 != 0xff && !Ip6.isLinkLocal(high);
    }

    /** Neither 0/8, 127/8 nor class D and E (the limited broadcast among them). */
    private static boolean isUnicast4(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }
}
