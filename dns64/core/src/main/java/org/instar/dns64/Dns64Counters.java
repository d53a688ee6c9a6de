// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one DNS64. They only grow. Safe for use by several threads. */
public final class Dns64Counters {

    private final Map<Dns64Counter, LongAdder> counters = new EnumMap<>(Dns64Counter.class);

    public Dns64Counters() {
        for (Dns64Counter counter : Dns64Counter.values()) {
            counters.put(counter, new LongAdder());
        }
    }

    public void increment(Dns64Counter counter) {
        counters.get(counter).increment();
    }

    public long get(Dns64Counter counter) {
        return counters.get(counter).sum();
    }

    /** All counters by name, those at zero too, in the order of {@link Dns64Counter}; a copy. */
    public Map<String, Long> asMap() {
        Map<String, Long> map = new LinkedHashMap<>();
        counters.forEach((counter, count) -> map.put(counter.counterName(), count.sum()));
        return map;
    }
}
