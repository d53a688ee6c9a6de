// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import org.instar.core.path.PacketPath;

/**
 * A TCP connection on its way into the switch, whose way is shorter: a packet there would overtake those that are still
 * under way here. So the answers of one side are held back for some milliseconds. The other side, its window used up
 * or its question unanswered, falls silent; when it has been silent for a moment and a {@link
 * org.instar.core.edge.Marker} shows that all it sent has gone on, nothing is under way any more. Then the rules go in,
 * and when they are confirmed, the answers go on.
 *
 * <p>A connection that has only just been established is silent anyway: all its packets are held until the rules are in.
 */
final class LiveMove {

    /** Silence after which a marker is sent. */
    static final long SILENCE_NANOS = 300_000;
    /** Longer than this no answer is held back: a sender would begin to repeat itself (RFC 8985 §7.2). */
    static final long MOST_HELD_NANOS = 8_000_000;
    /**
     * Held segments with data. When they go on, acknowledgments of the first come back by the switch, and new data may
     * overtake the last ones if these are more than a switch takes from a port at once.
     */
    static final int MOST_HELD_DATA = 32;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int IPV6_HEADER = 40;
    private static final int PACKET = PacketPath.HEADROOM;

    private enum Phase {
        /** The side that isn't held back still sends. */
        WAITING,
        /** It is silent; a marker is under way. */
        MARKED,
        /** The switch has been asked to take the session. */
        ASKED
    }

    private final int session;
    /** Ethernet type of the packets that are held; 0: all. */
    private final int heldType;
    private final long beganNanos;
    private Phase phase;
    private long lastNanos;
    private long marker;
    private int heldData;

    private LiveMove(int session, int heldType, Phase phase, long nowNanos) {
        this.session = session;
        this.heldType = heldType;
        this.phase = phase;
        this.beganNanos = nowNanos;
        this.lastNanos = nowNanos;
    }

    /** Of a connection of which nothing is under way but what is held. */
    static LiveMove ofSilent(int session, long nowNanos) {
        return new LiveMove(session, 0, Phase.ASKED, nowNanos);
    }

    /** Of a connection in full swing. */
    static LiveMove holding(int session, int etherType, long nowNanos) {
        return new LiveMove(session, etherType, Phase.WAITING, nowNanos);
    }

    int session() {
        return session;
    }

    int heldType() {
        return heldType;
    }

    /** Whether a packet is to be held; if not, it is one of the side that is to fall silent. */
    boolean holds(ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        if (heldType != 0 && etherType != heldType) {
            lastNanos = nowNanos;
            if (phase == Phase.MARKED) {
                phase = Phase.WAITING;
            }
            return false;
        }
        if (hasData(frame, frameLength, etherType)) {
            heldData++;
        }
        return true;
    }

    private static boolean hasData(ByteBuffer frame, int frameLength, int etherType) {
        int transport = PACKET + (etherType == TYPE_IPV4 ? (frame.get(PACKET) & 0xf) << 2 : IPV6_HEADER);
        return frameLength - transport > (frame.get(transport + 12) >>> 4 & 0xf) << 2;
    }

    /** Whether the way back may not be gone: too much is held, or for too long. */
    boolean isTooMuch(long nowNanos) {
        return phase != Phase.ASKED && nowNanos - beganNanos >= MOST_HELD_NANOS
                || heldType != 0 && heldData > MOST_HELD_DATA;
    }

    /** Whether the other side is the one to hold back: this one sends the data. */
    boolean isOfWrongSide() {
        return heldData > MOST_HELD_DATA;
    }

    /** Whether a marker is to be sent now. */
    boolean wantsMarker(long nowNanos) {
        return phase == Phase.WAITING && nowNanos - lastNanos >= SILENCE_NANOS;
    }

    /** This marker was sent. */
    void marked(long sent) {
        marker = sent;
        phase = Phase.MARKED;
    }

    /** Whether a marker that came back shows that nothing is under way. */
    boolean isEndedBy(long returned) {
        return phase == Phase.MARKED && marker == returned;
    }

    /** The switch has been asked. */
    void asked() {
        phase = Phase.ASKED;
    }

    /** When time brings something next. */
    long nextDeadlineNanos() {
        switch (phase) {
            case WAITING:
                return Math.min(lastNanos + SILENCE_NANOS, beganNanos + MOST_HELD_NANOS);
            case MARKED:
                return beganNanos + MOST_HELD_NANOS;
            default:
                return Long.MAX_VALUE;
        }
    }
}
