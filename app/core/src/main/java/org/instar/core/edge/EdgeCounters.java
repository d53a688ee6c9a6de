// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;

/** The counts behind {@link EdgeCounter}. One thread counts, the one that owns the edge; any thread reads. */
public final class EdgeCounters {

    private final AtomicLongArray counts = new AtomicLongArray(EdgeCounter.values().length);

    /** The count since the start. */
    public long get(EdgeCounter counter) {
        return counts.getOpaque(counter.ordinal());
    }

    /** All counts by {@link EdgeCounter#key()}, zeros included. */
    public Map<String, Long> snapshot() {
        Map<String, Long> byKey = new TreeMap<>();
        for (EdgeCounter counter : EdgeCounter.values()) {
            byKey.put(counter.key(), get(counter));
        }
        return byKey;
    }

    void count(EdgeCounter counter) {
        add(counter, 1);
    }

    void add(EdgeCounter counter, int amount) {
        // a single writer needs no atomic addition
        counts.setOpaque(counter.ordinal(), counts.getPlain(counter.ordinal()) + amount);
    }
}
