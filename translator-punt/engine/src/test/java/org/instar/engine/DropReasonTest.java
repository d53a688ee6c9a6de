// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DropReasonTest {

    @Test
    void countersAreNamedAfterTheReason() {
        assertThat(DropReason.HOP_LIMIT_EXCEEDED.counterName()).isEqualTo("drop_hop_limit_exceeded");
    }

    @ParameterizedTest
    @EnumSource
    void describesItselfInOneSentence(DropReason reason) {
        assertThat(reason.description()).matches("[A-Z].*[^.]\\.").doesNotContain(". ");
        assertThat(reason.counterName()).matches("drop_[a-z0-9_]+");
    }
}
