// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.choice;

/** How a translator is at a moment. Immutable. */
public final class TranslatorLoad {

    /** Whether it takes clients. */
    public enum State {
        UP,
        /** It keeps those it has and is to get no more. */
        DRAINING,
        DEAD
    }

    /** A translator nobody knows anything about. */
    public static final TranslatorLoad UNKNOWN = new TranslatorLoad(State.UP, 0, 1.0);
    public static final TranslatorLoad GONE = new TranslatorLoad(State.DEAD, 0, 0);

    private final State state;
    private final long sessions;
    private final double headroom;

    /**
     * @param sessions sessions it has
     * @param headroom part of its pools' transport addresses that is free, 0 to 1
     */
    public TranslatorLoad(State state, long sessions, double headroom) {
        this.state = state;
        this.sessions = sessions;
        this.headroom = headroom;
    }

    public State state() {
        return state;
    }

    public long sessions() {
        return sessions;
    }

    /** Part of the transport addresses of its pools that is free, 0 to 1. */
    public double headroom() {
        return headroom;
    }

    @Override
    public String toString() {
        return state + " with " + sessions + " sessions, " + Math.round(headroom * 100) + " % free";
    }
}
