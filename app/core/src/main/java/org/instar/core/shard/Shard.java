// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.instar.core.binding.Bib;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.PathEvent;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Rules;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TimerWheel;
import org.instar.engine.address.Prefix64;
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

    private final Bib bib;
    private final SessionTable sessions;
    private final PathCounters counters;
    private final EdgeConfig gateway;
    private final RouterEdge edge;
    private final SessionRules rules;
    private final LongSupplier wallClockMillis;
    private final TimerWheel<Session> wheel;
    private final PacketPath path;
    private final HeldFrames heldFrames = new HeldFrames();
    private final ByteBuffer release = ByteBuffer.allocateDirect(ETHERNET_HEADER + 65535);
    private long edgeDeadlineNanos;

    /**
     * @param wallClockMillis milliseconds since 1970, for what people read; all timers run on the nanoseconds that the
     *     methods are given
     */
    public Shard(Nat64Config config, TranslatorSettings settings, Bib bib, SessionTable sessions,
            PathCounters counters, RouterEdge edge, SessionRules rules, LongSupplier wallClockMillis, long nowNanos) {
        this.bib = bib;
        this.sessions = sessions;
        this.counters = counters;
        this.gateway = config.gateway();
        this.edge = edge;
        this.rules = rules;
        this.wallClockMillis = wallClockMillis;
        this.edgeDeadlineNanos = nowNanos;
        this.wheel = new TimerWheel<>(nowNanos);
        this.path = new PacketPath(config, settings, bib, sessions, wheel, counters, this);
    }

    /** Takes a whole Ethernet frame without checksum. The buffer is big-endian and only read. */
    public void receive(ByteBuffer frame, int offset, int length, long nowNanos) {
        if (length < ETHERNET_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        switch (frame.getShort(offset + TYPE_OFFSET) & 0xffff) {
            case TYPE_IPV6:
                receive6(frame, offset, length, nowNanos);
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

    private void receive6(ByteBuffer frame, int offset, int length, long nowNanos) {
        int packet = offset + ETHERNET_HEADER;
        if (length < ETHERNET_HEADER + IPV6_HEADER) {
            counters.drop(PathDrop.SHORT_FRAME);
            return;
        }
        Prefix64 prefix = path.prefixOf(frame.getLong(packet + 24), frame.getLong(packet + 32));
        if (prefix == null) {
            edge.receive(frame, offset, length, nowNanos);
        } else if (!isToGateway(frame, offset)) {
            counters.drop(PathDrop.NOT_TO_GATEWAY);
        } else if (!hasWay(prefix.extract(frame.getLong(packet + 24), frame.getLong(packet + 32)))) {
            path.refuse6(PathDrop.NO_ROUTE, frame, packet, length - ETHERNET_HEADER, nowNanos);
        } else {
            path.from6(frame, packet, length - ETHERNET_HEADER, prefix, nowNanos, wallClockMillis.getAsLong());
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
    public void to4(Session session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == null || mayGo(session, frame, frameLength, TYPE_IPV4, nowNanos)) {
            edge.send4(frame, 0, frameLength, nowNanos);
        }
    }

    @Override
    public void to6(Session session, ByteBuffer frame, int frameLength, long nowNanos) {
        if (session == null || mayGo(session, frame, frameLength, TYPE_IPV6, nowNanos)) {
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
    public void turned(Session session, long nowNanos) {
        if (session.wantsRules(nowNanos)) {
            request(session);
        }
    }

    /** Whether the session's rules are confirmed, or were refused; if not they are asked for, and the frame is kept. */
    private boolean mayGo(Session session, ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        if (session.rules() == Rules.CONFIRMED || session.rules() == Rules.ABSENT && !session.wantsRules(nowNanos)) {
            return true;
        }
        frame.putShort(TYPE_OFFSET, (short) etherType);
        if (heldFrames.hold(session, frame, frameLength)) {
            counters.count(PathEvent.FRAMES_HELD);
        } else {
            counters.drop(PathDrop.HELD_FULL);
        }
        if (session.rules() == Rules.ABSENT) {
            request(session);
        }
        return false;
    }

    private void request(Session session) {
        session.setRules(Rules.PENDING);
        counters.count(PathEvent.RULES_REQUESTED);
        rules.install(session);
    }

    /** The switch has the session's rules: what waited is sent. */
    public void rulesConfirmed(long sessionId, long nowNanos) {
        counters.count(PathEvent.RULES_CONFIRMED);
        Session session = sessions.get(sessionId);
        if (session != null) {
            session.setRules(Rules.CONFIRMED);
            releaseHeld(session, nowNanos);
        }
    }

    /**
     * The switch doesn't have the session's rules: what waited is sent. After a second a packet asks again; until then
     * packets go without.
     */
    public void rulesFailed(long sessionId, long nowNanos) {
        counters.count(PathEvent.RULES_FAILED);
        Session session = sessions.get(sessionId);
        if (session != null) {
            session.refuseRules(nowNanos + RULES_RETRY_NANOS);
            releaseHeld(session, nowNanos);
        }
    }

    private void releaseHeld(Session session, long nowNanos) {
        for (byte[] held = heldFrames.poll(session); held != null; held = heldFrames.poll(session)) {
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
        Session session = sessions.get(sessionId);
        if (session != null && session.rules() == Rules.CONFIRMED) {
            session.setRules(Rules.ABSENT);
        }
    }

    /** The switch is gone, and all rules with it. */
    public void allRulesLost() {
        for (Session session : sessions.byId().values()) {
            if (session.rules() == Rules.CONFIRMED) {
                session.setRules(Rules.ABSENT);
            }
        }
    }

    /**
     * Removes all sessions that a filter picks.
     *
     * @return how many; completes when the switch has confirmed that their rules are gone, fails when it has not
     */
    public CompletableFuture<Integer> removeSessions(Predicate<Session> filter) {
        List<Session> picked = sessions.byId().values().stream().filter(filter).collect(Collectors.toList());
        for (Session session : picked) {
            wheel.cancel(session);
            counters.count(PathEvent.SESSIONS_REMOVED);
            forget(session);
        }
        return rules.remove(picked).thenApply(done -> picked.size());
    }

    /** Ends sessions whose time is over and runs the edge's timers. */
    public void tick(long nowNanos) {
        List<Session> expired = new ArrayList<>();
        wheel.advance(nowNanos, expired::add);
        for (Session session : expired) {
            counters.count(PathEvent.SESSIONS_EXPIRED);
            forget(session);
        }
        if (!expired.isEmpty()) {
            rules.remove(expired);
        }
        path.expire(nowNanos);
        edgeDeadlineNanos = edge.tick(nowNanos);
    }

    private void forget(Session session) {
        while (heldFrames.poll(session) != null) {
            counters.drop(PathDrop.SESSION_REMOVED);
        }
        if (sessions.remove(session)) {
            bib.remove(session.binding());
            counters.count(PathEvent.BINDINGS_REMOVED);
        }
    }

    /** When {@link #tick} has something to do again. */
    public long nextDeadlineNanos() {
        long wheelDeadlineNanos = wheel.nextTickNanos();
        return wheelDeadlineNanos != Long.MAX_VALUE && wheelDeadlineNanos - edgeDeadlineNanos < 0
                ? wheelDeadlineNanos : edgeDeadlineNanos;
    }

    /** Says goodbye to the hosts. */
    public void shutdown(long nowNanos) {
        edge.shutdown(nowNanos);
    }
}
