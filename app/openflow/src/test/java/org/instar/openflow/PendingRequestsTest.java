// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PendingRequestsTest {

    private static final long DEADLINE_NANOS = 1_000;

    private final PendingRequests pending = new PendingRequests();

    private static FlowMod mod(int number) {
        return FlowMod.add(1).cookie(number).build();
    }

    @Test
    void aRequestIsFoundByEveryTransactionIdOfIts() {
        FlowBatch batch = new FlowBatch(List.of(mod(1), mod(2)), 10, DEADLINE_NANOS);
        FlowStatsQuery query = FlowStatsQuery.ofCookie(13, DEADLINE_NANOS, 7);
        pending.add(batch);
        pending.add(query);
        assertThat(pending.find(9)).isNull();
        for (long xid = 10; xid <= 12; xid++) {
            assertThat(pending.find(xid)).isSameAs(batch);
        }
        assertThat(pending.find(13)).isSameAs(query);
        assertThat(pending.find(14)).isNull();
        pending.remove(batch);
        assertThat(pending.contains(batch)).isFalse();
        assertThat(pending.find(11)).isNull();
        assertThat(pending.find(13)).isSameAs(query);
    }

    /** A search through all of them, for an answer or for what is late, would take longer than it may. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void howManyAreUnderWayDoesNotMatter() {
        int count = 300_000;
        List<FlowStatsQuery> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(FlowStatsQuery.ofCookie(1 + i, DEADLINE_NANOS + i, i));
            pending.add(queries.get(i));
        }
        Collections.shuffle(queries, new Random(1564));
        for (FlowStatsQuery query : queries.subList(0, count / 2)) {
            assertThat(pending.expired(DEADLINE_NANOS - 1)).isNull();
            assertThat(pending.find(query.firstXid)).isSameAs(query);
            pending.remove(query);
        }
        long now = 0;
        for (int i = count / 2; i < count; i++) {
            Request late = pending.expired(DEADLINE_NANOS + count);
            assertThat(late.deadlineNanos).isGreaterThan(now);
            now = late.deadlineNanos;
            pending.remove(late);
        }
        assertThat(pending.any()).isNull();
    }
}
