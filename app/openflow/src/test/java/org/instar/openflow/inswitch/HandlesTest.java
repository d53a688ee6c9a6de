// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class HandlesTest {

    private final Handles handles = new Handles();

    private int takeAll() {
        BitSet taken = new BitSet();
        for (int i = 1; i <= Handles.MAX; i++) {
            int handle = handles.take(0).orElseThrow();
            assertThat(handle).isBetween(1, Handles.MAX);
            taken.set(handle);
        }
        assertThat(taken.cardinality()).isEqualTo(Handles.MAX);
        return Handles.MAX;
    }

    @Test
    void everyHandleButTheProbesIsGivenOnce() {
        assertThat(handles.used()).isZero();
        assertThat(takeAll()).isEqualTo(handles.used());
        assertThat(handles.take(Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void aHandleComesAgainOnlyAfterConfirmationAndTime() {
        takeAll();
        handles.leaving(5);
        assertThat(handles.take(Long.MAX_VALUE)).isEmpty();
        handles.gone(5, 1_000);
        assertThat(handles.take(1_000 + Handles.QUARANTINE_NANOS - 1)).isEmpty();
        assertThat(handles.take(1_000 + Handles.QUARANTINE_NANOS)).hasValue(5);
        assertThat(handles.used()).isEqualTo(Handles.MAX);
    }

    @Test
    void theLongestUnusedComesFirst() {
        takeAll();
        for (int handle : new int[] {9, 3, 7}) {
            handles.leaving(handle);
            handles.gone(handle, handle == 9 ? -5 : handle);
        }
        long late = 2 * Handles.QUARANTINE_NANOS;
        assertThat(handles.take(late)).hasValue(9);
        assertThat(handles.take(late)).hasValue(3);
        assertThat(handles.take(late)).hasValue(7);
    }

    @Test
    void afterARestartOfTheSwitchAllAreGone() {
        int first = handles.take(0).orElseThrow();
        int second = handles.take(0).orElseThrow();
        int third = handles.take(0).orElseThrow();
        handles.leaving(second);
        handles.gone(second, 0);
        handles.leaving(third);
        handles.allGone(10);
        assertThat(handles.used()).isZero();
        assertThatThrownBy(() -> handles.leaving(first)).hasMessageContaining("handle " + first);
    }

    @Test
    void sharesHaveNoHandleInCommonAndLeaveNoneOut() {
        BitSet taken = new BitSet();
        int stride = 7;
        for (int first : new int[] {0, 1, 2, 3, 4, 5, 7_000_006}) {
            Handles share = new Handles(first, stride);
            for (OptionalInt next = share.take(0); next.isPresent(); next = share.take(0)) {
                assertThat(next.getAsInt() % stride).isEqualTo(first % stride);
                assertThat(taken.get(next.getAsInt())).isFalse();
                taken.set(next.getAsInt());
            }
        }
        assertThat(taken.get(Handles.PROBE)).isFalse();
        assertThat(taken.cardinality()).isEqualTo(Handles.MAX);
        assertThat(taken.length()).isEqualTo(Handles.MAX + 1);
    }

    @Test
    void aShareKeepsItsHandlesApartToo() {
        Handles share = new Handles(3, 4);
        int first = share.take(0).orElseThrow();
        int second = share.take(0).orElseThrow();
        assertThatThrownBy(() -> share.leaving(first + 1)).hasMessageContaining("handle " + (first + 1));
        share.leaving(second);
        share.allGone(10);
        assertThat(share.used()).isZero();
        int third = share.take(0).orElseThrow();
        for (OptionalInt next = share.take(0); next.isPresent(); next = share.take(0)) {
            assertThat(next.getAsInt()).isGreaterThan(third);
        }
        assertThat(share.take(10 + Handles.QUARANTINE_NANOS)).hasValue(first);
        assertThat(share.take(10 + Handles.QUARANTINE_NANOS)).hasValue(second);
        assertThat(share.take(10 + Handles.QUARANTINE_NANOS)).isEmpty();
    }

    @Test
    void mistakesAreRefused() {
        int handle = handles.take(0).orElseThrow();
        assertThatThrownBy(() -> handles.gone(handle, 0)).isInstanceOf(IllegalStateException.class);
        handles.leaving(handle);
        assertThatThrownBy(() -> handles.leaving(handle)).isInstanceOf(IllegalStateException.class);
        handles.gone(handle, 0);
        assertThatThrownBy(() -> handles.gone(handle, 0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> handles.leaving(Handles.PROBE)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> handles.leaving(-1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new Handles(-1, 2)).hasMessageContaining("first");
        assertThatThrownBy(() -> new Handles(0, 0)).hasMessageContaining("stride");
    }
}
