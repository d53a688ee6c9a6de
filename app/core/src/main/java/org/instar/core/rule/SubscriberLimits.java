// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

/** What one subscriber, an IPv6 prefix, may have at most; 0: no limit. Immutable. */
public final class SubscriberLimits {

    /** No limits. */
    public static final SubscriberLimits NONE = new SubscriberLimits(0, 0, 0);
    /** The greatest value of each. */
    public static final int LARGEST = 100_000_000;

    private final int maxPorts;
    private final int maxSessions;
    private final int newSessionsPerSecond;

    private SubscriberLimits(int maxPorts, int maxSessions, int newSessionsPerSecond) {
        this.maxPorts = maxPorts;
        this.maxSessions = maxSessions;
        this.newSessionsPerSecond = newSessionsPerSecond;
    }

    /**
     * @throws IllegalArgumentException for a value outside 0..100 000 000
     */
    public static SubscriberLimits of(int maxPorts, int maxSessions, int newSessionsPerSecond) {
        check(maxPorts);
        check(maxSessions);
        check(newSessionsPerSecond);
        return new SubscriberLimits(maxPorts, maxSessions, newSessionsPerSecond);
    }

    private static void check(int value) {
        if (value < 0 || value > LARGEST) {
            throw new IllegalArgumentException("not a whole number from 0 to " + LARGEST + ": '" + value + "'");
        }
    }

    /** Pool ports (and ICMP identifiers) of all protocols together. */
    public int maxPorts() {
        return maxPorts;
    }

    public int maxSessions() {
        return maxSessions;
    }

    public int newSessionsPerSecond() {
        return newSessionsPerSecond;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SubscriberLimits && ((SubscriberLimits) other).maxPorts == maxPorts
                && ((SubscriberLimits) other).maxSessions == maxSessions
                && ((SubscriberLimits) other).newSessionsPerSecond == newSessionsPerSecond;
    }

    @Override
    public int hashCode() {
        return (maxPorts * 31 + maxSessions) * 31 + newSessionsPerSecond;
    }

    @Override
    public String toString() {
        return "ports " + maxPorts + " sessions " + maxSessions + " rate " + newSessionsPerSecond;
    }
}
