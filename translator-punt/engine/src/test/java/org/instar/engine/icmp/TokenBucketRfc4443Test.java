// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 4443 §2.4 f: token bucket")
class TokenBucketRfc4443Test {

    private static final long SECOND = 1_000_000_000L;

    private static int takeAll(TokenBucket bucket, long now) {
        int taken = 0;
        while (taken < 100_000 && bucket.take(now)) {
            taken++;
        }
        return taken;
    }

    @Test
    @DisplayName("a burst goes at once, then the average rate")
    void burstAndRate() {
        TokenBucket bucket = new TokenBucket(10, 25);
        assertThat(takeAll(bucket, 7)).isEqualTo(25);
        assertThat(takeAll(bucket, 7 + SECOND / 10 - 1)).isZero();
        assertThat(takeAll(bucket, 7 + SECOND / 10)).isEqualTo(1);
        assertThat(takeAll(bucket, 7 + SECOND + SECOND / 10)).isEqualTo(10);
        assertThat(takeAll(bucket, 1000 * SECOND)).isEqualTo(25);
    }

    @Test
    @DisplayName("a clock that begins anywhere, stands still or goes back gives nothing away")
    void clocks() {
        TokenBucket bucket = new TokenBucket(1, 1);
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5)).isEqualTo(1);
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5)).isZero();
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5 + SECOND)).isEqualTo(1);
        assertThat(takeAll(bucket, 0)).isLessThanOrEqualTo(1);
        assertThat(takeAll(bucket, -SECOND)).isZero();
    }
}
