// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import java.util.List;
import org.instar.core.binding.Bib;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.Nat64Config;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TimerWheel;
import org.instar.engine.DropReason;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;

/**
 * The five steps in their order (RFC 6146 §3.3), for a packet of either side. What comes out stands in a buffer of this
 * class, behind {@link #HEADROOM} bytes for the Ethernet header, and is handed to the {@link Output}. NOT thread safe.
 */
public final class PacketPath {

    /** Room for an Ethernet header in front of each packet. */
    public static final int HEADROOM = 14;

    private static final int BUFFER_BYTES = HEADROOM + 65535 + 64;

    /** Where translated packets go. The buffer is good during the call only. */
    public interface Output {

        /** An IPv4 packet at {@link #HEADROOM}; session null when the packet belongs to none. */
        void to4(Session session, ByteBuffer frame, int frameLength, long nowNanos);

        /** An IPv6 packet at {@link #HEADROOM}; session null when the packet belongs to none. */
        void to6(Session session, ByteBuffer frame, int frameLength, long nowNanos);

        /** A packet of this session was turned by hairpin, and has gone out as one of another session. */
        void turned(Session session, long nowNanos);
    }

    private final List<Prefix64> prefixes;
    private final PathCounters counters;
    private final Output output;
    private final IncomingTuple tuple = new IncomingTuple();
    private final DetermineIncomingTuple determineIncomingTuple;
    private final FilterAndUpdate filterAndUpdate;
    private final ComputeOutgoingTuple computeOutgoingTuple = new ComputeOutgoingTuple();
    private final TranslatePacket translatePacket;
    private final HandleHairpin handleHairpin;
    private final ByteBuffer out4 = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final ByteBuffer out6 = ByteBuffer.allocateDirect(BUFFER_BYTES);

    public PacketPath(Nat64Config config, TranslatorSettings settings, Bib bib, SessionTable sessions,
            TimerWheel<Session> wheel, PathCounters counters, Output output) {
        this.prefixes = config.prefixes();
        this.counters = counters;
        this.output = output;
        IpPacket packet = new IpPacket();
        determineIncomingTuple = new DetermineIncomingTuple(packet);
        filterAndUpdate = new FilterAndUpdate(config, bib, sessions, wheel, counters);
        translatePacket = new TranslatePacket(packet, new PacketTranslator(settings), counters);
        handleHairpin = new HandleHairpin(config.poolPrefixes(), bib);
    }

    /** The prefix that an IPv6 address lies in, or null: then the packet isn't for the translator (RFC 6146 §3.5). */
    public Prefix64 prefixOf(long high, long low) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(high, low)) {
                return prefixes.get(i);
            }
        }
        return null;
    }

    /** Whether an IPv4 address belongs to a pool (RFC 6146 §3.5). */
    public boolean isPoolAddress(int address) {
        return handleHairpin.isOwn(address);
    }

    /** Takes an IPv6 packet whose destination lies in this prefix. */
    public void from6(ByteBuffer buffer, int offset, int length, Prefix64 prefix, long nowNanos, long nowMillis) {
        DropReason unreadable = determineIncomingTuple.from6(buffer, offset, length, prefix, tuple);
        if (unreadable != null) {
            counters.drop(unreadable);
            return;
        }
        boolean hairpin = handleHairpin.isOwn(tuple.remoteAddress());
        PathDrop filtered = hairpin && !handleHairpin.hasReceiver(tuple) ? PathDrop.NO_BINDING
                : filterAndUpdate.apply(tuple, nowNanos, nowMillis);
        if (filtered != null) {
            counters.drop(filtered);
            return;
        }
        Session session = filterAndUpdate.session();
        BibEntry binding = filterAndUpdate.binding();
        int written = translatePacket.to4(out4, HEADROOM, computeOutgoingTuple.to4(binding, tuple));
        if (written < 0) {
            return;
        }
        if (session != null) {
            session.count6to4(tuple.packetLength());
        }
        if (hairpin) {
            counters.count(PathEvent.PACKETS_HAIRPINNED);
            from4(out4, HEADROOM, written, nowNanos, nowMillis);
            if (session != null) {
                output.turned(session, nowNanos);
            }
        } else {
            output.to4(session, out4, HEADROOM + written, nowNanos);
        }
    }

    /** Takes an IPv4 packet whose destination belongs to a pool. */
    public void from4(ByteBuffer buffer, int offset, int length, long nowNanos, long nowMillis) {
        DropReason unreadable = determineIncomingTuple.from4(buffer, offset, length, tuple);
        if (unreadable != null) {
            counters.drop(unreadable);
            return;
        }
        PathDrop filtered = filterAndUpdate.apply(tuple, nowNanos, nowMillis);
        if (filtered != null) {
            counters.drop(filtered);
            return;
        }
        Session session = filterAndUpdate.session();
        BibEntry binding = filterAndUpdate.binding();
        Prefix64 prefix = session != null ? session.prefix() : prefixes.get(0);
        int written = translatePacket.to6(out6, HEADROOM, computeOutgoingTuple.to6(binding, tuple, prefix));
        if (written < 0) {
            return;
        }
        if (session != null) {
            session.count4to6(tuple.packetLength());
        }
        output.to6(session, out6, HEADROOM + written, nowNanos);
    }
}
