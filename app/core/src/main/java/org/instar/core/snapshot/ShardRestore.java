// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.StaticBindings;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.Subscriber;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.Rule;
import org.instar.core.rule.RuleNumbers;
import org.instar.core.session.Lifetime;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpState;
import org.instar.core.session.TcpStateMachine;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Prefix64;

/** Makes sessions of one shard of what a snapshot says. Nothing has changed for a session that is refused. */
final class ShardRestore {

    /** No timer is longer (docs/configuration.md), whatever a snapshot says. */
    private static final long LONGEST_MILLIS = 65_535_000;
    /** No port rests longer. */
    private static final long LONGEST_REST_MILLIS = 100_000_000;
    private static final int NO_RULE = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long MILLIS_PER_SECOND = 1000;

    private final Nat64Config config;
    private final List<Prefix64> prefixes;
    private final PoolDirectory pools;
    private final ShardState state;
    private final Bib bib;
    private final SessionTable sessions;
    private final RuleNumbers rules;
    private final PortAllocator ports;
    private final Subscribers subscribers;
    private final StaticBindings staticBindings;
    private final BindingLog log;
    private final RestoreReport report;
    private final Map<SnapshotRule, Integer> ruleNumbers = new IdentityHashMap<>();
    private final int maxSessions;
    private long elapsedMillis;
    private long nowNanos;
    private long nowMillis;

    ShardRestore(Nat64Config config, PoolDirectory pools, RestoredShard shard, BindingLog log, RestoreReport report) {
        this.config = config;
        this.prefixes = config.prefixes();
        this.pools = pools;
        this.state = shard.state();
        this.bib = state.bib();
        this.sessions = state.sessions();
        this.rules = state.rules();
        this.ports = shard.ports();
        this.subscribers = shard.subscribers();
        this.staticBindings = config.staticBindingsByEnd();
        this.log = log;
        this.report = report;
        this.maxSessions = config.limits().maxSessions();
    }

    /**
     * @param elapsed since the snapshot, milliseconds
     */
    void setTime(long elapsed, long nanos, long millis) {
        elapsedMillis = elapsed;
        nowNanos = nanos;
        nowMillis = millis;
    }

    RestoreOutcome restore(SessionRecord from, Prefix64 prefix, SnapshotRule rule) {
        int prefixNumber = prefixes.indexOf(prefix);
        if (prefixNumber < 0) {
            return RestoreOutcome.PREFIX_GONE;
        }
        int number = numberOf(rule, from, prefix);
        if (number == NO_RULE) {
            return RestoreOutcome.RULE_GONE;
        }
        long left = from.leftMillis - elapsedMillis;
        long probed = left + probedMillis(from, rules.rule(number));
        if (probed <= 0) {
            restAfter(from, -probed);
            return RestoreOutcome.EXPIRED;
        }
        if (subscribers.sessionsOfAllShards() >= maxSessions || sessions.size() >= SessionTable.MAX_SESSIONS) {
            return RestoreOutcome.SESSION_LIMIT;
        }
        int binding = from.dependent ? RecordStore.NONE
                : bib.find6(from.protocol, from.clientHigh, from.clientLow, from.clientPort);
        RestoreOutcome refused = binding == RecordStore.NONE ? bindable(from) : joinable(from, binding);
        if (refused == null) {
            Subscriber subscriber = subscribers.of(from.clientHigh, from.clientLow);
            binding = binding == RecordStore.NONE ? bind(from, subscriber) : binding;
            if (binding == RecordStore.NONE) {
                return RestoreOutcome.PORT_TAKEN;
            }
            create(from, binding, prefixNumber, number, subscriber, Math.max(0, left));
        }
        return refused == null ? RestoreOutcome.RESTORED : refused;
    }

    /** An established session whose time is over is still to be probed, and lives on for that long. */
    private static long probedMillis(SessionRecord from, Rule rule) {
        TcpState next = TcpStateMachine.afterTimeout(from.tcpState);
        return from.protocol == Protocol.TCP && next != TcpState.CLOSED
                ? Lifetime.of(Protocol.TCP, next).millis(rule.timers(), from.remotePort) : 0;
    }

    /** Why a session can't have the BIB entry that its client's transport address has already; null: it can. */
    private RestoreOutcome joinable(SessionRecord from, int binding) {
        if (bib.poolAddress(binding) != from.poolAddress || bib.poolPort(binding) != from.poolPort) {
            return RestoreOutcome.PORT_TAKEN;
        }
        return sessions.find(binding, from.remoteAddress, from.remotePort) == RecordStore.NONE ? null
                : RestoreOutcome.DOUBLED;
    }

    /** Why a new BIB entry can't be made, as far as the tables and pools know; null: it can, if the port is free. */
    private RestoreOutcome bindable(SessionRecord from) {
        boolean has = from.fixed ? pools.isPoolAddress(from.poolAddress) || staticBindings.isBound(from.poolAddress)
                : pools.has(from.protocol, from.poolAddress, from.poolPort)
                && pools.mayHave(from.poolAddress, from.poolPort, from.clientHigh, from.clientLow);
        if (!has) {
            return RestoreOutcome.PORT_GONE;
        }
        if (bib.find4(from.protocol, from.poolAddress, from.poolPort) != RecordStore.NONE) {
            return RestoreOutcome.PORT_TAKEN;
        }
        if (!from.dependent) {
            return null;
        }
        int same4 = sessions.findDependent4(from.protocol, from.poolAddress, from.poolPort, from.remoteAddress,
                from.remotePort);
        int same6 = sessions.findDependent6(from.protocol, from.clientHigh, from.clientLow, from.clientPort,
                from.remoteAddress, from.remotePort);
        return same4 == RecordStore.NONE && same6 == RecordStore.NONE ? null
                : same4 == same6 ? RestoreOutcome.DOUBLED : RestoreOutcome.PORT_TAKEN;
    }

    /** Claims the port and makes the BIB entry; 0 when another has the port. */
    private int bind(SessionRecord from, Subscriber subscriber) {
        if (!claim(from, subscriber)) {
            return RecordStore.NONE;
        }
        int binding = bib.create(from.protocol, from.clientHigh, from.clientLow, from.clientPort, from.poolAddress,
                from.poolPort, from.dependent, from.fixed);
        if (binding == RecordStore.NONE) {
            if (!from.fixed) {
                ports.release(from.protocol, from.poolAddress, from.poolPort, subscriber, nowNanos);
            }
            return RecordStore.NONE;
        }
        report.addBinding();
        log.bindingRestored(from.protocol, from.clientHigh, from.clientLow, from.clientPort, from.poolAddress,
                from.poolPort, nowMillis);
        return binding;
    }

    private boolean claim(SessionRecord from, Subscriber subscriber) {
        if (from.fixed) {
            return !ports.isTaken(from.protocol, from.poolAddress, from.poolPort);
        }
        return from.dependent ? ports.takeShared(from.protocol, from.poolAddress, from.poolPort, subscriber)
                : ports.take(from.protocol, from.poolAddress, from.poolPort, subscriber);
    }

    private void create(SessionRecord from, int binding, int prefixNumber, int number, Subscriber subscriber,
            long leftMillis) {
        int session = sessions.create(binding, from.remoteAddress, from.remotePort, from.from6, prefixNumber, number,
                from.createdSeconds * MILLIS_PER_SECOND);
        sessions.setTcpState(session, from.tcpState);
        sessions.setCounters(session, from.packets6to4, from.bytes6to4, from.packets4to6, from.bytes4to6);
        state.wheel().schedule(session, nowNanos, (int) Math.min(leftMillis, LONGEST_MILLIS));
        subscriber.addSession(0);
        rules.addSession(number);
        log.sessionRestored(from.protocol, from.clientHigh, from.clientLow, from.clientPort, from.poolAddress,
                from.poolPort, from.remoteAddress, from.remotePort, nowMillis);
    }

    /**
     * The number of a session's rule: the one with the same line; else, as after a reload, the rule of before itself;
     * else the first that would translate such a session now.
     */
    private int numberOf(SnapshotRule rule, SessionRecord from, Prefix64 prefix) {
        Integer known = ruleNumbers.get(rule);
        if (known == null) {
            known = rule.isOfStaticBindings() ? rules.numberOf(rules.current().staticBindingRule())
                    : rules.numberOf(rule.line());
            known = known >= 0 ? known : parsed(rule.line());
            ruleNumbers.put(rule, known);
        }
        if (known != NO_RULE) {
            return known;
        }
        Rule now = rules.current().match(Ingress.UNKNOWN, from.protocol, from.clientHigh, from.clientLow,
                from.clientPort, prefix.embedHigh(from.remoteAddress), prefix.embedLow(from.remoteAddress),
                from.remotePort);
        return now != null && now.translates() ? rules.numberOf(now) : NO_RULE;
    }

    private int parsed(String line) {
        try {
            Rule past = Rule.parse(0, line, config.timers(), config.limits().subscriber());
            return past.translates() ? rules.addPast(past) : NO_RULE;
        } catch (IllegalArgumentException e) {
            return NO_RULE;
        }
    }

    /** Lets the port of a session rest whose time has been over for so long. */
    private void restAfter(SessionRecord from, long overMillis) {
        if (!from.dependent && !from.fixed) {
            Subscriber subscriber = subscribers.of(from.clientHigh, from.clientLow);
            rest(from.protocol, from.poolAddress, from.poolPort, subscriber, overMillis);
        }
    }

    /** Lets a port go on resting. */
    void rest(RestingRecord from, int port) {
        Subscriber subscriber = from.ofSubscriber ? subscribers.of(from.subscriberHigh, from.subscriberLow) : null;
        rest(from.protocol, from.address, port, subscriber, Math.max(0, from.restedMillis + elapsedMillis));
    }

    /** Ports that rest now, all told. */
    int restingPorts() {
        return ports.heldDown();
    }

    private void rest(Protocol protocol, int address, int port, Subscriber subscriber, long restedMillis) {
        if (bib.find4(protocol, address, port) == RecordStore.NONE) {
            ports.hold(protocol, address, port, subscriber,
                    nowNanos - Math.min(restedMillis, LONGEST_REST_MILLIS) * NANOS_PER_MILLI, nowNanos);
        }
    }
}
