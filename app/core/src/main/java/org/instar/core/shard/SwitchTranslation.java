// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.util.concurrent.CompletableFuture;
import org.instar.core.edge.Hop;
import org.instar.core.path.PathEvent;
import org.instar.core.session.Session;

/**
 * A switch that translates the data packets of sessions itself. Called on the shard's thread, must not block; answers
 * come on the shard's thread too, to its {@link Listener}.
 */
public interface SwitchTranslation {

    /** What hears of sessions in the switch: their shard. */
    interface Listener {

        /** The switch translates the session itself now. */
        void switchJoined(long sessionId, long nowNanos);

        /** The switch does not take the session. */
        void switchJoinFailed(long sessionId, long nowNanos);

        /** The session's packets don't go by the switch's rules any more. */
        void switchLeft(long sessionId);

        /** The switch has translated so much more of a session since it last said so: packets and IP bytes each way. */
        void switchCounted(long sessionId, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6,
                long nowNanos);

        /** The switch is to give up a session, which lives on: an event tells why. */
        void leaveSwitch(long sessionId, PathEvent reason);

        /** The switch lost a packet of a session that it can't translate: the session is to stay out of it. */
        void strayed(long sessionId);
    }

    /** No switch does. */
    SwitchTranslation NONE = new SwitchTranslation() {

        @Override
        public boolean isOpen() {
            return false;
        }

        @Override
        public boolean join(Session session, Hop to6, Hop to4, int idleTimeoutSeconds, int packetsPerSecond) {
            return false;
        }

        @Override
        public CompletableFuture<Void> leave(long sessionId) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public boolean goesBy(long sessionId, Hop to6, Hop to4) {
            return true;
        }

        @Override
        public void flush() {
            // nothing was asked for
        }

        @Override
        public void tick(long nowNanos) {
            // nothing to count
        }

        @Override
        public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
        }
    };

    /** Whether there is a switch that takes sessions now. */
    boolean isOpen();

    /**
     * Asks the switch to translate a session.
     *
     * @param to6 where its packets to the client go
     * @param to4 where its packets to the remote host go
     * @param idleTimeoutSeconds after so long without a packet the switch may give it up by itself
     * @param packetsPerSecond how active it is now: when there is no room the least active session may have to go
     * @return whether it was asked; false: it can't be translated there, or there is no room
     */
    boolean join(Session session, Hop to6, Hop to4, int idleTimeoutSeconds, int packetsPerSecond);

    /** Takes a session out again; completes when the switch has confirmed it. {@link Listener#switchLeft} comes too. */
    CompletableFuture<Void> leave(long sessionId);

    /** Whether the switch sends a session's packets to these neighbors. */
    boolean goesBy(long sessionId, Hop to6, Hop to4);

    /** Sends what was asked for since the last time. */
    void flush();

    /** Asks for counters that are due. */
    void tick(long nowNanos);

    /** When {@link #tick} has something to do again; {@link Long#MAX_VALUE}: not before something else happens. */
    long nextDeadlineNanos();
}
