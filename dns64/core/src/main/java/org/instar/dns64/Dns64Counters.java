// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counters of one DNS64. They only grow. Safe for use by several threads. */
public final class Dns64Counters {

    private final LongAdder[] counters = new LongAdder[Dns64Counter.values().length];

    public Dns64Counters() {
        Arrays.setAll(counters, i -> new LongAdder());
    }

    public void increment(Dns64Counter counter) {
        counters[counter.ordinal()].increment();
    }

    public long get(Dns64Counter counter) {
        return counters[counter.ordinal()].sum();
    }

    /** All counters by name, those at zero too, in the order of {@link Dns64Counter}; a copy. */
    public Map<String, Long> asMap() {
        Map<String, Long> map = new LinkedHashMap<>();
        for (Dns64Counter counter : Dns64Counter.values()) {
            map.put(counter.counterName(), get(counter));
        }
        return map;
    }
}
