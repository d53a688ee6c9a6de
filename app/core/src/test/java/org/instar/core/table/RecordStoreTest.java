// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RecordStoreTest {

    private static final int STAMP = 12;
    private static final int LINK = 8;

    private final RecordStore store = new RecordStore(16, STAMP, LINK);

    private int takeAndPublish(int bits) {
        int handle = store.take();
        store.publish(handle, bits);
        return handle;
    }

    @Test
    void handlesBeginAtOneAndTheLastOneFreedComesFirst() {
        assertThat(List.of(takeAndPublish(0), takeAndPublish(0), takeAndPublish(0))).containsExactly(1, 2, 3);
        store.free(1);
        store.free(3);
        assertThat(List.of(takeAndPublish(0), takeAndPublish(0), takeAndPublish(0))).containsExactly(3, 1, 4);
        assertThat(store.size()).isEqualTo(4);
        assertThat(store.highest()).isEqualTo(4);
    }

    @Test
    void anIdIsGoodForOneUseOfItsRecord() {
        int handle = takeAndPublish(7);
        long id = RecordStore.id(handle, store.stamp(handle));
        assertThat(id).isPositive();
        assertThat(RecordStore.handleOf(id)).isEqualTo(handle);
        assertThat(store.isCurrent(id)).isTrue();
        store.setOwnerBits(handle, 1023);
        assertThat(store.isCurrent(id)).as("the owner's bits are not part of it").isTrue();
        assertThat(RecordStore.ownerBits(store.stamp(handle))).isEqualTo(1023);

        store.free(handle);
        assertThat(store.isCurrent(id)).isFalse();
        assertThat(takeAndPublish(7)).isEqualTo(handle);
        assertThat(store.isCurrent(id)).isFalse();
        assertThat(store.isCurrent(0)).isFalse();
        assertThat(store.isCurrent(RecordStore.id(handle + 1, 1))).as("a handle never taken").isFalse();
    }

    @Test
    void aReaderSeesThatARecordChangedHandsMeanwhile() {
        int handle = takeAndPublish(0);
        int stamp = store.stamp(handle);
        store.setOwnerBits(handle, 3);
        assertThat(store.isUnchanged(handle, stamp)).isTrue();
        store.free(handle);
        assertThat(RecordStore.isLive(store.stamp(handle))).isFalse();
        assertThat(store.isUnchanged(handle, stamp)).isFalse();
        takeAndPublish(0);
        assertThat(RecordStore.isLive(store.stamp(handle))).isTrue();
        assertThat(store.isUnchanged(handle, stamp)).isFalse();
    }

    @Test
    void theStampOfAUseComesAgainAfterTwoMillionOthersOnly() {
        int handle = takeAndPublish(0);
        int stamp = store.stamp(handle);
        int uses = 0;
        do {
            store.free(handle);
            takeAndPublish(0);
            uses++;
        } while (!store.isUnchanged(handle, stamp));
        assertThat(uses).isEqualTo(1 << RecordStore.STAMP_BITS - 1);
    }

    @Test
    void recordsOfManyChunksDontOverlap() {
        int many = 200_000;
        for (int i = 1; i <= many; i++) {
            int handle = takeAndPublish(0);
            store.putLong(handle, 0, i);
            store.putInt(handle, LINK, -i);
        }
        for (int handle = 1; handle <= many; handle++) {
            assertThat(store.getLong(handle, 0)).isEqualTo(handle);
            assertThat(store.getInt(handle, LINK)).isEqualTo(-handle);
        }
        assertThat(store.memoryBytes()).isBetween(many * 16L, many * 16L + (1 << 20));
    }

    @Test
    void sizesThatAreNoPowerOfTwoAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new RecordStore(48, 0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> new RecordStore(8, 0, 4));
    }

    @Property(tries = 200)
    void agreesWithAMap(@ForAll @Size(max = 300) List<@IntRange(max = 1_000_000) Integer> steps) {
        RecordStore checked = new RecordStore(16, STAMP, LINK);
        Map<Integer, Long> model = new HashMap<>();
        List<Integer> handles = new ArrayList<>();
        for (int step : steps) {
            if (step % 5 < 3 || handles.isEmpty()) {
                int handle = checked.take();
                assertThat(model).doesNotContainKey(handle);
                checked.putLong(handle, 0, step);
                checked.publish(handle, step & 1023);
                model.put(handle, (long) step);
                handles.add(handle);
            } else {
                int handle = handles.remove(step % handles.size());
                checked.free(handle);
                model.remove(handle);
            }
            assertThat(checked.size()).isEqualTo(model.size());
        }
        for (int handle = 1; handle <= checked.highest(); handle++) {
            assertThat(RecordStore.isLive(checked.stamp(handle))).isEqualTo(model.containsKey(handle));
            if (model.containsKey(handle)) {
                assertThat(checked.getLong(handle, 0)).isEqualTo(model.get(handle));
                assertThat(RecordStore.ownerBits(checked.stamp(handle))).isEqualTo((int) (model.get(handle) & 1023));
            }
        }
    }
}
