// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyCountsTest {

    private final KeyCounts counts = new KeyCounts(new KeyedHash(new Random(1)::nextLong));

    @Property(tries = 100)
    void countsAsAMapWould(@ForAll @Size(max = 300) List<@IntRange(min = -8, max = 8) Integer> steps) {
        KeyCounts fresh = new KeyCounts(new KeyedHash(new Random(1)::nextLong));
        Map<Long, Integer> model = new HashMap<>();
        for (int step : steps) {
            long key = (long) Math.abs(step) << 30;
            if (step >= 0) {
                fresh.add(key);
                model.merge(key, 1, Integer::sum);
            } else {
                fresh.remove(key);
                model.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            }
            assertThat(fresh.count(key)).isEqualTo(model.getOrDefault(key, 0));
            assertThat(fresh.size()).isEqualTo(model.size());
        }
    }

    @Test
    void holdsManyKeysAndOneKeyManyTimes() {
        for (int i = 0; i < 100_000; i++) {
            counts.add(i);
            counts.add(-1);
        }
        assertThat(counts.size()).isEqualTo(100_001);
        assertThat(counts.count(-1)).isEqualTo(100_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(counts.count(i)).isEqualTo(1);
            counts.remove(i);
            counts.remove(-1);
        }
        assertThat(counts.size()).isZero();
    }
}
