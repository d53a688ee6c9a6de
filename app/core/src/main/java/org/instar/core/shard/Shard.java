// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.PathEvent;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.Place;
import org.instar.core.rule.RuleSet;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Rules;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Prefix4;
import org.instar.engine.translate.TranslatorSettings;

/**
 * Takes Ethernet frames, from the fast path or as packet-ins alike, and sends them on translated, or answers them as
 * a router. The first packet of a session waits until the switch has confirmed the session's rules. Every method is
 * for the one thread that owns the shard.
 */
public final class Shard implements PacketPath.Output {

    private static final long RULES_RETRY_NANOS = 1_000_000_000L;
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV6_HEADER = 40;
    private static final int IPV4_HEADER = 20;
    private static final int TYPE_OFFSET = 12;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int TYPE_VLAN = 0x8100;
    private static final int TYPE_QINQ = 0x88a8;
    private static final int TYPE_IPV6 = 0x86dd;

    private final ShardState state;
    private final SessionTable sessions;
    private final SessionLifecycle lifecycle;
    private final PathCounters counters;
    private final EdgeConfig gateway;
    private final RouterEdge edge;
    private final SessionRules rules;
    private final LongSupplier wallClockMillis;
    private final PacketPath path;
    private final HeldFrames heldFrames = new HeldFrames();
    private final ByteBuffer release = ByteBuffer.allocateDirect(ETHERNET_HEADER + 65535);
    private final List<Session> ended = new ArrayList<>();
    private long edgeDeadlineNanos;
    /** The switch refused rules: none are asked for before this time. */
    private long rulesRetryNanos = Long.MIN_VALUE;

    /**
     * @param wallClockMillis milliseconds since 1970, for what people read; all timers run on the nanoseconds that the
     *     methods are given
     */
    public Shard(Nat64Config config, TranslatorSettings settings, ShardState state,
            SessionLifecycle lifecycle, PoolDirectory pools, PathCounters counters, RouterEdge edge,
            SessionRules rules, LongSupplier wallClockMillis, long nowNanos) {
        this.state = state;
        this.sessions = state.sessions();
        this.lifecycle = lifecycle;
        this.counters = counters;
        this.gateway = config.gateway();
        this.edge = edge;
        this.rules = rules;
        this.wallClockMillis = wallClockMillis;
        this.edgeDeadlineNanos = nowNanos;
        this.path = new PacketPath(config, settings, state, lifecycle, pools, counters, this);
    }

    /** Takes a frame of which nobody knows where it came in. */
    public void receive(ByteBuffer frame, int offset, int length, long nowNanos) {
        receive(frame, offset, length, Ingress.UNKNOWN, nowNanos);
    }

    /** Takes a whole Ethernet frame without checksum. The buffer is big-endian and only read. */
    public void receive(ByteBuffer frame, int offset, int length, Ingress ingress, long nowNanos) {
        if (length < ETHERNET_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        switch (frame.getShort(offset + TYPE_OFFSET) & 0xffff) {
            case TYPE_IPV6:
                receive6(frame, offset, length, ingress, nowNanos);
                break;
            case TYPE_IPV4:
                receive4(frame, offset, length, nowNanos);
                break;
            case TYPE_ARP:
                edge.receive(frame, offset, length, nowNanos);
                break;
            case TYPE_VLAN:
            case TYPE_QINQ:
                counters.drop(PathDrop.VLAN_TAGGED);
                break;
            default:
                counters.drop(PathDrop.UNKNOWN_ETHERTYPE);
        }
    }

    private void receive6(ByteBuffer frame, int offset, int length, Ingress ingress, long nowNanos) {
        int packet = offset + ETHERNET_HEADER;
        if (length < ETHERNET_HEADER + IPV6_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        int prefix = path.prefixOf(frame.getLong(packet + 24), frame.getLong(packet + 32));
        if (prefix < 0) {
            edge.receive(frame, offset, length, nowNanos);
        } else if (!isToGateway(frame, offset)) {
            counters.drop(PathDrop.NOT_TO_GATEWAY);
        } else if (!hasWay(path.prefix(prefix).extract(frame.getLong(packet + 24), frame.getLong(packet + 32)))) {
            path.refuse6(PathDrop.NO_ROUTE, frame, packet, length - ETHERNET_HEADER, nowNanos);
        } else {
            path.from6(frame, packet, length - ETHERNET_HEADER, prefix, ingress, nowNanos,
                    wallClockMillis.getAsLong());
        }
    }

    private void receive4(ByteBuffer frame, int offset, int length, long nowNanos) {
        int packet = offset + ETHERNET_HEADER;
        if (length < ETHERNET_HEADER + IPV4_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        if (!path.isPoolAddress(frame.getInt(packet + 16))) {
            edge.receive(frame, offset, length, nowNanos);
        } else if (!isToGateway(frame, offset)) {
            counters.drop(PathDrop.NOT_TO_GATEWAY);
        } else {
            path.from4(frame, packet, length - ETHERNET_HEADER, nowNanos, wallClockMillis.getAsLong());
        }
    }

    /** The switch floods what it doesn't know: only frames for the gateway are the translator's. */
    private boolean isToGateway(ByteBuffer frame, int offset) {
        return frame.getLong(offset) >>> 16 == gateway.mac();
    }

    /** Whether a packet to this IPv4 address could leave; asked before it makes any state. */
    private boolean hasWay(int destination) {
        return path.isPoolAddress(destination) || gateway.hasRoute4(destination);
    }

    @Override
    public void to4(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == RecordStore.NONE || mayGo(session, frame, frameLength, TYPE_IPV4, nowNanos)) {
            edge.send4(frame, 0, frameLength, nowNanos);
        }
    }

    @Override
    public void to6(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == RecordStore.NONE || mayGo(session, frame, frameLength, TYPE_IPV6, nowNanos)) {
            edge.send6(frame, 0, frameLength, nowNanos);
        }
    }

    @Override
    public void answer4(ByteBuffer frame, int frameLength, long nowNanos) {
        edge.send4(frame, 0, frameLength, nowNanos);
    }

    @Override
    public void answer6(ByteBuffer frame, int frameLength, long nowNanos) {
        edge.send6(frame, 0, frameLength, nowNanos);
    }

    @Override
    public void turned(int session, long nowNanos) {
        if (wantsRules(session, nowNanos)) {
            request(session);
        }
    }

    /**
     * Whether the session's rules are confirmed, or none are to be had; if not they are asked for, the frame is kept.
     */
    private boolean mayGo(int session, ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        Rules known = sessions.rules(session);
        if (known == Rules.CONFIRMED || known != Rules.PENDING && !wantsRules(session, nowNanos)) {
            return true;
        }
        frame.putShort(TYPE_OFFSET, (short) etherType);
        if (heldFrames.hold(session, frame, frameLength)) {
            counters.count(PathEvent.FRAMES_HELD);
        } else {
            counters.drop(PathDrop.HELD_FULL);
        }
        if (known != Rules.PENDING) {
            request(session);
        }
        return false;
    }

    /** Whether rules are to be asked for now: not while the switch refuses them, nor where the rule wants none. */
    private boolean wantsRules(int session, long nowNanos) {
        Rules known = sessions.rules(session);
        boolean missing = known == Rules.ABSENT || known == Rules.REFUSED
                && (rulesRetryNanos == Long.MIN_VALUE || nowNanos - rulesRetryNanos >= 0);
        return missing && state.rules().rule(sessions.rule(session)).place() != Place.CONTROLLER;
    }

    private void request(int session) {
        sessions.setRules(session, Rules.PENDING);
        counters.count(PathEvent.RULES_REQUESTED);
        rules.install(sessions.read(session));
    }

    /** The switch has the session's rules: what waited is sent. */
    public void rulesConfirmed(long sessionId, long nowNanos) {
        counters.count(PathEvent.RULES_CONFIRMED);
        int session = sessions.ofId(sessionId);
        if (session != RecordStore.NONE) {
            sessions.setRules(session, Rules.CONFIRMED);
            releaseHeld(session, nowNanos);
        }
    }

    /**
     * The switch doesn't have the session's rules: what waited is sent. After a second a packet asks again; until then
     * packets go without.
     */
    public void rulesFailed(long sessionId, long nowNanos) {
        counters.count(PathEvent.RULES_FAILED);
        int session = sessions.ofId(sessionId);
        if (session != RecordStore.NONE) {
            sessions.setRules(session, Rules.REFUSED);
            rulesRetryNanos = nowNanos + RULES_RETRY_NANOS;
            releaseHeld(session, nowNanos);
        }
    }

    private void releaseHeld(int session, long nowNanos) {
        Deque<byte[]> all = heldFrames.takeAll(session);
        if (all == null) {
            return;
        }
        for (byte[] held : all) {
            release.clear();
            release.put(held);
            if ((release.getShort(TYPE_OFFSET) & 0xffff) == TYPE_IPV4) {
                edge.send4(release, 0, held.length, nowNanos);
            } else {
                edge.send6(release, 0, held.length, nowNanos);
            }
        }
    }

    /** Rules of a live session left the switch by their idle timeout: the next packet asks for them again. */
    public void rulesLost(long sessionId) {
        forgetRules(sessionId, PathEvent.RULES_LOST);
    }

    /** Somebody else took rules of a live session out of the switch. */
    public void rulesDeletedByOthers(long sessionId) {
        forgetRules(sessionId, PathEvent.FLOWS_REMOVED_UNEXPECTEDLY);
    }

    /** Somebody else took a flow out of the switch that belongs to no session. */
    public void staticFlowRemoved() {
        counters.count(PathEvent.FLOWS_REMOVED_UNEXPECTEDLY);
    }

    private void forgetRules(long sessionId, PathEvent event) {
        counters.count(event);
        int session = sessions.ofId(sessionId);
        if (session != RecordStore.NONE && sessions.rules(session) == Rules.CONFIRMED) {
            sessions.setRules(session, Rules.ABSENT);
        }
    }

    /** The switch is gone, and all rules with it. */
    public void allRulesLost() {
        for (int session = 1; session <= sessions.highest(); session++) {
            if (sessions.isSession(session) && sessions.rules(session) == Rules.CONFIRMED) {
                sessions.setRules(session, Rules.ABSENT);
            }
        }
    }

    /**
     * Removes all sessions that a filter picks.
     *
     * @return how many; completes when the switch has confirmed that their rules are gone, fails when it has not
     */
    public CompletableFuture<Integer> removeSessions(Predicate<Session> filter, long nowNanos) {
        List<Session> picked = new ArrayList<>();
        for (int session = 1; session <= sessions.highest(); session++) {
            Session view = sessions.read(session);
            if (view != null && filter.test(view)) {
                picked.add(view);
                counters.count(PathEvent.SESSIONS_REMOVED);
                ending(session);
                path.end(session, nowNanos, wallClockMillis.getAsLong());
            }
        }
        ended.clear();
        return rules.remove(picked).thenApply(done -> picked.size());
    }

    /**
     * New sessions go by this configuration, and the timers of all; the caller has changed the pools, whose addresses
     * are given.
     */
    public void change(Nat64Config config, List<Prefix4> poolPrefixes) {
        lifecycle.change(config);
        edge.setPools(poolPrefixes);
    }

    /**
     * Checks a slice of the tables; see {@link InvariantChecker#check}. Begin with 1 and go on with what is returned,
     * until that is 0; packets may come between the slices.
     */
    public int check(int from, int most, List<String> violations) {
        return new InvariantChecker(state, lifecycle.ports(), lifecycle.subscribers()).check(from, most, violations);
    }

    /** Whether there is room for these rules beside the past ones that sessions still go by. */
    public boolean hasRoomFor(RuleSet wanted) {
        return state.rules().hasRoomFor(wanted);
    }

    /** Does what time brings, see {@link PacketPath#expire}, and runs the edge's timers. */
    public void tick(long nowNanos) {
        path.expire(nowNanos, wallClockMillis.getAsLong(), this::ending);
        if (!ended.isEmpty()) {
            rules.remove(List.copyOf(ended));
            ended.clear();
        }
        edgeDeadlineNanos = edge.tick(nowNanos);
        for (byte[] frame = edge.takeUnreachable(); frame != null; frame = edge.takeUnreachable()) {
            path.tellUnreachable(ByteBuffer.wrap(frame), ETHERNET_HEADER, frame.length - ETHERNET_HEADER, nowNanos);
        }
    }

    private void ending(int session) {
        if (sessions.rules(session) != Rules.ABSENT) {
            ended.add(sessions.read(session));
        }
        Deque<byte[]> held = heldFrames.takeAll(session);
        for (int i = held == null ? 0 : held.size(); i > 0; i--) {
            counters.drop(PathDrop.SESSION_REMOVED);
        }
    }

    /** When {@link #tick} has something to do again. */
    public long nextDeadlineNanos() {
        long wheelDeadlineNanos = Math.min(state.wheel().nextTickNanos(), state.shorterTimers().nextSliceNanos());
        return wheelDeadlineNanos != Long.MAX_VALUE && wheelDeadlineNanos - edgeDeadlineNanos < 0
                ? wheelDeadlineNanos : edgeDeadlineNanos;
    }

    /** Says goodbye to the hosts. */
    public void shutdown(long nowNanos) {
        edge.shutdown(nowNanos);
    }
}
