// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.util.LinkedHashMap;
import java.util.Map;

/** When sessions that could not go into the switch are tried again, and how active they have been since. */
final class Retries {

    private static final int MAX = 8192;
    private static final long KEPT_OUT_NANOS = 3_600_000_000_000L;
    private static final long UNABLE_NANOS = 100_000_000L;
    private static final long REFUSED_NANOS = 1_000_000_000L;
    private static final long LEAST_FAILED_NANOS = 50_000_000L;
    private static final long MOST_FAILED_NANOS = 2_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;

    private static final class Retry {

        private long dueNanos;
        private long failedNanos = LEAST_FAILED_NANOS;
        private long packets = -1;
        private long packetsSinceNanos;
    }

    private final Map<Long, Retry> bySession = new LinkedHashMap<>() {

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Retry> eldest) {
            return size() > MAX;
        }
    };

    boolean isDue(long id, long nowNanos) {
        Retry retry = bySession.isEmpty() ? null : bySession.get(id);
        return retry == null || nowNanos - retry.dueNanos >= 0;
    }

    /** The connection did not pause. */
    void failed(long id, long nowNanos) {
        Retry retry = of(id);
        retry.dueNanos = nowNanos + retry.failedNanos;
        retry.failedNanos = Math.min(MOST_FAILED_NANOS, 2 * retry.failedNanos);
    }

    /** The switch refused it. */
    void refused(long id, long nowNanos) {
        of(id).dueNanos = nowNanos + REFUSED_NANOS;
    }

    /** The switch is no place for it. */
    void keepOut(long id, long nowNanos) {
        of(id).dueNanos = nowNanos + KEPT_OUT_NANOS;
    }

    /** Something is missing. */
    void unable(long id, long nowNanos) {
        of(id).dueNanos = nowNanos + UNABLE_NANOS;
    }

    /** As {@link #unable(long, long)}; the session has had so many packets by now. */
    void unable(long id, long packets, long nowNanos) {
        Retry retry = of(id);
        retry.dueNanos = nowNanos + UNABLE_NANOS;
        retry.packets = packets;
        retry.packetsSinceNanos = nowNanos;
    }

    /** How active a session has been since it was last {@link #unable}; 0: that isn't known. */
    int packetsPerSecond(long id, long packets, long nowNanos) {
        Retry retry = bySession.get(id);
        return retry == null || retry.packets < 0 ? 0
                : (int) ((packets - retry.packets) * NANOS_PER_SECOND / (nowNanos - retry.packetsSinceNanos + 1));
    }

    void forget(long id) {
        if (!bySession.isEmpty()) {
            bySession.remove(id);
        }
    }

    private Retry of(long id) {
        return bySession.computeIfAbsent(id, key -> new Retry());
    }
}
