// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The sums, worked out from the words alone. */
class HeaderWordsTest {

    private static long sum(long... longs) {
        long sum = 0;
        for (long each : longs) {
            for (int shift = 48; shift >= 0; shift -= 16) {
                sum += each >>> shift & 0xffff;
            }
        }
        return sum % 0xffff;
    }

    @Test
    void theWordsOfTheSourceAndTheFirstTwoOfTheDestinationSumToZero() {
        Random random = new Random(1564);
        for (int i = 0; i < 100_000; i++) {
            HeaderWords words = HeaderWords.of(i % 2 == 0 ? 6 : 17, random.nextInt(), random.nextInt(64),
                    random.nextInt(256));
            assertThat(sum(words.sourceHigh(), words.sourceLow(), words.destinationHigh())).isZero();
        }
    }

    @Test
    void theIpv4HeaderInThemHasARightChecksumWhateverLengthTtlAndTypeOfService() {
        Random random = new Random(6052);
        for (int i = 0; i < 100_000; i++) {
            HeaderWords words = HeaderWords.of(17, random.nextInt(), 0, 1);
            int length = random.nextInt(0x10000);
            int x = random.nextInt(0x10000);
            long header = (words.sourceLow() & 0xffff_ffffL) + length;
            long identification = (words.destinationHigh() >>> 32) + ((long) (~length & 0xffff) << 16);
            assertThat(sum(header, identification, words.destinationHigh() & 0xffff_ffffL,
                    (long) x << 16 | ~x & 0xffff, words.destinationLow())).isZero();
        }
    }

    @Test
    void knownWords() {
        // 192.0.2.80: 4500 + 4000 + 11 + c000 + 0250 = 14761 -> 4762, ~ b89d
        HeaderWords words = HeaderWords.of(17, 0xc0000250, 0, 7);
        assertThat(words.destinationHigh()).isEqualTo(0x0000_4000_0011_b89dL);
        assertThat(words.destinationLow()).isEqualTo(0xc000_0250L);
        assertThat(words.sourceHigh() & 0xffff_ffffL).isEqualTo(0x894f_0fc6L);
        assertThat(words.sourceLow()).isEqualTo(0x0107_0800_4500_0000L);
    }
}
