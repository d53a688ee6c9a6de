// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.ArrayList;
import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.StaticBindings;
import org.instar.core.config.LimitConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolView;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.RemoteTest;
import org.instar.core.pool.Subscriber;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Filtering;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.Mapping;
import org.instar.core.rule.Rule;
import org.instar.core.rule.RuleNumbers;
import org.instar.core.rule.RuleSet;
import org.instar.core.rule.SourceCheck;
import org.instar.core.rule.StaticBinding;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Prefix64;

/**
 * How sessions begin and end: which rule a new one goes by, what limits allow, its BIB entry and port, and giving all
 * of that back. Nothing has changed when a beginning is refused. For the shard's thread.
 */
public final class SessionLifecycle {

    /**
     * Ports drawn that are bound, one after the other, before the pools count as exhausted. The pools leave out what
     * static bindings hold: only ports of BIB entries that outlive their static binding are drawn.
     */
    private static final int MOST_BOUND = 64;

    private final ShardState state;
    private final Bib bib;
    private final SessionTable sessions;
    private final RuleNumbers rules;
    private final PoolDirectory pools;
    private final PortAllocator ports;
    private final Subscribers subscribers;
    private final BindingLog log;
    private final RemoteTest isFreeForRemote = this::isFreeForRemote;
    /** By the number of the rule. */
    private List<List<PoolView>> poolsOfRule;
    private LimitConfig limits;
    private SourceCheck sources;
    private StaticBindings staticBindings;
    private IncomingTuple current;
    private int binding;
    private int session;

    public SessionLifecycle(Nat64Config config, ShardState state, PoolDirectory pools, PortAllocator ports,
            Subscribers subscribers, BindingLog log) {
        this.state = state;
        this.bib = state.bib();
        this.sessions = state.sessions();
        this.rules = state.rules();
        this.pools = pools;
        this.ports = ports;
        this.subscribers = subscribers;
        this.log = log;
        pools.reserve(config.staticBindings());
        take(config);
    }

    /**
     * New sessions go by this configuration, of which the caller has told the pools
     * ({@link PoolDirectory#reconfigure}, {@link PoolDirectory#reserve}); for the ones there are see
     * {@link RuleNumbers}. Their deadlines follow in the next calls of {@link #tick}.
     */
    public void change(Nat64Config config) {
        if (rules.change(config.rules())) {
            state.shorterTimers().begin();
        }
        take(config);
    }

    private void take(Nat64Config config) {
        limits = config.limits();
        sources = config.sources();
        staticBindings = config.staticBindingsByEnd();
        poolsOfRule = new ArrayList<>();
        for (Rule rule : config.rules().rules()) {
            List<PoolView> views = new ArrayList<>();
            rule.pools().forEach(name -> views.add(pools.pool(name)));
            poolsOfRule.add(views);
        }
    }

    /** The ports of the shard. */
    public PortAllocator ports() {
        return ports;
    }

    /** The subscribers of the shard. */
    public Subscribers subscribers() {
        return subscribers;
    }

    /** The static bindings of the moment. */
    StaticBindings staticBindings() {
        return staticBindings;
    }

    /** The limits of the moment. */
    LimitConfig limits() {
        return limits;
    }

    /** The BIB entry of the session that was begun last. */
    int binding() {
        return binding;
    }

    /** The session that was begun last. */
    int session() {
        return session;
    }

    /**
     * Begins the session of a client's packet.
     *
     * @param knownBinding the endpoint-independent BIB entry of its source, or 0
     * @return null, or why there is none
     */
    PathDrop begin6(IncomingTuple tuple, int knownBinding, Ingress ingress, long nowNanos, long nowMillis) {
        if (!sources.allows(ingress, tuple.clientHigh(), tuple.clientLow())) {
            return PathDrop.SOURCE_NOT_ALLOWED;
        }
        StaticBinding fixed = staticBindings.find6(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(),
                tuple.localPort());
        RuleSet set = rules.current();
        if (fixed == null && needsPort(set, tuple, ingress)) {
            return PathDrop.PORT_UNKNOWN;
        }
        Rule rule = fixed != null ? set.staticBindingRule() : match(set, tuple, ingress);
        if (rule == null || fixed == null && !rule.translates()) {
            return PathDrop.NOT_TRANSLATED;
        }
        boolean dependent = rule.mapping() == Mapping.ENDPOINT_DEPENDENT;
        binding = dependent ? RecordStore.NONE : knownBinding;
        if (isFull(binding)) {
            return PathDrop.SESSION_LIMIT;
        }
        Subscriber subscriber = subscribers.of(tuple.clientHigh(), tuple.clientLow());
        PathDrop refused = admit(subscriber, rule, true, nowNanos);
        if (refused == null) {
            refused = binding != RecordStore.NONE ? null : bind(tuple, rule, fixed, dependent, subscriber, nowNanos,
                    nowMillis);
            if (refused == null) {
                return create(tuple, rules.numberOf(rule), tuple.prefixNumber(), nowMillis);
            }
            subscriber.removeSession();
        }
        return refused;
    }

    private Rule match(RuleSet set, IncomingTuple tuple, Ingress ingress) {
        Prefix64 prefix = tuple.prefix();
        return set.match(ingress, tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort(),
                prefix.embedHigh(tuple.remoteAddress()), prefix.embedLow(tuple.remoteAddress()), tuple.remotePort());
    }

    private boolean needsPort(RuleSet set, IncomingTuple tuple, Ingress ingress) {
        Prefix64 prefix = tuple.prefix();
        return set.namesPorts() && set.needsPort(ingress, tuple.protocol(), tuple.clientHigh(), tuple.clientLow(),
                tuple.localPort(), prefix.embedHigh(tuple.remoteAddress()), prefix.embedLow(tuple.remoteAddress()),
                tuple.remotePort());
    }

    /** Whether it matters at which port a new session's first packet came in. */
    public boolean needsPorts() {
        return rules.current().namesPorts() || sources.namesPorts();
    }

    /**
     * Begins the session of a packet from the IPv4 side. Who may reach the client is what the rule says by which its
     * other sessions go (RFC 4787 §5).
     *
     * @param knownBinding the BIB entry of its destination, or 0
     * @return null, or why there is none
     */
    PathDrop begin4(IncomingTuple tuple, int knownBinding, long nowNanos, long nowMillis) {
        StaticBinding fixed = staticBindings.find4(tuple.protocol(), tuple.poolAddress(), tuple.localPort());
        if (knownBinding == RecordStore.NONE && fixed == null) {
            return PathDrop.NO_BINDING;
        }
        binding = knownBinding;
        int other = binding == RecordStore.NONE ? RecordStore.NONE : bib.firstSession(binding);
        // an entry that was there before the static binding goes on by its own rule
        int number = fixed != null && (other == RecordStore.NONE || bib.isFixed(binding))
                ? rules.numberOf(rules.current().staticBindingRule()) : sessions.rule(other);
        Rule rule = rules.rule(number);
        if (!passes(rule.filtering(), binding, tuple)) {
            return PathDrop.FILTERED;
        }
        if (isFull(binding)) {
            return PathDrop.SESSION_LIMIT;
        }
        long high = binding != RecordStore.NONE ? bib.clientHigh(binding) : fixed.client().high();
        long low = binding != RecordStore.NONE ? bib.clientLow(binding) : fixed.client().low();
        Subscriber subscriber = subscribers.of(high, low);
        PathDrop refused = admit(subscriber, rule, false, nowNanos);
        if (refused == null) {
            refused = binding != RecordStore.NONE ? null : bindFixed(tuple.protocol(), fixed,
                    fixed.clientPort(tuple.localPort()), nowMillis);
            if (refused == null) {
                int prefix = other != RecordStore.NONE ? sessions.prefix(other) : 0;
                return create(tuple, number, prefix, nowMillis);
            }
            subscriber.removeSession();
        }
        return refused;
    }

    /** Whether a packet from the IPv4 side that has no session may pass by the BIB entry (RFC 4787 §5). */
    boolean passes(int entry, IncomingTuple tuple) {
        return bib.isFixed(entry)
                || passes(rules.rule(sessions.rule(bib.firstSession(entry))).filtering(), entry, tuple);
    }

    private boolean passes(Filtering filtering, int entry, IncomingTuple tuple) {
        switch (filtering) {
            case ENDPOINT_INDEPENDENT:
                return true;
            case ADDRESS_DEPENDENT:
                return entry != RecordStore.NONE && !bib.isDependent(entry)
                        && sessions.hasSessionWith(entry, tuple.remoteAddress());
            default:
                // a session with this address and port would have been found
                return false;
        }
    }

    private boolean isFull(int known) {
        return subscribers.sessionsOfAllShards() >= limits.maxSessions()
                || sessions.size() >= SessionTable.MAX_SESSIONS
                || known != RecordStore.NONE && sessions.countOf(known) >= limits.maxSessionsPerBinding();
    }

    /** What the subscriber's limits say; null when the session is counted with it now. */
    private static PathDrop admit(Subscriber subscriber, Rule rule, boolean from6, long nowNanos) {
        if (from6 && !subscriber.mayOpen(rule.limits().newSessionsPerSecond(), nowNanos)) {
            return PathDrop.SUBSCRIBER_RATE;
        }
        return subscriber.addSession(rule.limits().maxSessions()) ? null : PathDrop.SUBSCRIBER_SESSIONS;
    }

    private PathDrop bind(IncomingTuple tuple, Rule rule, StaticBinding fixed, boolean dependent,
            Subscriber subscriber, long nowNanos, long nowMillis) {
        if (fixed != null) {
            return bindFixed(tuple.protocol(), fixed, tuple.localPort(), nowMillis);
        }
        List<PoolView> views = poolsOfRule.get(rule.number());
        int maxPorts = rule.limits().maxPorts();
        current = tuple;
        long taken = dependent
                ? ports.allocateShared(views, tuple.protocol(), subscriber, tuple.localPort(), maxPorts,
                        isFreeForRemote, nowNanos)
                : allocate(views, tuple, subscriber, maxPorts, nowNanos);
        if (taken < 0) {
            return taken == PortAllocator.PORT_LIMIT ? PathDrop.SUBSCRIBER_PORTS : PathDrop.POOL_EXHAUSTED;
        }
        int address = PortAllocator.address(taken);
        int port = PortAllocator.port(taken);
        binding = bib.create(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort(), address, port,
                dependent, false);
        if (binding == RecordStore.NONE) {
            ports.release(tuple.protocol(), address, port, subscriber, nowNanos);
            return PathDrop.SESSION_LIMIT;
        }
        logBinding(nowMillis);
        return null;
    }

    /** A port of the pools that no static binding has, nor an entry that outlives its static binding. */
    private long allocate(List<PoolView> views, IncomingTuple tuple, Subscriber subscriber, int maxPorts,
            long nowNanos) {
        Protocol protocol = tuple.protocol();
        long found = ports.allocate(views, protocol, subscriber, tuple.localPort(), maxPorts, nowNanos);
        if (found < 0 || !isBound(protocol, found)) {
            return found;
        }
        List<Long> bound = new ArrayList<>();
        while (found >= 0 && isBound(protocol, found)) {
            bound.add(found);
            int most = maxPorts == 0 ? 0 : maxPorts + bound.size();
            found = bound.size() == MOST_BOUND ? PortAllocator.EXHAUSTED
                    : ports.allocate(views, protocol, subscriber, tuple.localPort(), most, nowNanos);
        }
        for (long taken : bound) {
            ports.release(protocol, PortAllocator.address(taken), PortAllocator.port(taken), subscriber, nowNanos);
        }
        return found;
    }

    private boolean isBound(Protocol protocol, long taken) {
        int address = PortAllocator.address(taken);
        int port = PortAllocator.port(taken);
        return staticBindings.find4(protocol, address, port) != null
                || bib.find4(protocol, address, port) != RecordStore.NONE;
    }

    private boolean isFreeForRemote(int address, int port) {
        return !isBound(current.protocol(), (address & 0xffffffffL) << 16 | port)
                && sessions.findDependent4(current.protocol(), address, port, current.remoteAddress(),
                current.remotePort()) == RecordStore.NONE;
    }

    private PathDrop bindFixed(Protocol protocol, StaticBinding fixed, int clientPort, long nowMillis) {
        if (bib.find6(protocol, fixed.client().high(), fixed.client().low(), clientPort) != RecordStore.NONE
                || bib.find4(protocol, fixed.poolAddress(), fixed.poolPort(clientPort)) != RecordStore.NONE
                || ports.isTaken(protocol, fixed.poolAddress(), fixed.poolPort(clientPort))) {
            return PathDrop.STATIC_BINDING_BUSY;
        }
        binding = bib.create(protocol, fixed.client().high(), fixed.client().low(), clientPort, fixed.poolAddress(),
                fixed.poolPort(clientPort), false, true);
        if (binding == RecordStore.NONE) {
            return PathDrop.SESSION_LIMIT;
        }
        logBinding(nowMillis);
        return null;
    }

    private void logBinding(long nowMillis) {
        log.bindingCreated(bib.protocol(binding), bib.clientHigh(binding), bib.clientLow(binding),
                bib.clientPort(binding), bib.poolAddress(binding), bib.poolPort(binding), nowMillis);
    }

    private PathDrop create(IncomingTuple tuple, int number, int prefix, long nowMillis) {
        session = sessions.create(binding, tuple.remoteAddress(), tuple.remotePort(), tuple.from6(), prefix, number,
                nowMillis);
        rules.addSession(number);
        log.sessionCreated(bib.protocol(binding), bib.clientHigh(binding), bib.clientLow(binding),
                bib.clientPort(binding), bib.poolAddress(binding), bib.poolPort(binding), tuple.remoteAddress(),
                tuple.remotePort(), nowMillis);
        return null;
    }

    /**
     * Ends a session, and its BIB entry when it was the last.
     *
     * @return whether the BIB entry is gone too
     */
    public boolean end(int ended, long nowNanos, long nowMillis) {
        int entry = sessions.binding(ended);
        Protocol protocol = bib.protocol(entry);
        long high = bib.clientHigh(entry);
        long low = bib.clientLow(entry);
        int clientPort = bib.clientPort(entry);
        int address = bib.poolAddress(entry);
        int port = bib.poolPort(entry);
        log.sessionRemoved(protocol, high, low, clientPort, address, port, sessions.remoteAddress(ended),
                sessions.remotePort(ended), nowMillis);
        state.wheel().cancel(ended);
        rules.removeSession(sessions.rule(ended));
        Subscriber subscriber = subscribers.of(high, low);
        subscriber.removeSession();
        if (!sessions.remove(ended)) {
            return false;
        }
        boolean fixed = bib.isFixed(entry);
        bib.remove(entry);
        if (!fixed) {
            ports.release(protocol, address, port, subscriber, nowNanos);
        }
        log.bindingRemoved(protocol, high, low, clientPort, address, port, nowMillis);
        return true;
    }

    /**
     * Ends hold-downs, forgets subscribers that have nothing left, has sessions follow changed timers; to be called now
     * and then.
     */
    public void tick(long nowNanos) {
        state.shorterTimers().slice(nowNanos);
        ports.tick(nowNanos);
        subscribers.tick(nowNanos);
    }
}
