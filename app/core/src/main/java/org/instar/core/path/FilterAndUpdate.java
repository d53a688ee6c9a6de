// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.config.Nat64Config;
import org.instar.core.rule.Filtering;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.Rule;
import org.instar.core.rule.RuleNumbers;
import org.instar.core.session.Lifetime;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpEvent;
import org.instar.core.session.TcpState;
import org.instar.core.session.TcpStateMachine;
import org.instar.core.session.TimerWheel;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Prefix64;

/**
 * Step 2 (RFC 6146 §3.5): finds or makes the BIB entry and the session of a packet, and updates the session, its TCP
 * state and its lifetime.
 */
final class FilterAndUpdate {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Prefix64[] prefixes;
    private final Bib bib;
    private final SessionTable sessions;
    private final TimerWheel wheel;
    private final RuleNumbers rules;
    private final SessionLifecycle lifecycle;
    private final StoredSyns storedSyns;
    private final PathCounters counters;
    private int binding;
    private int session;

    FilterAndUpdate(Nat64Config config, ShardState state, SessionLifecycle lifecycle, StoredSyns storedSyns,
            PathCounters counters) {
        this.prefixes = config.prefixes().toArray(new Prefix64[0]);
        this.bib = state.bib();
        this.sessions = state.sessions();
        this.wheel = state.wheel();
        this.rules = state.rules();
        this.lifecycle = lifecycle;
        this.storedSyns = storedSyns;
        this.counters = counters;
    }

    /** The BIB entry of the packet that was let through last. */
    int binding() {
        return binding;
    }

    /** The session of the packet that was let through last; 0 when it has none. */
    int session() {
        return session;
    }

    /** The packet of a client; null when it may go on, else why not, and then nothing has changed. */
    PathDrop apply6(IncomingTuple tuple, Ingress ingress, long nowNanos, long nowMillis) {
        session = RecordStore.NONE;
        binding = RecordStore.NONE;
        if (prefixOf(prefixes, tuple.clientHigh(), tuple.clientLow()) >= 0) {
            return PathDrop.SOURCE_IN_PREFIX;
        }
        if (!isUnicast4(tuple.remoteAddress())) {
            return PathDrop.DESTINATION_NOT_UNICAST;
        }
        find6(tuple);
        if (tuple.isIcmpError()) {
            // these change neither bindings nor sessions (RFC 6146 3.5)
            return binding == RecordStore.NONE ? PathDrop.NO_BINDING : null;
        }
        PathDrop drop = tuple.protocol() == Protocol.TCP ? tcp6(tuple, ingress, nowNanos, nowMillis)
                : query6(tuple, ingress, nowNanos, nowMillis);
        if (drop == null && session != RecordStore.NONE && sessions.prefix(session) != tuple.prefixNumber()) {
            sessions.changePrefix(session, tuple.prefixNumber());
        }
        return drop;
    }

    private void find6(IncomingTuple tuple) {
        binding = bib.find6(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
        if (binding != RecordStore.NONE) {
            session = sessions.find(binding, tuple.remoteAddress(), tuple.remotePort());
        }
        if (session == RecordStore.NONE && sessions.hasDependent()) {
            session = sessions.findDependent6(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(),
                    tuple.localPort(), tuple.remoteAddress(), tuple.remotePort());
            if (session != RecordStore.NONE) {
                binding = sessions.binding(session);
            }
        }
    }

    /** UDP (§3.5.1) and ICMP queries (§3.5.3). */
    private PathDrop query6(IncomingTuple tuple, Ingress ingress, long nowNanos, long nowMillis) {
        if (binding == RecordStore.NONE && tuple.isEchoReply()) {
            return PathDrop.ICMP_REPLY_WITHOUT_BINDING;
        }
        PathDrop drop = session == RecordStore.NONE ? begin6(tuple, ingress, nowNanos, nowMillis) : null;
        if (drop == null) {
            setLifetime(tuple.protocol() == Protocol.UDP ? Lifetime.UDP : Lifetime.ICMP, nowNanos);
        }
        return drop;
    }

    private PathDrop tcp6(IncomingTuple tuple, Ingress ingress, long nowNanos, long nowMillis) {
        TcpEvent event = TcpEvent.of(tuple.tcpFlags(), true);
        if (session == RecordStore.NONE) {
            if (TcpStateMachine.next(TcpState.CLOSED, event) == TcpState.CLOSED) {
                // forwarded by the BIB entry alone, no state is made; without one silently discarded
                return binding == RecordStore.NONE ? PathDrop.TCP_WITHOUT_SYN : null;
            }
            PathDrop drop = begin6(tuple, ingress, nowNanos, nowMillis);
            if (drop != null) {
                return drop;
            }
            if (storedSyns.take(bib.poolAddress(binding), bib.poolPort(binding), tuple)) {
                // the simultaneous open: the other side's SYN is here already
                sessions.setTcpState(session, TcpState.V4_INIT);
            }
        }
        follow(event, true, nowNanos);
        return null;
    }

    private PathDrop begin6(IncomingTuple tuple, Ingress ingress, long nowNanos, long nowMillis) {
        int known = binding;
        PathDrop drop = lifecycle.begin6(tuple, known, ingress, nowNanos, nowMillis);
        return drop == null ? begun(known) : drop;
    }

    private PathDrop begun(int known) {
        binding = lifecycle.binding();
        session = lifecycle.session();
        counters.count(PathEvent.SESSIONS_CREATED);
        if (binding != known) {
            counters.count(PathEvent.BINDINGS_CREATED);
        }
        return null;
    }

    /**
     * A packet from the IPv4 side; null when it may go on, else why not, and then nothing has changed.
     *
     * @param packet the packet itself, in case it is to be kept
     */
    PathDrop apply4(IncomingTuple tuple, ByteBuffer packet, int offset, int length, long nowNanos, long nowMillis) {
        find4(tuple);
        if (tuple.isIcmpError()) {
            return error4();
        }
        if (tuple.protocol() == Protocol.TCP) {
            PathDrop drop = tcp4(tuple, nowNanos, nowMillis);
            boolean opens = TcpEvent.of(tuple.tcpFlags(), false) == TcpEvent.V4_SYN;
            return opens && (drop == PathDrop.NO_BINDING || drop == PathDrop.FILTERED)
                    ? store(drop, tuple, packet, offset, length, nowNanos) : drop;
        }
        boolean begins = session == RecordStore.NONE;
        PathDrop drop = begins ? begin4(tuple, nowNanos, nowMillis) : null;
        if (drop == null && (begins || rule().inboundRefresh())) {
            setLifetime(tuple.protocol() == Protocol.UDP ? Lifetime.UDP : Lifetime.ICMP, nowNanos);
        }
        return drop;
    }

    private void find4(IncomingTuple tuple) {
        session = RecordStore.NONE;
        binding = bib.find4(tuple.protocol(), tuple.poolAddress(), tuple.localPort());
        if (binding != RecordStore.NONE) {
            session = sessions.find(binding, tuple.remoteAddress(), tuple.remotePort());
        } else if (sessions.hasDependent()) {
            session = sessions.findDependent4(tuple.protocol(), tuple.poolAddress(), tuple.localPort(),
                    tuple.remoteAddress(), tuple.remotePort());
            if (session != RecordStore.NONE) {
                binding = sessions.binding(session);
            }
        }
    }

    /** An ICMP error is judged by the session of the packet it is about, not by who reports (RFC 4787 REQ-12). */
    private PathDrop error4() {
        if (binding == RecordStore.NONE) {
            return PathDrop.NO_BINDING;
        }
        return session == RecordStore.NONE && !isOpenToAll() ? PathDrop.FILTERED : null;
    }

    private boolean isOpenToAll() {
        int other = bib.firstSession(binding);
        return bib.isFixed(binding) || other != RecordStore.NONE
                && rules.rule(sessions.rule(other)).filtering() == Filtering.ENDPOINT_INDEPENDENT;
    }

    private PathDrop tcp4(IncomingTuple tuple, long nowNanos, long nowMillis) {
        TcpEvent event = TcpEvent.of(tuple.tcpFlags(), false);
        if (session == RecordStore.NONE) {
            if (TcpStateMachine.next(TcpState.CLOSED, event) == TcpState.CLOSED) {
                return binding == RecordStore.NONE ? PathDrop.NO_BINDING
                        : lifecycle.passes(binding, tuple) ? null : PathDrop.FILTERED;
            }
            PathDrop drop = begin4(tuple, nowNanos, nowMillis);
            if (drop != null) {
                return drop;
            }
        }
        follow(event, rule().inboundRefresh(), nowNanos);
        return null;
    }

    private PathDrop begin4(IncomingTuple tuple, long nowNanos, long nowMillis) {
        int known = binding;
        PathDrop drop = lifecycle.begin4(tuple, known, nowNanos, nowMillis);
        return drop == null ? begun(known) : drop;
    }

    /** Keeps an unsolicited SYN for a while; nothing may be answered meanwhile (RFC 5382 REQ-4). */
    private PathDrop store(PathDrop otherwise, IncomingTuple tuple, ByteBuffer packet, int offset, int length,
            long nowNanos) {
        int most = lifecycle.limits().maxStoredSyns();
        if (most == 0) {
            return otherwise;
        }
        // where no session says by which rule, the configuration's timer holds
        Rule rule = binding == RecordStore.NONE ? rules.current().staticBindingRule()
                : rules.rule(sessions.rule(bib.firstSession(binding)));
        int seconds = rule.timers().tcpIncomingSynSeconds();
        return storedSyns.store(tuple, packet, offset, length, most, nowNanos + seconds * NANOS_PER_SECOND)
                ? PathDrop.SYN_STORED : PathDrop.SYN_STORE_FULL;
    }

    /** Goes on in the state machine (§3.5.2.2). */
    private void follow(TcpEvent event, boolean refreshes, long nowNanos) {
        TcpState state = sessions.tcpState(session);
        TcpState next = TcpStateMachine.next(state, event);
        if (next != state) {
            sessions.setTcpState(session, next);
        }
        if (refreshes || next != state) {
            setLifetime(TcpStateMachine.lifetime(state, event), nowNanos);
        }
    }

    private void setLifetime(Lifetime lifetime, long nowNanos) {
        if (lifetime == Lifetime.UNCHANGED) {
            return;
        }
        int millis = lifetime.millis(rule().timers(), sessions.remotePort(session));
        if (!sessions.postpone(session, nowNanos, millis)) {
            wheel.schedule(session, nowNanos, millis);
        }
    }

    private Rule rule() {
        return rules.rule(sessions.rule(session));
    }

    /** The number of the prefix that an IPv6 address lies in, or -1. */
    static int prefixOf(Prefix64[] prefixes, long high, long low) {
        for (int i = 0; i < prefixes.length; i++) {
            if (prefixes[i].contains(high, low)) {
                return i;
            }
        }
        return -1;
    }

    /** Neither 0/8, 127/8 nor class D and E (the limited broadcast among them). */
    private static boolean isUnicast4(int address) {
        int first = address >>> 24;
        return first != 0 && first != 127 && first < 224;
    }
}
