// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HandleIndexTest {

    /** A handle's hash, as its record would tell. */
    private final Map<Integer, Long> hashes = new HashMap<>();
    private final HandleIndex index = new HandleIndex(handle -> hashes.get(handle));
    private int handles;

    private int insert(long hash) {
        handles++;
        hashes.put(handles, hash);
        index.insert(hash, handles);
        return handles;
    }

    private void remove(int handle) {
        index.remove(cursorOf(index, hashes.get(handle), handle), hashes.get(handle));
        hashes.remove(handle);
    }

    private int countAt(long hash) {
        int count = 0;
        for (long at = index.first(hash); at != HandleIndex.END; at = index.next(at, hash)) {
            count++;
        }
        return count;
    }

    private void assertAllFound() {
        assertThat(index.size()).isEqualTo(hashes.size());
        hashes.forEach((handle, hash) -> cursorOf(index, hash, handle));
    }

    @Test
    void anEmptyIndexFindsNothingAndTakesNoMemory() {
        assertThat(index.first(42)).isEqualTo(HandleIndex.END);
        assertThat(index.memoryBytes()).isZero();
        assertThat(index.size()).isZero();
    }

    @Test
    void entriesOfTheSameHashAreAllFoundAndTakenOutOneByOne() {
        for (int i = 0; i < 100; i++) {
            insert(77L << 16);
        }
        assertThat(countAt(77L << 16)).isEqualTo(100);
        for (int handle = 50; handle > 0; handle--) {
            remove(handle);
        }
        assertThat(countAt(77L << 16)).isEqualTo(50);
        assertAllFound();
        for (int handle = 51; handle <= 100; handle++) {
            remove(handle);
        }
        assertThat(countAt(77L << 16)).isZero();
    }

    @Test
    void aGuessIsAnEntryOfItsLineOrSaysThatOnlyASearchCanTell() {
        assertThat(index.guess(9)).isEqualTo(RecordStore.NONE);
        for (int i = 1; i <= HandleIndex.LINE_SLOTS; i++) {
            insert(i);
        }
        for (int i = 1; i <= HandleIndex.LINE_SLOTS; i++) {
            assertThat(index.guess(i)).as("each tag once").isEqualTo(i);
        }
        assertThat(index.guess(77)).as("full, but nothing went past it").isEqualTo(RecordStore.NONE);
        int behind = insert(77);
        assertThat(index.guess(77)).isEqualTo(HandleIndex.UNKNOWN);
        remove(behind);
        assertThat(index.guess(77)).as("nothing is behind it any more").isEqualTo(RecordStore.NONE);
        remove(5);
        assertThat(index.guess(5)).isEqualTo(RecordStore.NONE);
        insert(77);
        assertThat(index.guess(77)).as("in the place that became free").isEqualTo(handles);
    }

    @Test
    void aRunWrapsAroundTheEndOfItsSegment() {
        long lastLine = (long) HandleIndex.LINES - 1 << HandleIndex.LINE_SHIFT;
        for (int i = 0; i < 20; i++) {
            insert(lastLine);
        }
        assertAllFound();
        for (int handle = 20; handle > 0; handle -= 2) {
            remove(handle);
        }
        assertAllFound();
        for (int handle = 1; handle <= 19; handle += 2) {
            remove(handle);
        }
        assertThat(countAt(lastLine)).isZero();
    }

    @Test
    void hashesThatCollideBeyondOneSegmentAreRefusedNotLost() {
        for (int i = 0; i < HandleIndex.MAX_USED; i++) {
            insert(5);
        }
        assertThatIllegalStateException().isThrownBy(() -> insert(5)).withMessageContaining("can't grow");
    }

    @Test
    void growsToManySegmentsAndShrinksToNothing() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            insert(random.nextLong());
        }
        assertAllFound();
        assertThat(index.memoryBytes()).as("half full and more").isLessThan(200_000 * 4 * 2 + (1 << 19));
        long memory = index.memoryBytes();
        for (int handle = 1; handle <= 200_000; handle++) {
            remove(handle);
        }
        assertThat(index.size()).isZero();
        for (int i = 0; i < 200_000; i++) {
            insert(random.nextLong());
        }
        assertThat(index.memoryBytes()).as("what is gone leaves its room").isLessThan(memory * 3 / 2);
    }

    @Test
    void comingAndGoingAtTheSameSizeDoesNotGrow() {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            insert(random.nextLong());
        }
        long memory = index.memoryBytes();
        for (int i = 1; i <= 300_000; i++) {
            insert(random.nextLong());
            remove(i);
        }
        assertAllFound();
        assertThat(index.memoryBytes()).isLessThanOrEqualTo(memory * 2);
    }

    /**
     * With hashes of few values, many of them equal, and with hashes that share their top bits, so that depth grows.
     */
    @Property(tries = 60)
    void agreesWithAMap(@ForAll Random random, @ForAll boolean collide,
            @ForAll @IntRange(min = 1, max = 8) int deletionsInTen) {
        Map<Integer, Long> model = new HashMap<>();
        HandleIndex checked = new HandleIndex(model::get);
        int most = collide ? 500 : 10_000;
        for (int handle = 1; handle <= 8000; handle++) {
            if (random.nextInt(10) >= deletionsInTen && model.size() < most || model.isEmpty()) {
                long hash = collide ? random.nextInt(64) << 19 : random.nextLong() >>> 6;
                model.put(handle, hash);
                checked.insert(hash, handle);
            } else {
                int removed = model.keySet().iterator().next();
                checked.remove(cursorOf(checked, model.get(removed), removed), model.get(removed));
                model.remove(removed);
            }
            assertThat(checked.size()).isEqualTo(model.size());
        }
        model.forEach((handle, hash) -> {
            cursorOf(checked, hash, handle);
            int guess = checked.guess(hash);
            assertThat(guess == HandleIndex.UNKNOWN || model.containsKey(guess)).as("guess " + guess).isTrue();
            for (long at = checked.first(hash); at != HandleIndex.END; at = checked.next(at, hash)) {
                assertThat(model).as("no entry that was taken out").containsKey(HandleIndex.handleAt(at));
            }
        });
    }

    private static long cursorOf(HandleIndex index, long hash, int handle) {
        long at = index.first(hash);
        while (at != HandleIndex.END && HandleIndex.handleAt(at) != handle) {
            at = index.next(at, hash);
        }
        assertThat(at).as("handle " + handle).isNotEqualTo(HandleIndex.END);
        return at;
    }
}
