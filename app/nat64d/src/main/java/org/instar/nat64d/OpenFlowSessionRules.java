// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.core.rule.TimerConfig;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.session.Session;
import org.instar.core.shard.SessionRules;
import org.instar.core.shard.Shard;
import org.instar.engine.address.Ip6;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.SessionFlows;
import org.instar.openflow.pipeline.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flow rules of sessions, one for each direction, in the switch of the moment. No switch matches an ICMP
 * identifier, so the echo sessions between two addresses share their rules; a rule goes with its last session. For
 * the shard's thread only.
 */
final class OpenFlowSessionRules implements SessionRules {

    private static final Logger LOG = LoggerFactory.getLogger(OpenFlowSessionRules.class);
    private static final int MAX_IDLE_TIMEOUT_SECONDS = 0xffff;
    private static final int REMOVALS_PER_BATCH = 5000;
    private static final long WARNING_INTERVAL_NANOS = 1_000_000_000L;

    /** What a rule matches: sessions with equal keys share it. */
    private record Key(Table table, Protocol protocol, Object client, int clientPort, Object remote, int remotePort) { }

    private static final class Rule {

        private final Key key;
        private final int number;
        private final Set<Long> sessions = new LinkedHashSet<>(2);

        Rule(Key key, int number) {
            this.key = key;
            this.number = number;
        }
    }

    private final TimerConfig timers;
    private final Consumer<Consumer<Shard>> shardThread;
    private final Map<Key, Rule> byKey = new HashMap<>();
    private final Map<Integer, Rule> byNumber = new HashMap<>();
    private final Map<Long, Set<Rule>> bySession = new HashMap<>();
    private final int shards;
    private int lastNumber;
    /** Null while there is no switch to use. */
    private SwitchAgent.Ready inUse;
    private long nextWarningNanos = Long.MIN_VALUE;

    /**
     * @param shardThread runs something on the shard's thread
     * @param shard the shard's number, which the numbers of its rules tell
     * @param shards how many there are
     */
    OpenFlowSessionRules(TimerConfig timers, Consumer<Consumer<Shard>> shardThread, int shard, int shards) {
        this.timers = timers;
        this.shardThread = shardThread;
        this.shards = shards;
        this.lastNumber = shard;
    }

    /** The shard that gave a rule its number. */
    static int shardOf(int ruleNumber, int shards) {
        return Integer.remainderUnsigned(ruleNumber, shards);
    }

    /** From now on this switch, which has none of the rules, is used; null: none. */
    void use(SwitchAgent.Ready ready) {
        byKey.clear();
        byNumber.clear();
        bySession.clear();
        inUse = ready;
    }

    @Override
    public void install(Session session) {
        long sessionId = session.id();
        if (inUse == null) {
            shardThread.accept(shard -> shard.rulesFailed(sessionId, System.nanoTime()));
            return;
        }
        int port = inUse.fastPathPort();
        Rule up = claim(key6(session), sessionId);
        Rule down = claim(key4(session), sessionId);
        // the answer's way first: when the first packet is answered, its rule is there
        List<FlowMod> mods = List.of(flow4to6(session, down.number, port), flow6to4(session, up.number, port));
        inUse.connection().install(mods).whenComplete((done, failure) -> shardThread.accept(shard -> {
            if (failure != null) {
                warn("flow rules of " + session, failure);
                shard.rulesFailed(sessionId, System.nanoTime());
            } else {
                shard.rulesConfirmed(sessionId, System.nanoTime());
            }
        }));
    }

    /** One line a second is enough to see that a switch refuses; the counter has the number. */
    private void warn(String what, Throwable failure) {
        long nowNanos = System.nanoTime();
        if (nextWarningNanos == Long.MIN_VALUE || nowNanos - nextWarningNanos >= 0) {
            nextWarningNanos = nowNanos + WARNING_INTERVAL_NANOS;
            LOG.warn("{}: {}", what, failure.getMessage());
        }
    }

    @Override
    public CompletableFuture<Void> remove(List<Session> sessions) {
        List<FlowMod> mods = new ArrayList<>();
        for (Session session : sessions) {
            Set<Rule> rules = bySession.remove(session.id());
            if (rules != null) {
                rules.forEach(rule -> release(rule, session.id(), mods));
            }
        }
        if (mods.isEmpty() && inUse != null) {
            return CompletableFuture.completedFuture(null);
        }
        if (inUse == null) {
            return CompletableFuture.failedFuture(new FlowsNotConfirmedException(
                    "no switch is connected: what flows it has go when it connects"));
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        removeFrom(inUse.connection(), mods, 0, confirmed);
        return confirmed;
    }

    /** Sends the removals in batches, the next one when the switch has confirmed the one before. */
    private static void removeFrom(SwitchConnection connection, List<FlowMod> mods, int from,
            CompletableFuture<Void> confirmed) {
        int to = Math.min(mods.size(), from + REMOVALS_PER_BATCH);
        connection.install(mods.subList(from, to)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("the switch did not confirm the removal of {} flows: {}", mods.size() - from,
                        failure.getMessage());
                // nobody knows which flows are left: when the switch comes back it is cleared
                connection.disconnect("a removal of flows was not confirmed");
                confirmed.completeExceptionally(new FlowsNotConfirmedException(
                        "the switch has not confirmed that the flows are gone: " + failure.getMessage()));
            } else if (to < mods.size()) {
                removeFrom(connection, mods, to, confirmed);
            } else {
                confirmed.complete(null);
            }
        });
    }

    /** A rule left the switch without our doing; tells the shard of each session that it served. */
    void removed(Shard shard, int ruleNumber, FlowRemoved.Reason reason) {
        Rule rule = byNumber.get(ruleNumber);
        if (rule == null) {
            return;   // we took it out
        }
        for (long sessionId : rule.sessions) {
            if (reason == FlowRemoved.Reason.DELETE) {
                shard.rulesDeletedByOthers(sessionId);
            } else {
                shard.rulesLost(sessionId);
            }
        }
    }

    private Rule claim(Key key, long sessionId) {
        Rule rule = byKey.computeIfAbsent(key, wanted -> {
            Rule made = new Rule(wanted, nextNumber());
            byNumber.put(made.number, made);
            return made;
        });
        rule.sessions.add(sessionId);
        bySession.computeIfAbsent(sessionId, id -> new LinkedHashSet<>(2)).add(rule);
        return rule;
    }

    private int nextNumber() {
        if (Integer.compareUnsigned(lastNumber, -1 - shards) > 0) {
            lastNumber = shardOf(lastNumber, shards);
        }
        lastNumber += shards;
        return lastNumber;
    }

    private void release(Rule rule, long sessionId, List<FlowMod> mods) {
        rule.sessions.remove(sessionId);
        if (rule.sessions.isEmpty()) {
            byKey.remove(rule.key);
            byNumber.remove(rule.number);
            mods.add(SessionFlows.remove(Cookies.sessionRule(rule.number), rule.key.table));
        }
    }

    private static Key key6(Session session) {
        BibEntry binding = session.binding();
        boolean ports = session.protocol() != Protocol.ICMP;
        return new Key(Table.SESSION_6TO4, session.protocol(), binding.clientAddress(),
                ports ? binding.clientPort() : 0, session.remoteAddress6(), session.remotePort());
    }

    private static Key key4(Session session) {
        BibEntry binding = session.binding();
        boolean ports = session.protocol() != Protocol.ICMP;
        return new Key(Table.SESSION_4TO6, session.protocol(), binding.poolAddress(),
                ports ? binding.poolPort() : 0, session.remoteAddress(), session.remotePort());
    }

    private FlowMod flow6to4(Session session, int number, int port) {
        BibEntry binding = session.binding();
        Ip6 client = binding.clientAddress();
        Ip6 remote = session.remoteAddress6();
        int idle = idleTimeoutSeconds(session.protocol());
        if (session.protocol() == Protocol.ICMP) {
            return SessionFlows.icmpEcho6to4(number, client, remote, port, idle);
        }
        return SessionFlows.tcpOrUdp6to4(number, session.protocol().number(), client, binding.clientPort(), remote,
                session.remotePort(), port, idle);
    }

    private FlowMod flow4to6(Session session, int number, int port) {
        BibEntry binding = session.binding();
        int idle = idleTimeoutSeconds(session.protocol());
        if (session.protocol() == Protocol.ICMP) {
            return SessionFlows.icmpEcho4to6(number, session.remoteAddress(), binding.poolAddress(), port, idle);
        }
        return SessionFlows.tcpOrUdp4to6(number, session.protocol().number(), session.remoteAddress(),
                session.remotePort(), binding.poolAddress(), binding.poolPort(), port, idle);
    }

    /** The longest that a session of the protocol may live idle: its own timer ends it, the flow's is a backstop. */
    private int idleTimeoutSeconds(Protocol protocol) {
        int seconds = switch (protocol) {
            case TCP -> Math.max(timers.tcpEstablishedSeconds(),
                    Math.max(timers.tcpOpeningSeconds(), timers.tcpClosingSeconds()));
            case UDP -> timers.udpSeconds();
            case ICMP -> timers.icmpSeconds();
        };
        return Math.min(seconds, MAX_IDLE_TIMEOUT_SECONDS);
    }
}
