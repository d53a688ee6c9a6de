// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.instar.core.Protocol;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.HandedPacket;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.PathEvent;
import org.instar.core.path.PayloadEditor;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.path.ShardGroup;
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
public final class Shard implements PacketPath.Output, PacketPath.Expiry, SwitchTranslation.Listener {

    private static final long RULES_RETRY_NANOS = 1_000_000_000L;
    private static final int ETHERNET_HEADER = 14;
    /** In front of packets of the path there is room for a tag, and behind that for the header that frames have. */
    private static final int START = PacketPath.HEADROOM - ETHERNET_HEADER;
    private static final int TYPE_OFFSET = 12;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;

    private final ShardState state;
    private final SessionTable sessions;
    private final SessionLifecycle lifecycle;
    private final PathCounters counters;
    private final RouterEdge edge;
    private final Upcoming upcoming;
    private final FrameReceiver receiver;
    private final SessionRules rules;
    private final LongSupplier wallClockMillis;
    private final PacketPath path;
    private final HeldFrames heldFrames = new HeldFrames();
    private final ByteBuffer release = ByteBuffer.allocateDirect(PacketPath.HEADROOM + 65535);
    private final List<Session> ended = new ArrayList<>();
    private final List<CompletableFuture<Void>> leaving = new ArrayList<>();
    private final Offloader offloader;
    private long edgeDeadlineNanos;
    /** The time of what is being done. */
    private long nowOfTurnNanos;
    /** The switch refused rules: none are asked for before this time. */
    private long rulesRetryNanos = Long.MIN_VALUE;

    /**
     * @param wallClockMillis milliseconds since 1970, for what people read; all timers run on the nanoseconds that the
     *     methods are given
     */
    public Shard(Nat64Config config, TranslatorSettings settings, ShardState state,
            SessionLifecycle lifecycle, PoolDirectory pools, PathCounters counters, RouterEdge edge,
            SessionRules rules, LongSupplier wallClockMillis, long nowNanos) {
        this(config, settings, state, lifecycle, pools, counters, edge, rules, wallClockMillis, nowNanos,
                ShardGroup.alone());
    }

    /** One of several. */
    public Shard(Nat64Config config, TranslatorSettings settings, ShardState state,
            SessionLifecycle lifecycle, PoolDirectory pools, PathCounters counters, RouterEdge edge,
            SessionRules rules, LongSupplier wallClockMillis, long nowNanos, ShardGroup group) {
        this.state = state;
        this.sessions = state.sessions();
        this.lifecycle = lifecycle;
        this.counters = counters;
        this.edge = edge;
        this.rules = rules;
        this.wallClockMillis = wallClockMillis;
        this.edgeDeadlineNanos = nowNanos;
        this.nowOfTurnNanos = nowNanos;
        this.path = new PacketPath(config, settings, state, lifecycle, pools, counters, this,
                PayloadEditor.NONE, group);
        this.receiver = new FrameReceiver(config.gateway(), path, new SharedEdge(edge, group, counters,
                marker -> markerReturned(marker)), counters, wallClockMillis);
        this.offloader = new Offloader(config, state, path, edge, counters, heldFrames, group.self(),
                session -> releaseHeld(session, nowOfTurnNanos));
        this.upcoming = new Upcoming(state, Upcoming.LEAST_SESSIONS);
    }

    /** Takes a frame of which nobody knows the port it came in at. */
    public void receive(ByteBuffer frame, int offset, int length, long nowNanos) {
        receive(frame, offset, length, Ingress.UNTAGGED_FRAME, nowNanos);
    }

    /**
     * Takes a whole Ethernet frame without checksum. The buffer is big-endian and only read.
     *
     * @param ingress with the VLAN of a tag that is no longer in the frame, known in any case; that of a tag that is in
     *     the frame goes before it
     */
    public void receive(ByteBuffer frame, int offset, int length, Ingress ingress, long nowNanos) {
        nowOfTurnNanos = nowNanos;
        receiver.receive(frame, offset, length, ingress, nowNanos);
    }

    /** Whether {@link #announce} does any good, with as many sessions as there are. */
    public boolean wantsAnnouncements() {
        return upcoming.isWorthwhile();
    }

    /** This frame of a burst, without tag, is going to come: what it needs of the tables is read ahead. */
    public void announce(ByteBuffer frame, int offset, int length) {
        upcoming.add(frame, offset, length);
    }

    /** All frames of the burst have been announced. */
    public void readAhead() {
        upcoming.fetch();
    }

    /** Takes what another shard handed over. */
    public void handed(HandedPacket handed, long nowNanos) {
        nowOfTurnNanos = nowNanos;
        receiver.handed(handed, nowNanos);
    }

    @Override
    public void to4(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == RecordStore.NONE || mayGo(session, frame, frameLength, TYPE_IPV4, nowNanos)) {
            edge.send4(frame, START, frameLength - START, nowNanos);
        }
    }

    @Override
    public void to6(int session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == RecordStore.NONE || mayGo(session, frame, frameLength, TYPE_IPV6, nowNanos)) {
            edge.send6(frame, START, frameLength - START, nowNanos);
        }
    }

    @Override
    public void answer4(ByteBuffer frame, int frameLength, long nowNanos) {
        edge.send4(frame, START, frameLength - START, nowNanos);
    }

    @Override
    public void answer6(ByteBuffer frame, int frameLength, long nowNanos) {
        edge.answer6(frame, START, frameLength - START, receiver.vlan(), nowNanos);
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
        if (known == Rules.CONFIRMED) {
            return !offloader.holds(session, withType(frame, etherType), frameLength, etherType, nowNanos);
        }
        if (known != Rules.PENDING && !wantsRules(session, nowNanos)) {
            return true;
        }
        if (heldFrames.hold(session, withType(frame, etherType), frameLength)) {
            counters.count(PathEvent.FRAMES_HELD);
        } else {
            counters.drop(PathDrop.HELD_FULL);
        }
        if (known != Rules.PENDING) {
            request(session);
        }
        return false;
    }

    /** Where its type is told by a frame itself, it can be sent later. */
    private static ByteBuffer withType(ByteBuffer frame, int etherType) {
        return frame.putShort(START + TYPE_OFFSET, (short) etherType);
    }

    /**
     * Whether rules are to be asked for now: not while the switch refuses them, nor where the rule wants none. Those of
     * an echo session would match others too, and so keep the port from being known that these come in at.
     */
    private boolean wantsRules(int session, long nowNanos) {
        Rules known = sessions.rules(session);
        boolean missing = known == Rules.ABSENT || known == Rules.REFUSED
                && (rulesRetryNanos == Long.MIN_VALUE || nowNanos - rulesRetryNanos >= 0);
        return missing && state.rules().rule(sessions.rule(session)).place() != Place.CONTROLLER
                && !(sessions.protocol(session) == Protocol.ICMP && lifecycle.needsPorts());
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
            if (!offloader.joinsAtOnce(session, nowNanos)) {
                releaseHeld(session, nowNanos);
            }
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
            if ((release.getShort(START + TYPE_OFFSET) & 0xffff) == TYPE_IPV4) {
                edge.send4(release, START, held.length - START, nowNanos);
            } else {
                edge.send6(release, START, held.length - START, nowNanos);
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

    /** From now on this switch translates sessions itself, which has none yet; {@link SwitchTranslation#NONE}: none. */
    public void useTranslation(SwitchTranslation translation, long nowNanos) {
        offloader.use(translation, nowNanos);
        offloader.allLeft(nowNanos);
    }

    @Override
    public void switchJoined(long sessionId, long nowNanos) {
        nowOfTurnNanos = nowNanos;
        offloader.joined(sessionId, nowNanos);
    }

    @Override
    public void switchJoinFailed(long sessionId, long nowNanos) {
        nowOfTurnNanos = nowNanos;
        offloader.joinFailed(sessionId, nowNanos);
    }

    @Override
    public void switchLeft(long sessionId) {
        offloader.left(sessionId);
    }

    @Override
    public void switchCounted(long sessionId, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6,
            long nowNanos) {
        offloader.counted(sessionId, packets6to4, bytes6to4, packets4to6, bytes4to6, nowNanos);
    }

    @Override
    public void leaveSwitch(long sessionId, PathEvent reason) {
        counters.count(reason);
        int session = sessions.ofId(sessionId);
        if (session != RecordStore.NONE && sessions.offload(session) == Session.Offload.IN) {
            offloader.leave(session);
        }
    }

    @Override
    public void strayed(long sessionId) {
        leaveSwitch(sessionId, PathEvent.SWITCH_STRAYS);
        offloader.keepOut(sessionId, nowOfTurnNanos);
    }

    /** Has the switch give up the sessions that a filter picks, which live on; how many. */
    public int leaveSwitch(Predicate<Session> filter) {
        return offloader.leave(session -> {
            Session view = sessions.read(session);
            return view != null && filter.test(view);
        });
    }

    /** All frames and commands of the moment have been dealt with. */
    public void endTurn() {
        offloader.flush();
    }

    private void markerReturned(long marker) {
        offloader.markerReturned(marker, nowOfTurnNanos);
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
        leaving.add(rules.remove(picked));
        CompletableFuture<Void> all = CompletableFuture.allOf(leaving.toArray(new CompletableFuture<?>[0]));
        leaving.clear();
        return all.thenApply(done -> picked.size());
    }

    /**
     * New sessions go by this configuration, and the timers of all; the caller has changed the pools, whose addresses
     * are given.
     */
    public void change(Nat64Config config, List<Prefix4> poolPrefixes) {
        lifecycle.change(config);
        offloader.change(config);
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
        nowOfTurnNanos = nowNanos;
        offloader.tick(nowNanos);
        path.expire(nowNanos, wallClockMillis.getAsLong(), this);
        if (!ended.isEmpty()) {
            rules.remove(List.copyOf(ended));
            ended.clear();
        }
        leaving.clear();
        edgeDeadlineNanos = edge.tick(nowNanos);
        for (byte[] frame = edge.takeUnreachable(); frame != null; frame = edge.takeUnreachable()) {
            path.tellUnreachable(ByteBuffer.wrap(frame), PacketPath.HEADROOM, frame.length - PacketPath.HEADROOM,
                    nowNanos);
        }
    }

    @Override
    public boolean mayExpire(int session) {
        return offloader.mayExpire(session);
    }

    @Override
    public void ending(int session) {
        CompletableFuture<Void> left = offloader.ending(session);
        if (left != null) {
            leaving.add(left);
        }
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
        if (lifecycle.ports().isTickDue()) {
            return nowOfTurnNanos;
        }
        long wheelDeadlineNanos = Math.min(Math.min(state.wheel().nextTickNanos(),
                state.shorterTimers().nextSliceNanos()), offloader.nextDeadlineNanos());
        return wheelDeadlineNanos != Long.MAX_VALUE && wheelDeadlineNanos - edgeDeadlineNanos < 0
                ? wheelDeadlineNanos : edgeDeadlineNanos;
    }

    /** Says goodbye to the hosts. */
    public void shutdown(long nowNanos) {
        edge.shutdown(nowNanos);
    }
}
