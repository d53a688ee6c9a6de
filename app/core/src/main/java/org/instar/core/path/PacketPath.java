// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.core.config.Nat64Config;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.RuleNumbers;
import org.instar.core.session.Lifetime;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpState;
import org.instar.core.session.TcpStateMachine;
import org.instar.core.session.TimerWheel;
import org.instar.core.table.RecordStore;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.fragment.FragmentSettings;
import org.instar.engine.fragment.FragmentTracker;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;

/**
 * The five steps in their order (RFC 6146 §3.3), for a packet of either side. What comes out stands in a buffer of this
 * class, behind {@link #HEADROOM} bytes for the Ethernet header, and is handed to the {@link Output}. NOT thread safe.
 */
public final class PacketPath {

    /** Sessions that end in one go: a mass expiry must not stop the packets. */
    static final int MAX_EXPIRIES = 2000;

    /** Room for an Ethernet header with a VLAN tag in front of each packet. */
    public static final int HEADROOM = 18;

    private static final int ASKED_AGAIN_MILLIS = 1000;
    private static final int BUFFER_BYTES = HEADROOM + 65535 + 64;

    /** Where packets go. The buffer is good during the call only. */
    public interface Output {

        /**
         * A translated IPv4 packet at {@link #HEADROOM}; session 0 when it belongs to none.
         *
         * @param frameLength of the packet and the room in front of it
         */
        void to4(int session, ByteBuffer frame, int frameLength, long nowNanos);

        /** A translated IPv6 packet at {@link #HEADROOM}; session 0 when it belongs to none. */
        void to6(int session, ByteBuffer frame, int frameLength, long nowNanos);

        /** A packet of this session was turned by hairpin, and has gone out as one of another session. */
        void turned(int session, long nowNanos);

        /** An ICMPv4 error of the translator's own, to the sender of a packet that was dropped. */
        void answer4(ByteBuffer frame, int frameLength, long nowNanos);

        /** An ICMPv6 error of the translator's own, to the sender of a packet that was dropped; or a TCP probe. */
        void answer6(ByteBuffer frame, int frameLength, long nowNanos);
    }

    private final Prefix64[] prefixes;
    private final boolean checksWellKnownPrefix;
    private final PathCounters counters;
    private final Output output;
    private final SessionTable sessions;
    private final TimerWheel wheel;
    private final RuleNumbers rules;
    private final SessionLifecycle lifecycle;
    private final Owners owners;
    private final IpPacket packet6 = new IpPacket();
    private final IpPacket packet4 = new IpPacket();
    private final IncomingTuple tuple6 = new IncomingTuple();
    private final IncomingTuple tuple4 = new IncomingTuple();
    private final FragmentTracker fragments6;
    private final FragmentTracker fragments4;
    private final FilterAndUpdate filterAndUpdate;
    private final ComputeOutgoingTuple computeOutgoingTuple;
    private final TranslatePacket translatePacket;
    private final HandleHairpin handleHairpin;
    private final StoredSyns storedSyns = new StoredSyns();
    private final TcpProbe probe;
    private final Refusals refusals;
    private final PayloadEditor payloadEditor;
    private final ByteBuffer out4 = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out6 = ByteBuffer.allocateDirect(BUFFER_BYTES);

    public PacketPath(Nat64Config config, TranslatorSettings settings, ShardState state, SessionLifecycle lifecycle,
            PoolDirectory pools, PathCounters counters, Output output) {
        this(config, settings, state, lifecycle, pools, counters, output, PayloadEditor.NONE, ShardGroup.alone());
    }

    /** @param settings of all shards together: identifications and ICMP errors are shared out among the group's */
    public PacketPath(Nat64Config config, TranslatorSettings settings, ShardState state, SessionLifecycle lifecycle,
            PoolDirectory pools, PathCounters counters, Output output, PayloadEditor payloadEditor, ShardGroup group) {
        TranslatorSettings ofShard = settings.withPart(group.self(), group.size());
        this.payloadEditor = payloadEditor;
        this.owners = new Owners(group, pools, lifecycle);
        this.prefixes = config.prefixes().toArray(new Prefix64[0]);
        this.checksWellKnownPrefix = !settings.isNonGlobalInWellKnownPrefix();
        this.counters = counters;
        this.output = output;
        this.sessions = state.sessions();
        this.wheel = state.wheel();
        this.rules = state.rules();
        this.lifecycle = lifecycle;
        fragments6 = new FragmentTracker(FragmentSettings.defaults(), counters::drop);
        fragments4 = new FragmentTracker(FragmentSettings.defaults(), counters::drop);
        filterAndUpdate = new FilterAndUpdate(config, state, lifecycle, storedSyns, counters);
        computeOutgoingTuple = new ComputeOutgoingTuple(state.bib());
        translatePacket = new TranslatePacket(ofShard, counters);
        handleHairpin = new HandleHairpin(pools, lifecycle, state, owners);
        probe = new TcpProbe(state, config.prefixes());
        refusals = new Refusals(config, ofShard, counters, output, this);
    }

    /**
     * The number of the prefix that an IPv6 address lies in; -1: the packet isn't for the translator (RFC 6146 §3.5).
     */
    public int prefixOf(long high, long low) {
        return FilterAndUpdate.prefixOf(prefixes, high, low);
    }

    /** The prefix of a number. */
    public Prefix64 prefix(int number) {
        return prefixes[number];
    }

    /** Whether an IPv4 address belongs to a pool or has static bindings (RFC 6146 §3.5). */
    public boolean isPoolAddress(int address) {
        return handleHairpin.isOwn(address);
    }

    /** Who is told of sessions whose time is over. */
    public interface Expiry {

        /** Whether a session may end, or be probed; if not, it is asked again in a second. */
        default boolean mayExpire(int session) {
            return true;
        }

        /** A session is about to end. */
        void ending(int session);
    }

    /**
     * Does what time brings; to be called now and then. Sessions whose time is over end, {@link #MAX_EXPIRIES} at most
     * in one call; an established TCP session is probed and lives on for a while (RFC 6146 §3.5.2.2). Fragments and
     * stored SYNs are forgotten, held ports are free again.
     */
    public void expire(long nowNanos, long nowMillis, Expiry expiry) {
        wheel.advance(nowNanos, MAX_EXPIRIES, session -> expired(session, expiry, nowNanos, nowMillis));
        lifecycle.tick(nowNanos);
        fragments6.expire(nowNanos);
        fragments4.expire(nowNanos);
        storedSyns.expire(nowNanos, syn -> refusals.tellPortUnreachable(syn, nowNanos));
    }

    /** Drops an IPv6 packet for a reason found before it came here. */
    public void refuse6(PathDrop reason, ByteBuffer buffer, int offset, int length, long nowNanos) {
        refusals.refuse6(reason, buffer, offset, length, nowNanos);
    }

    /**
     * Tells the sender of a translated packet that its next hop doesn't answer (RFC 4861 §7.2.2): by an error of the
     * router's about the packet as it was sent, which then takes the way back. Other packets are not told about.
     */
    public void tellUnreachable(ByteBuffer buffer, int offset, int length, long nowNanos) {
        refusals.tellUnreachable(buffer, offset, length, nowNanos);
    }

    private void expired(int session, Expiry expiry, long nowNanos, long nowMillis) {
        if (!expiry.mayExpire(session)) {
            wheel.schedule(session, nowNanos, ASKED_AGAIN_MILLIS);
            return;
        }
        TcpState next = TcpStateMachine.afterTimeout(sessions.tcpState(session));
        if (sessions.protocol(session) == Protocol.TCP && next != TcpState.CLOSED) {
            sessions.setTcpState(session, next);
            wheel.schedule(session, nowNanos, Lifetime.of(Protocol.TCP, next).millis(
                    rules.rule(sessions.rule(session)).timers(), sessions.remotePort(session)));
            probe(session, nowNanos);
        } else {
            counters.count(PathEvent.SESSIONS_EXPIRED);
            expiry.ending(session);
            end(session, nowNanos, nowMillis);
        }
    }

    /** Ends a session, and its BIB entry with the last one. */
    public void end(int session, long nowNanos, long nowMillis) {
        if (lifecycle.end(session, nowNanos, nowMillis)) {
            counters.count(PathEvent.BINDINGS_REMOVED);
        }
    }

    /** Asks the client of an idle TCP session whether it is still there (RFC 6146 §3.5.2.2, ESTABLISHED). */
    private void probe(int session, long nowNanos) {
        int written = probe.write(session, out6, HEADROOM);
        counters.count(PathEvent.SESSIONS_PROBED);
        output.answer6(out6, HEADROOM + written, nowNanos);
    }

    /** Takes an IPv6 packet whose destination lies in the prefix of this number. */
    public void from6(ByteBuffer buffer, int offset, int length, int prefix, Ingress ingress, long nowNanos,
            long nowMillis) {
        DropReason unreadable = DetermineIncomingTuple.read6(packet6, buffer, offset, length);
        if (unreadable != null) {
            refusals.refuse6(unreadable, buffer, offset, length, nowNanos);
        } else if (!packet6.isFragment()) {
            dispatch6(prefix, ingress, nowNanos, nowMillis);
        } else {
            int tracker = owners.ofFragment6(packet6);
            if (tracker == owners.self()) {
                track6(prefix, ingress, nowNanos, nowMillis);
            } else {
                handOver6(tracker, false, prefix, ingress);
            }
        }
    }

    private void track6(int prefix, Ingress ingress, long nowNanos, long nowMillis) {
        fragments6.admit(packet6, nowNanos);
        while (fragments6.next(packet6)) {
            dispatch6(prefix, ingress, nowNanos, nowMillis);
        }
    }

    /** Takes what another shard handed over, but for {@link HandedPacket.Kind#FRAME}; it goes no further. */
    public void handed(HandedPacket handed, long nowNanos, long nowMillis) {
        boolean is6 = handed.kind() == HandedPacket.Kind.PACKET6 || handed.kind() == HandedPacket.Kind.FRAGMENT6;
        if (is6) {
            handed6(handed, nowNanos, nowMillis);
        } else {
            handed4(handed, nowNanos, nowMillis);
        }
    }

    private void handed6(HandedPacket handed, long nowNanos, long nowMillis) {
        packet6.read6(handed.buffer(), 0, handed.length());
        if (packet6.isFragment() && handed.kind() == HandedPacket.Kind.PACKET6) {
            track6(handed.prefix(), handed.ingress(), nowNanos, nowMillis);
            return;
        }
        if (packet6.isFragment()) {
            handed.complete(packet6);
        }
        DetermineIncomingTuple.tuple6(packet6, prefixes[handed.prefix()], handed.prefix(), tuple6);
        translate6(handed.prefix(), handed.ingress(), nowNanos, nowMillis);
    }

    /** Sends the packet that the view shows, its ports known, to the shard whose it is. */
    private void dispatch6(int prefix, Ingress ingress, long nowNanos, long nowMillis) {
        DetermineIncomingTuple.tuple6(packet6, prefixes[prefix], prefix, tuple6);
        int owner = owners.of6(tuple6);
        if (owner == owners.self()) {
            translate6(prefix, ingress, nowNanos, nowMillis);
        } else {
            handOver6(owner, packet6.isFragment(), prefix, ingress);
        }
    }

    private void handOver6(int owner, boolean portsKnown, int prefix, Ingress ingress) {
        HandedPacket handed = claim(owner);
        if (handed != null) {
            handed.set6(packet6, portsKnown, prefix, ingress);
            owners.handOver().commit(owner, handed);
        }
    }

    private HandedPacket claim(int owner) {
        HandedPacket handed = owners.handOver().claim(owner);
        if (handed == null) {
            counters.drop(PathDrop.HAND_OVER_FULL);
        } else {
            counters.count(PathEvent.PACKETS_HANDED_OVER);
        }
        return handed;
    }

    /** Steps 2 to 5 for the packet that the view and the tuple show. */
    private void translate6(int prefix, Ingress ingress, long nowNanos, long nowMillis) {
        if (checksWellKnownPrefix && !prefixes[prefix].mayRepresent(tuple6.remoteAddress())) {
            refusals.refuse6(DropReason.NON_GLOBAL_ADDRESS, packet6, nowNanos);
            return;
        }
        if (tuple6.isIcmpError() && prefixOf(packet6.quoted().reporter6High(), packet6.quoted().reporter6Low()) >= 0) {
            counters.drop(PathDrop.SOURCE_IN_PREFIX);
            return;
        }
        boolean hairpin = handleHairpin.isOwn(tuple6.remoteAddress());
        PathDrop filtered = hairpin && !handleHairpin.hasReceiver(tuple6) ? PathDrop.NO_BINDING
                : filterAndUpdate.apply6(tuple6, ingress, nowNanos, nowMillis);
        if (filtered != null) {
            refusals.refuse6(filtered, packet6.buffer(), packet6.offset(), packet6.totalLength(), nowNanos);
            return;
        }
        // an ICMP error isn't counted with the session, and doesn't wait for its rules
        int session = tuple6.isIcmpError() ? RecordStore.NONE : filterAndUpdate.session();
        int binding = filterAndUpdate.binding();
        int written = translatePacket.to4(packet6, out4, HEADROOM, computeOutgoingTuple.to4(binding, tuple6));
        if (written < 0) {
            refusals.refuse6(translatePacket.refusal4(), packet6, nowNanos);
            return;
        }
        if (session != RecordStore.NONE) {
            sessions.count6to4(session, tuple6.packetLength());
            written = edited(session, packet6, out4, written);
        }
        for (; written > 0; written = translatePacket.more4(out4, HEADROOM)) {
            if (hairpin) {
                from4(out4, HEADROOM, written, nowNanos, nowMillis);
            } else {
                output.to4(session, out4, HEADROOM + written, nowNanos);
            }
        }
        if (hairpin) {
            counters.count(PathEvent.PACKETS_HAIRPINNED);
            if (session != RecordStore.NONE) {
                output.turned(session, nowNanos);
            }
        }
    }

    private int edited(int session, IpPacket packet, ByteBuffer out, int written) {
        return packet.hasFragmentHeader() ? written : payloadEditor.edit(session, out, HEADROOM, written);
    }

    /** Takes an IPv4 packet whose destination belongs to a pool. */
    public void from4(ByteBuffer buffer, int offset, int length, long nowNanos, long nowMillis) {
        DropReason unreadable = DetermineIncomingTuple.read4(packet4, buffer, offset, length);
        if (unreadable != null) {
            refusals.refuse4(unreadable, buffer, offset, length, nowNanos);
        } else if (!packet4.isFragment()) {
            dispatch4(nowNanos, nowMillis);
        } else {
            int tracker = owners.ofFragment4(packet4);
            if (tracker == owners.self()) {
                track4(nowNanos, nowMillis);
            } else {
                handOver4(tracker, false);
            }
        }
    }

    private void track4(long nowNanos, long nowMillis) {
        fragments4.admit(packet4, nowNanos);
        while (fragments4.next(packet4)) {
            dispatch4(nowNanos, nowMillis);
        }
    }

    private void handed4(HandedPacket handed, long nowNanos, long nowMillis) {
        packet4.read4(handed.buffer(), 0, handed.length());
        if (packet4.isFragment() && handed.kind() == HandedPacket.Kind.PACKET4) {
            track4(nowNanos, nowMillis);
            return;
        }
        if (packet4.isFragment()) {
            handed.complete(packet4);
        }
        DetermineIncomingTuple.tuple4(packet4, tuple4);
        translate4(nowNanos, nowMillis);
    }

    private void dispatch4(long nowNanos, long nowMillis) {
        DetermineIncomingTuple.tuple4(packet4, tuple4);
        int owner = owners.of4(tuple4);
        if (owner == owners.self()) {
            translate4(nowNanos, nowMillis);
        } else {
            handOver4(owner, packet4.isFragment());
        }
    }

    private void handOver4(int owner, boolean portsKnown) {
        HandedPacket handed = claim(owner);
        if (handed != null) {
            handed.set4(packet4, portsKnown);
            owners.handOver().commit(owner, handed);
        }
    }

    /** Steps 2 to 4 for the packet that the view and the tuple show. */
    private void translate4(long nowNanos, long nowMillis) {
        PathDrop filtered = filterAndUpdate.apply4(tuple4, packet4.buffer(), packet4.offset(), packet4.totalLength(),
                nowNanos, nowMillis);
        if (filtered != null) {
            counters.drop(filtered);
            return;
        }
        int known = filterAndUpdate.session();
        int session = tuple4.isIcmpError() ? RecordStore.NONE : known;
        int binding = filterAndUpdate.binding();
        Prefix64 prefix = prefixes[known != RecordStore.NONE ? sessions.prefix(known) : 0];
        int written = translatePacket.to6(packet4, out6, HEADROOM,
                computeOutgoingTuple.to6(binding, tuple4, prefix, packet4));
        if (written < 0) {
            refusals.refuse4(translatePacket.refusal6(), packet4.buffer(), packet4.offset(), packet4.totalLength(),
                    nowNanos);
            return;
        }
        if (session != RecordStore.NONE) {
            sessions.count4to6(session, tuple4.packetLength());
            written = edited(session, packet4, out6, written);
        }
        for (; written > 0; written = translatePacket.more6(out6, HEADROOM)) {
            output.to6(session, out6, HEADROOM + written, nowNanos);
        }
    }
}
