// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
        TokenBucket bucket = new TokenBucket(10, 25, 0, 1);
        assertThat(takeAll(bucket, 7)).isEqualTo(25);
        assertThat(takeAll(bucket, 7 + SECOND / 10 - 1)).isZero();
        assertThat(takeAll(bucket, 7 + SECOND / 10)).isEqualTo(1);
        assertThat(takeAll(bucket, 7 + SECOND + SECOND / 10)).isEqualTo(10);
        assertThat(takeAll(bucket, 1000 * SECOND)).isEqualTo(25);
    }

    @Test
    @DisplayName("a clock that begins anywhere, stands still or goes back gives nothing away")
    void clocks() {
        TokenBucket bucket = new TokenBucket(1, 1, 0, 1);
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5)).isEqualTo(1);
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5)).isZero();
        assertThat(takeAll(bucket, Long.MAX_VALUE - 5 + SECOND)).isEqualTo(1);
        assertThat(takeAll(bucket, 0)).isLessThanOrEqualTo(1);
        assertThat(takeAll(bucket, -SECOND)).isZero();
    }

    private static TokenBucket[] parts(int perSecond, int burst, int parts) {
        return IntStream.range(0, parts).mapToObj(part -> new TokenBucket(perSecond, burst, part, parts))
                .toArray(TokenBucket[]::new);
    }

    private static int takeAll(TokenBucket[] buckets, long now) {
        return Arrays.stream(buckets).mapToInt(bucket -> takeAll(bucket, now)).sum();
    }

    @ParameterizedTest
    @DisplayName("several together let through the burst and the average rate of one, each its share")
    @CsvSource({"100,100,1", "100,100,2", "100,100,3", "100,100,64", "3,70,64", "1000000,1000000,7"})
    void shares(int perSecond, int burst, int parts) {
        TokenBucket[] buckets = parts(perSecond, burst, parts);
        int[] atOnce = new int[parts];
        for (int part = 0; part < parts; part++) {
            for (int i = 0; i < burst && buckets[part].take(0); i++) {
                atOnce[part]++;
            }
        }
        assertThat(Arrays.stream(atOnce).sum()).isEqualTo(burst);
        assertThat(Arrays.stream(atOnce).max().orElseThrow() - Arrays.stream(atOnce).min().orElseThrow())
                .isLessThanOrEqualTo(1);
        long sent = 0;
        int seconds = Math.max(200, 2 * parts / perSecond);
        for (long step = 1; step <= 100L * seconds; step++) {
            sent += takeAll(buckets, step * SECOND / 100);
        }
        // a bucket may have saved most of a token at the end
        assertThat((double) sent).isBetween((double) perSecond * seconds - parts, 1.001 * perSecond * seconds);
    }

    @Test
    @DisplayName("a rate and burst below one for each: the average holds, and nobody is cut off")
    void sharesBelowOne() {
        TokenBucket[] buckets = parts(2, 1, 64);
        assertThat(takeAll(buckets, 0)).as("at once, after quiet").isEqualTo(64);
        int[] sent = new int[64];
        for (int second = 1; second <= 320; second++) {
            for (int part = 0; part < 64; part++) {
                sent[part] += takeAll(buckets[part], second * SECOND);
            }
        }
        assertThat(sent).as("one in 32 seconds").containsOnly(10);
    }
}
