// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6864 §4.3: identifications of packets that may be fragmented")
class IdentificationGeneratorTest {

    @ParameterizedTest
    @DisplayName("no value comes again within 32768, over several rounds, whatever the seed")
    @ValueSource(longs = {0, 1, -1, 0x0123456789abcdefL})
    void noneTwice(long seed) {
        IdentificationGenerator generator = new IdentificationGenerator(seed);
        int[] lastSeen = new int[1 << 16];
        Arrays.fill(lastSeen, Integer.MIN_VALUE / 2);
        for (int i = 0; i < 4 << 16; i++) {
            int value = generator.next();
            assertThat(i - lastSeen[value]).isGreaterThan(32768);
            lastSeen[value] = i;
        }
    }

    @ParameterizedTest
    @DisplayName("the step from one value to the next tells nothing: no step is frequent")
    @ValueSource(longs = {0, 1, -1, 0x0123456789abcdefL})
    void noFrequentStep(long seed) {
        IdentificationGenerator generator = new IdentificationGenerator(seed);
        int[] steps = new int[1 << 15];
        int last = generator.next();
        for (int i = 1; i < 1 << 15; i++) {
            int value = generator.next();
            steps[value - last & 0x7fff]++;
            last = value;
        }
        assertThat(Arrays.stream(steps).max().orElseThrow()).isLessThan(64);
    }
}
