// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

/**
 * Lets through so many a second, and a burst of so many at once (RFC 4443 §2.4 f). Full at the beginning. Not thread
 * safe.
 */
final class TokenBucket {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long nanosPerToken;
    private final long capacityNanos;
    private long savedNanos;
    private long lastNanos;
    private boolean isStarted;

    /**
     * One of several that let through so many together, each its share whatever the others do. The average is shared
     * out exactly, also where it is less than one a second for each. A burst is at least 1, so that together they may
     * have one of {@code parts} where {@code burst} is less.
     *
     * @param perSecond of all parts together, at least 1
     * @param burst of all parts together, at least 1
     * @param part the number of this one, 0 to below {@code parts}; the first ones get what is left over of the burst
     * @param parts at least 1
     */
    TokenBucket(int perSecond, int burst, int part, int parts) {
        nanosPerToken = Math.max(1, NANOS_PER_SECOND * parts / perSecond);
        capacityNanos = nanosPerToken * Math.max(1, burst / parts + (part < burst % parts ? 1 : 0));
        savedNanos = capacityNanos;
    }

    /** Whether one more may go; if so, it is counted. */
    boolean take(long nowNanos) {
        long elapsed = isStarted ? Math.max(0, nowNanos - lastNanos) : 0;
        isStarted = true;
        lastNanos = nowNanos;
        savedNanos = elapsed >= capacityNanos - savedNanos ? capacityNanos : savedNanos + elapsed;
        if (savedNanos < nanosPerToken) {
            return false;
        }
        savedNanos -= nanosPerToken;
        return true;
    }
}
