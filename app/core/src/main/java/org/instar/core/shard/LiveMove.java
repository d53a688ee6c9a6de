// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import org.instar.core.path.PacketPath;
import org.instar.engine.checksum.InternetChecksum;

/**
 * A TCP connection in full swing on its way into the switch, whose way is shorter: a packet there would overtake those
 * that are still under way here. So both ends are asked to pause, as a receiver does whose buffer is full: all segments
 * go on with a window of 0 (RFC 9293 §3.8.6). What was sent is acknowledged still, so no end has a reason to repeat
 * anything, and asks about the window only after a retransmission timeout (§3.8.6.1), which is 200 ms and more. When
 * it has been silent for a moment and a {@link org.instar.core.edge.Marker} shows that all that came before has gone
 * on, nothing is under way any more. Then the rules go in, and some time after they are confirmed, when the switch goes
 * by them, both ends are told their windows again.
 */
final class LiveMove {

    /** Silence after which a marker is sent. */
    static final long SILENCE_NANOS = 500_000;
    /** So long one end may say nothing before it counts as one that has nothing to say. */
    static final long MUTE_NANOS = 5_000_000;
    /** No pause is longer than this, but for the switch to answer. */
    static final long MOST_NANOS = 60_000_000;
    /**
     * Open vSwitch confirms rules when its tables have them; what its datapath has made of the tables before follows a
     * little later.
     */
    static final long SETTLING_NANOS = 5_000_000;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_OFFSET = PacketPath.HEADROOM - 2;
    private static final int PACKET = PacketPath.HEADROOM;
    private static final int IPV6_HEADER = 40;
    private static final int PAYLOAD_LENGTH_6 = 4;
    private static final int TOTAL_LENGTH_4 = 2;
    private static final int CHECKSUM_4 = 10;
    private static final int SEQUENCE = 4;
    private static final int FLAGS = 13;
    private static final int WINDOW = 14;
    private static final int CHECKSUM = 16;
    private static final int ACK = 0x10;
    private static final int FRAGMENT_4 = 6;
    private static final int MORE_AND_OFFSET = 0x3fff;
    private static final int NEXT_HEADER_6 = 6;
    private static final int TCP = 6;

    private enum Phase {
        /** Packets come still. */
        WAITING,
        /** It is silent; a marker is under way. */
        MARKED,
        /** The switch has been asked to take the session. */
        ASKED,
        /** The switch has it; packets that were under way come here still. */
        SETTLING
    }

    private final int session;
    private final long beganNanos;
    private Phase phase = Phase.WAITING;
    private long lastNanos;
    private long settledNanos;
    private long marker;
    /** The latest segment each way, without data: what tells its receiver the true window again. */
    private final byte[][] latest = new byte[2][];
    private final int[] latestEnd = new int[2];

    LiveMove(int session, long nowNanos) {
        this.session = session;
        this.beganNanos = nowNanos;
        this.lastNanos = nowNanos;
    }

    int session() {
        return session;
    }

    /** A segment is about to go on: with a window of 0, its own is kept in mind. */
    void pause(ByteBuffer frame, int frameLength, int etherType, long nowNanos) {
        lastNanos = nowNanos;
        if (phase == Phase.MARKED) {
            phase = Phase.WAITING;
        }
        if (!showsTcp(frame, etherType)) {
            return;
        }
        int tcp = PACKET + (etherType == TYPE_IPV4 ? (frame.get(PACKET) & 0xf) << 2 : IPV6_HEADER);
        int header = (frame.get(tcp + 12) >>> 4 & 0xf) << 2;
        int data = frameLength - tcp - header;
        if (header < WINDOW + 6 || data < 0) {
            return;   // nothing that an end would take
        }
        int end = frame.getInt(tcp + SEQUENCE) + data;
        int way = etherType == TYPE_IPV4 ? 0 : 1;
        if (latest[way] == null || end - latestEnd[way] >= 0) {
            latestEnd[way] = end;
            latest[way] = new byte[tcp + header];
            ByteBuffer whole = frame.duplicate();
            whole.clear();
            whole.get(latest[way]);
            acknowledge(ByteBuffer.wrap(latest[way]), tcp, data, etherType);
        }
        replace(frame, tcp, WINDOW, 0);
    }

    /** Whether the TCP header is where it is looked for: not in a fragment. */
    private static boolean showsTcp(ByteBuffer frame, int etherType) {
        return etherType == TYPE_IPV4 ? (frame.getShort(PACKET + FRAGMENT_4) & MORE_AND_OFFSET) == 0
                : frame.get(PACKET + NEXT_HEADER_6) == TCP;
    }

    /** Makes an acknowledgment of a segment whose data has been cut off. */
    private static void acknowledge(ByteBuffer frame, int tcp, int data, int etherType) {
        int length = frame.limit() - PACKET;
        if (etherType == TYPE_IPV4) {
            frame.putShort(PACKET + TOTAL_LENGTH_4, (short) length);
            frame.putShort(PACKET + CHECKSUM_4, (short) 0);
            frame.putShort(PACKET + CHECKSUM_4,
                    (short) InternetChecksum.ofSum(InternetChecksum.sum(frame, PACKET, tcp - PACKET)));
        } else {
            frame.putShort(PACKET + PAYLOAD_LENGTH_6, (short) (length - IPV6_HEADER));
        }
        frame.putInt(tcp + SEQUENCE, frame.getInt(tcp + SEQUENCE) + data);
        frame.put(tcp + FLAGS, (byte) ACK);
        frame.putShort(tcp + CHECKSUM, (short) 0);
        int addresses = etherType == TYPE_IPV4 ? 8 : 32;
        int segment = frame.limit() - tcp;
        long sum = InternetChecksum.fold(InternetChecksum.sum(frame, tcp - addresses, addresses))
                + (long) InternetChecksum.fold(InternetChecksum.sum(frame, tcp, segment)) + segment + TCP;
        frame.putShort(tcp + CHECKSUM, (short) InternetChecksum.ofSum(sum));
        frame.putShort(TYPE_OFFSET, (short) etherType);
    }

    /** Writes a 16-bit word of the TCP header and keeps the checksum right (RFC 1624 §3). */
    private static void replace(ByteBuffer frame, int tcp, int offset, int word) {
        int sum = (~frame.getShort(tcp + CHECKSUM) & 0xffff) + (~frame.getShort(tcp + offset) & 0xffff) + word;
        frame.putShort(tcp + offset, (short) word);
        frame.putShort(tcp + CHECKSUM, (short) ~InternetChecksum.fold(sum));
    }

    /** Frames that tell both ends their windows again: to the IPv4 side, to the IPv6 side; null: nothing to tell. */
    byte[][] windows() {
        return latest;
    }

    /** Whether it takes too long. */
    boolean isTooLong(long nowNanos) {
        return phase.compareTo(Phase.ASKED) < 0 && nowNanos - beganNanos >= MOST_NANOS;
    }

    /** Whether a marker is to be sent now. */
    boolean wantsMarker(long nowNanos) {
        return phase == Phase.WAITING && nowNanos - silentNanos() >= 0;
    }

    /** When silence would have lasted long enough. */
    private long silentNanos() {
        return lastNanos + (latest[0] != null && latest[1] != null ? SILENCE_NANOS : MUTE_NANOS);
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

    /** The switch has confirmed the rules. */
    void confirmed(long nowNanos) {
        phase = Phase.SETTLING;
        settledNanos = nowNanos + SETTLING_NANOS;
    }

    /** Whether the switch goes by its rules by now. */
    boolean isSettled(long nowNanos) {
        return phase == Phase.SETTLING && nowNanos - settledNanos >= 0;
    }

    /** When time brings something next. */
    long nextDeadlineNanos() {
        switch (phase) {
            case WAITING:
                return Math.min(silentNanos(), beganNanos + MOST_NANOS);
            case MARKED:
                return beganNanos + MOST_NANOS;
            case SETTLING:
                return settledNanos;
            default:
                return Long.MAX_VALUE;
        }
    }
}
