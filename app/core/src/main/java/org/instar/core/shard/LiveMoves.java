// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PacketPath;

/** The connections that pause on their way into the switch. */
final class LiveMoves {

    /** More at a time would be one burst when they go on. */
    private static final int MOST = 256;
    private static final int ETHERNET_HEADER = 14;
    private static final int START = PacketPath.HEADROOM - ETHERNET_HEADER;

    private final RouterEdge edge;
    private final int shard;
    private final Map<Integer, LiveMove> bySession = new HashMap<>();
    private final List<LiveMove> over = new ArrayList<>();
    private final ByteBuffer release = ByteBuffer.allocateDirect(PacketPath.HEADROOM + 128);
    private long lastMarker;

    LiveMoves(RouterEdge edge, int shard) {
        this.edge = edge;
        this.shard = shard;
    }

    /** Has a connection pause; whether there is room for one more that does. */
    boolean begin(int session, long nowNanos) {
        if (bySession.size() >= MOST) {
            return false;
        }
        bySession.put(session, new LiveMove(session, nowNanos));
        return true;
    }

    /** The move of a session; null: it doesn't pause. */
    LiveMove of(int session) {
        return bySession.isEmpty() ? null : bySession.get(session);
    }

    /** Has a connection go on; nothing happens if it doesn't pause. */
    void end(int session, long nowNanos) {
        LiveMove move = bySession.remove(session);
        if (move == null) {
            return;
        }
        byte[] to4 = move.windows()[0];
        byte[] to6 = move.windows()[1];
        if (to4 != null) {
            release.clear();
            release.put(to4);
            edge.send4(release, START, to4.length - START, nowNanos);
        }
        if (to6 != null) {
            release.clear();
            release.put(to6);
            edge.send6(release, START, to6.length - START, nowNanos);
        }
    }

    /** All that pause go on. */
    void endAll(long nowNanos) {
        new ArrayList<>(bySession.keySet()).forEach(session -> end(session, nowNanos));
    }

    /** The session is gone. */
    void forget(int session) {
        bySession.remove(session);
    }

    /** The move of which a marker that came back shows that nothing is under way; null: none. */
    LiveMove endedBy(long marker) {
        for (LiveMove move : bySession.values()) {
            if (move.isEndedBy(marker)) {
                return move;
            }
        }
        return null;
    }

    /**
     * Sends markers that are due.
     *
     * @param settled told of sessions whose packets all go by the switch now
     * @param tooLong told of those that don't fall silent
     */
    void tick(long nowNanos, IntConsumer settled, IntConsumer tooLong) {
        if (bySession.isEmpty()) {
            return;
        }
        over.clear();
        for (LiveMove move : bySession.values()) {
            if (move.isSettled(nowNanos) || move.isTooLong(nowNanos)) {
                over.add(move);
            } else if (move.wantsMarker(nowNanos)) {
                move.marked(++lastMarker);
                edge.sendMarker(shard, lastMarker);
            }
        }
        for (LiveMove move : over) {
            (move.isSettled(nowNanos) ? settled : tooLong).accept(move.session());
        }
    }

    long nextDeadlineNanos() {
        long next = Long.MAX_VALUE;
        for (LiveMove move : bySession.values()) {
            next = Math.min(next, move.nextDeadlineNanos());
        }
        return next;
    }
}
