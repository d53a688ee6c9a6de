// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import org.instar.core.Protocol;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.OffloadConfig;
import org.instar.core.edge.Hop;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PacketPath;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathEvent;
import org.instar.core.rule.Offloading;
import org.instar.core.rule.Place;
import org.instar.core.rule.Rule;
import org.instar.core.rule.TimerConfig;
import org.instar.core.session.Lifetime;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Offload;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpState;
import org.instar.core.table.RecordStore;

/**
 * Decides which sessions the switch translates itself, moves them there and back, and has them live on while their
 * packets come by there. The switch sees data packets only: what moves a session's state comes by here still, and on
 * FIN or RST the session leaves the switch (RFC 6146 §3.5.2.2).
 */
final class Offloader {

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;

    private final ShardState state;
    private final SessionTable sessions;
    private final PacketPath path;
    private final RouterEdge edge;
    private final PathCounters counters;
    private final HeldFrames held;
    private final IntConsumer release;
    private final Retries retries = new Retries();
    private final LiveMoves moves;
    /** Sessions all of whose packets are held until the switch has their rules: nobody goes on before these. */
    private final Set<Integer> silent = new HashSet<>();
    private SwitchTranslation translation = SwitchTranslation.NONE;
    private OffloadConfig config;

    /**
     * @param release sends what is held of a session
     */
    Offloader(Nat64Config config, ShardState state, PacketPath path, RouterEdge edge, PathCounters counters,
            HeldFrames held, int shard, IntConsumer release) {
        this.config = config.offload();
        this.state = state;
        this.sessions = state.sessions();
        this.path = path;
        this.edge = edge;
        this.counters = counters;
        this.held = held;
        this.moves = new LiveMoves(edge, shard);
        this.release = release;
    }

    void use(SwitchTranslation wanted, long nowNanos) {
        translation = wanted;
        edge.doubtNeighbors(nowNanos);
    }

    /** From now on this configuration decides; what it wouldn't have in the switch leaves. */
    void change(Nat64Config wanted) {
        config = wanted.offload();
        leave(session -> when(session).equals(Offloading.NEVER));
    }

    /** A translated packet of a session, its rules for the fast path confirmed, is to go; whether it is kept. */
    boolean holds(int session, ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        switch (sessions.offload(session)) {
            case OUT:
                return translation.isOpen() && wants(session) && begin(session, etherType, nowNanos)
                        && keeps(session, frame, frameLength, etherType, nowNanos);
            case JOINING:
                return keeps(session, frame, frameLength, etherType, nowNanos);
            case IN:
                if (!belongs(session)) {
                    leave(session);
                }
                return false;
            default:
                return false;
        }
    }

    /** Whether a packet is held; if its connection pauses, it goes on and says so. */
    private boolean keeps(int session, ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        if (silent.contains(session)) {
            return held.hold(session, frame, frameLength);
        }
        LiveMove move = moves.of(session);
        if (move != null && belongs(session)) {
            move.pause(frame, frameLength, etherType, nowNanos);
        } else if (move != null) {
            giveUp(session, nowNanos);
        }
        return false;
    }

    /** The rules for the fast path are in: whether the first packets have to wait for those of the switch too. */
    boolean joinsAtOnce(int session, long nowNanos) {
        return translation.isOpen() && sessions.offload(session) == Offload.OUT
                && when(session).equals(Offloading.AT_ONCE) && mayBeIn(session)
                && begin(session, sessions.isFrom6(session) ? TYPE_IPV4 : TYPE_IPV6, nowNanos)
                && silent.contains(session);
    }

    /** When a session is to go into the switch, by the configuration and its rule. */
    private Offloading when(int session) {
        Rule rule = rule(session);
        boolean allowed = rule.place() == Place.SWITCH || rule.place() == Place.ANY;
        return allowed ? rule.offloading().orElse(config.when()) : Offloading.NEVER;
    }

    private boolean wants(int session) {
        if (!mayBeIn(session)) {
            return false;
        }
        Offloading when = when(session);
        return when.equals(Offloading.AT_ONCE) || !when.equals(Offloading.NEVER) && isEstablished(session)
                && sessions.packets6to4(session) + sessions.packets4to6(session) >= when.packets();
    }

    private boolean isEstablished(int session) {
        return sessions.protocol(session) == Protocol.TCP ? sessions.tcpState(session) == TcpState.ESTABLISHED
                : sessions.packets4to6(session) >= 1 && sessions.packets6to4(session) >= 2;
    }

    /** Not for the switch are echo sessions, hairpins, and by the letter of RFC 7915 UDP, whose checksum may be 0. */
    private boolean mayBeIn(int session) {
        Protocol protocol = sessions.protocol(session);
        return (protocol == Protocol.TCP || protocol == Protocol.UDP && !config.isStrict()) && belongs(session)
                && !path.isPoolAddress(sessions.remoteAddress(session));
    }

    /** Whether what the session's state says still lets it be in the switch. */
    private boolean belongs(int session) {
        if (sessions.rules(session) != Session.Rules.CONFIRMED) {
            return false;   // as after a change of the prefix that the client uses
        }
        if (sessions.protocol(session) != Protocol.TCP) {
            return true;
        }
        TcpState tcpState = sessions.tcpState(session);
        return tcpState == TcpState.ESTABLISHED || tcpState == TcpState.V6_INIT || tcpState == TcpState.V4_INIT;
    }

    /** Begins a move; whether there is one under way now. */
    private boolean begin(int session, int etherType, long nowNanos) {
        long id = sessions.id(session);
        if (!retries.isDue(id, nowNanos)) {
            return false;
        }
        if (sessions.protocol(session) != Protocol.TCP) {
            return ask(session, nowNanos);
        }
        if (isSilent(session, etherType)) {
            boolean asked = ask(session, nowNanos);
            if (asked) {
                silent.add(session);
            }
            return asked;
        }
        if (hopsOf(session, nowNanos) == null || !moves.begin(session, nowNanos)) {
            retries.unable(id, nowNanos);
            return false;
        }
        sessions.setOffload(session, Offload.JOINING);
        return true;
    }

    /** Whether the packet is the first that goes this way: its receiver waits for it, its sender for an answer. */
    private boolean isSilent(int session, int etherType) {
        return (etherType == TYPE_IPV4 ? sessions.packets6to4(session) : sessions.packets4to6(session)) <= 1;
    }

    private Hop[] hopsOf(int session, long nowNanos) {
        int binding = sessions.binding(session);
        Hop to6 = edge.hop6(state.bib().clientHigh(binding), state.bib().clientLow(binding), nowNanos);
        Hop to4 = edge.hop4(sessions.remoteAddress(session), nowNanos);
        return to6 == null || to4 == null ? null : new Hop[] {to6, to4};
    }

    /** Asks the switch to take a session; whether it was asked. */
    private boolean ask(int session, long nowNanos) {
        long id = sessions.id(session);
        Hop[] hops = hopsOf(session, nowNanos);
        long packets = sessions.packets6to4(session) + sessions.packets4to6(session);
        if (hops == null || !translation.join(sessions.read(session), hops[0], hops[1], longestSeconds(session),
                retries.packetsPerSecond(id, packets, nowNanos))) {
            retries.unable(id, packets, nowNanos);
            return false;
        }
        sessions.setOffload(session, Offload.JOINING);
        return true;
    }

    /** The longest that the session may live idle in any state: its own timer ends it, the flows' is a backstop. */
    private int longestSeconds(int session) {
        TimerConfig timers = rule(session).timers();
        int seconds = sessions.protocol(session) == Protocol.UDP ? timers.udpSeconds(sessions.remotePort(session))
                : Math.max(timers.tcpEstablishedSeconds(),
                        Math.max(timers.tcpOpeningSeconds(), timers.tcpClosingSeconds()));
        return Math.min(seconds, TimerConfig.MAX_SECONDS);
    }

    private Rule rule(int session) {
        return state.rules().rule(sessions.rule(session));
    }

    /** The switch translates the session now. */
    void joined(long id, long nowNanos) {
        int session = sessions.ofId(id);
        if (session == RecordStore.NONE) {
            return;
        }
        counters.count(PathEvent.SWITCH_JOINS);
        retries.forget(id);
        LiveMove move = moves.of(session);
        if (move == null) {
            settled(session, nowNanos);
        } else {
            move.confirmed(nowNanos);
        }
    }

    /** All packets that go by the switch's rules do so now. */
    private void settled(int session, long nowNanos) {
        sessions.setOffload(session, Offload.IN);
        if (!belongs(session)) {
            leave(session);
        }
        goOn(session, nowNanos);
    }

    /** What was held of a session goes on, and so does a connection that pauses. */
    private void goOn(int session, long nowNanos) {
        moves.end(session, nowNanos);
        silent.remove(session);
        release.accept(session);
    }

    /** The switch doesn't take the session. */
    void joinFailed(long id, long nowNanos) {
        int session = sessions.ofId(id);
        counters.count(PathEvent.SWITCH_JOINS_FAILED);
        if (session != RecordStore.NONE) {
            retries.refused(id, nowNanos);
            sessions.setOffload(session, Offload.OUT);
            goOn(session, nowNanos);
        }
    }

    private void giveUp(int session, long nowNanos) {
        counters.count(PathEvent.SWITCH_JOINS_FAILED);
        retries.failed(sessions.id(session), nowNanos);
        sessions.setOffload(session, Offload.OUT);
        goOn(session, nowNanos);
    }

    /** A marker is back. */
    void markerReturned(long marker, long nowNanos) {
        LiveMove move = moves.endedBy(marker);
        if (move != null && translation.isOpen() && ask(move.session(), nowNanos)) {
            move.asked();
        } else if (move != null) {
            giveUp(move.session(), nowNanos);
        }
    }

    /** A session has packets that the switch loses: it stays out of it. */
    void keepOut(long id, long nowNanos) {
        retries.keepOut(id, nowNanos);
    }

    /** Takes those out of the switch that are picked. */
    int leave(IntPredicate picked) {
        int count = 0;
        for (int session = 1; session <= sessions.highest(); session++) {
            if (sessions.isSession(session) && sessions.offload(session) == Offload.IN && picked.test(session)) {
                leave(session);
                count++;
            }
        }
        return count;
    }

    /** Takes a session out of the switch; it lives on. */
    CompletableFuture<Void> leave(int session) {
        counters.count(PathEvent.SWITCH_LEAVES);
        sessions.setOffload(session, Offload.LEAVING);
        return translation.leave(sessions.id(session));
    }

    /** The session is out of the switch. */
    void left(long id) {
        int session = sessions.ofId(id);
        if (session != RecordStore.NONE && sessions.offload(session) != Offload.JOINING) {
            sessions.setOffload(session, Offload.OUT);
        }
    }

    /** A session ends; null: the switch has no part in it. */
    CompletableFuture<Void> ending(int session) {
        Offload offload = sessions.offload(session);
        moves.forget(session);
        silent.remove(session);
        retries.forget(sessions.id(session));
        return offload == Offload.OUT ? null : translation.leave(sessions.id(session));
    }

    /** Whether a session whose time is over may end: one in the switch is first taken out, and its packets counted. */
    boolean mayExpire(int session) {
        if (sessions.offload(session) == Offload.IN) {
            leave(session);
        }
        return sessions.offload(session) == Offload.OUT;
    }

    /** The switch has no session any more. */
    void allLeft(long nowNanos) {
        moves.endAll(nowNanos);
        new ArrayList<>(silent).forEach(release::accept);
        silent.clear();
        for (int session = 1; session <= sessions.highest(); session++) {
            if (sessions.isSession(session) && sessions.offload(session) != Offload.OUT) {
                sessions.setOffload(session, Offload.OUT);
            }
        }
    }

    /** The switch has translated so many more packets of a session: it lives on. */
    void counted(long id, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6, long nowNanos) {
        counters.count(PathEvent.SWITCH_PACKETS_6TO4, packets6to4);
        counters.count(PathEvent.SWITCH_PACKETS_4TO6, packets4to6);
        int session = sessions.ofId(id);
        if (session == RecordStore.NONE) {
            return;
        }
        sessions.count(session, packets6to4, bytes6to4, packets4to6, bytes4to6);
        TcpState tcpState = sessions.tcpState(session);
        if ((packets6to4 > 0 || packets4to6 > 0 && rule(session).inboundRefresh())
                && (tcpState == TcpState.CLOSED || tcpState == TcpState.ESTABLISHED)) {
            int millis = Lifetime.of(sessions.protocol(session), tcpState).millis(rule(session).timers(),
                    sessions.remotePort(session));
            if (!sessions.postpone(session, nowNanos, millis)) {
                state.wheel().schedule(session, nowNanos, millis);
            }
        }
        if (sessions.offload(session) == Offload.IN && !isStillThere(session, id, nowNanos)) {
            leave(session);
        }
    }

    /** Whether both neighbors are where they were; asking has their reachability looked after (RFC 4861 §7.3). */
    private boolean isStillThere(int session, long id, long nowNanos) {
        Hop[] hops = hopsOf(session, nowNanos);
        return hops != null && translation.goesBy(id, hops[0], hops[1]);
    }

    /** All that was to be done now is done. */
    void flush() {
        translation.flush();
    }

    void tick(long nowNanos) {
        translation.tick(nowNanos);
        moves.tick(nowNanos, session -> settled(session, nowNanos), session -> giveUp(session, nowNanos));
    }

    long nextDeadlineNanos() {
        return Math.min(translation.nextDeadlineNanos(), moves.nextDeadlineNanos());
    }
}
