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
     * @param perSecond at least 1
     * @param burst at least 1
     */
    TokenBucket(int perSecond, int burst) {
        nanosPerToken = Math.max(1, NANOS_PER_SECOND / perSecond);
        capacityNanos = nanosPerToken * burst;
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
