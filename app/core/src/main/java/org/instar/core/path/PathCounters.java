// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.instar.engine.DropReason;

/** The counters of one shard: its thread counts, any thread reads. */
public final class PathCounters {

    private final AtomicLongArray engineDrops = new AtomicLongArray(DropReason.values().length);
    private final AtomicLongArray pathDrops = new AtomicLongArray(PathDrop.values().length);
    private final AtomicLongArray events = new AtomicLongArray(PathEvent.values().length);

    public void drop(DropReason reason) {
        increment(engineDrops, reason.ordinal());
    }

    public void drop(PathDrop reason) {
        increment(pathDrops, reason.ordinal());
    }

    public void count(PathEvent event) {
        increment(events, event.ordinal());
    }

    public void count(PathEvent event, long times) {
        events.lazySet(event.ordinal(), events.get(event.ordinal()) + times);
    }

    /** Counts from a thread that isn't the shard's. */
    public void dropElsewhere(PathDrop reason) {
        pathDrops.incrementAndGet(reason.ordinal());
    }

    public long get(DropReason reason) {
        return engineDrops.get(reason.ordinal());
    }

    public long get(PathDrop reason) {
        return pathDrops.get(reason.ordinal());
    }

    public long get(PathEvent event) {
        return events.get(event.ordinal());
    }

    /** All of them by name. */
    public Map<String, Long> byName() {
        Map<String, Long> values = new TreeMap<>();
        for (DropReason reason : DropReason.values()) {
            values.put(reason.counterName(), get(reason));
        }
        for (PathDrop reason : PathDrop.values()) {
            values.put(reason.counterName(), get(reason));
        }
        for (PathEvent event : PathEvent.values()) {
            values.put(event.counterName(), get(event));
        }
        return values;
    }

    /** A single writer needs no read-modify-write instruction. */
    private static void increment(AtomicLongArray counters, int index) {
        counters.lazySet(index, counters.get(index) + 1);
    }
}
