// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Frames that wait until the switch has confirmed their session's rules. Bounded for each session and in all. A frame
 * keeps its Ethernet type, by which it is sent later.
 */
final class HeldFrames {

    /** For one session: a burst that is on its way when the first packet arrives. */
    static final int MAX_PER_SESSION = 64;
    /** For all sessions of a shard. */
    static final int MAX_TOTAL = 8192;

    private final Map<Integer, Deque<byte[]>> bySession = new HashMap<>();
    private int total;

    /** Copies the frame and keeps it; false when there are too many. */
    boolean hold(int session, ByteBuffer frame, int frameLength) {
        Deque<byte[]> held = bySession.get(session);
        if (held != null && held.size() >= MAX_PER_SESSION || total >= MAX_TOTAL) {
            return false;
        }
        byte[] copy = new byte[frameLength];
        ByteBuffer source = frame.duplicate();
        source.clear();
        source.get(copy);
        if (held == null) {
            held = new ArrayDeque<>(2);
            bySession.put(session, held);
        }
        held.add(copy);
        total++;
        return true;
    }

    /** Takes all frames of a session out, oldest first; null when it has none. */
    Deque<byte[]> takeAll(int session) {
        Deque<byte[]> held = bySession.isEmpty() ? null : bySession.remove(session);
        if (held != null) {
            total -= held.size();
        }
        return held;
    }
}
