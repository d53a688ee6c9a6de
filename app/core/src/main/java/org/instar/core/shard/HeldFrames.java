// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import java.util.Deque;
import org.instar.core.session.Session;

/**
 * Frames that wait until the switch has confirmed their session's rules. Bounded for each session and in all. A frame
 * keeps its Ethernet type, by which it is sent later.
 */
final class HeldFrames {

    /** For one session: a burst that is on its way when the first packet arrives. */
    static final int MAX_PER_SESSION = 64;
    /** For all sessions of a shard. */
    static final int MAX_TOTAL = 8192;

    private int total;

    /** Copies the frame and keeps it; false when there are too many. */
    boolean hold(Session session, ByteBuffer frame, int frameLength) {
        Deque<byte[]> held = session.held();
        if (held.size() >= MAX_PER_SESSION || total >= MAX_TOTAL) {
            return false;
        }
        byte[] copy = new byte[frameLength];
        ByteBuffer source = frame.duplicate();
        source.clear();
        source.get(copy);
        held.add(copy);
        total++;
        return true;
    }

    /** The oldest frame of a session, taken out; null when it has none. */
    byte[] poll(Session session) {
        byte[] frame = session.held().poll();
        if (frame != null) {
            total--;
        }
        return frame;
    }
}
