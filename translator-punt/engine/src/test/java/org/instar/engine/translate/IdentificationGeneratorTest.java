// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6864 §4.3: identifications of packets that may be fragmented")
class IdentificationGeneratorTest {

    @ParameterizedTest
    @DisplayName("no value comes again within 32768, over several rounds, whatever the seed")
    @ValueSource(longs = {0, 1, -1, 0x0123456789abcdefL})
    void noneTwice(long seed) {
        IdentificationGenerator generator = new IdentificationGenerator(TranslatorSettings.defaults(), seed);
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
        IdentificationGenerator generator = new IdentificationGenerator(TranslatorSettings.defaults(), seed);
        int[] steps = new int[1 << 15];
        int last = generator.next();
        for (int i = 1; i < 1 << 15; i++) {
            int value = generator.next();
            steps[value - last & 0x7fff]++;
            last = value;
        }
        assertThat(Arrays.stream(steps).max().orElseThrow()).isLessThan(64);
    }

    @ParameterizedTest
    @DisplayName("the only translator has all 16 bits, as ever")
    @CsvSource({"0,20613,13300,23755,2194300078791726482", "-1,16610,7030,27072,1430596339267932847"})
    void alone(long seed, int first, int second, int third, long hashOf200000) {
        IdentificationGenerator generator = new IdentificationGenerator(
                TranslatorSettings.defaults().withPart(0, 1), seed);
        List<Integer> values = new ArrayList<>();
        long hash = 0;
        for (int i = 0; i < 200_000; i++) {
            values.add(generator.next());
            hash = hash * 31 + values.get(i);
        }
        assertThat(values).startsWith(first, second, third);
        assertThat(hash).isEqualTo(hashOf200000);
    }

    @ParameterizedTest
    @DisplayName("two of several translators never make the same value, and each uses all of its part")
    @ValueSource(ints = {2, 3, 7, 8, 64})
    void parts(int parts) {
        int[] madeBy = new int[1 << 16];
        Arrays.fill(madeBy, -1);
        int ofEach = (1 << 16) / Integer.highestOneBit(2 * parts - 1);
        for (int part = 0; part < parts; part++) {
            IdentificationGenerator generator = new IdentificationGenerator(
                    TranslatorSettings.defaults().withPart(part, parts), 5);
            int made = 0;
            for (int i = 0; i < 3 * ofEach; i++) {
                int value = generator.next();
                assertThat(madeBy[value]).isIn(-1, part);
                made += madeBy[value] == part ? 0 : 1;
                madeBy[value] = part;
            }
            assertThat(made).isEqualTo(ofEach);
        }
    }

    @ParameterizedTest
    @DisplayName("within its part no value comes again for half of it, and no step is frequent")
    @CsvSource({"2,0", "3,1", "16,0", "64,0", "64,-1", "64,81985529216486895"})
    void noneTwiceInAPart(int parts, long seed) {
        TranslatorSettings last = TranslatorSettings.defaults().withPart(parts - 1, parts);
        IdentificationGenerator generator = new IdentificationGenerator(last, seed);
        int half = 1 << 15 - last.partBits();
        int[] lastSeen = new int[1 << 16];
        Arrays.fill(lastSeen, Integer.MIN_VALUE / 2);
        int[] steps = new int[1 << 16];
        int before = 0;
        for (int i = 0; i < 16 * half; i++) {
            int value = generator.next();
            assertThat(i - lastSeen[value]).isGreaterThan(half);
            lastSeen[value] = i;
            steps[value - before & 0xffff]++;
            before = value;
        }
        assertThat(Arrays.stream(steps).max().orElseThrow()).isLessThan(64);
    }
}
