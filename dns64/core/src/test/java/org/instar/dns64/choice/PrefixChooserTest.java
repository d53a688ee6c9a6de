// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.choice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The paper's §5.2. */
class PrefixChooserTest {

    private static final int CLIENTS = 3000;
    private static final long NET = 0x20010db8_00000000L;

    private final Map<Prefix64, TranslatorLoad> loads = new HashMap<>();
    private final AtomicLong nanos = new AtomicLong();

    private PrefixChooser chooser(String strategy, int sticky, int... weights) {
        List<Map<String, Object>> blocks = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            blocks.add(Map.of("prefix", prefix(i).toString(), "weight", weights[i]));
        }
        try {
            View view = SettingsReader.read(Map.of("upstreams", "192.0.2.53:53", "blocks", blocks, "prefix-choice",
                    Map.of("strategy", strategy, "sticky-seconds", sticky))).whole();
            return new PrefixChooser(view, p -> loads.getOrDefault(p, TranslatorLoad.UNKNOWN), new Random(1),
                    nanos::get);
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Prefix64 prefix(int i) {
        return Prefix64.parse("2001:db8:" + (0x64 + i) + "::/96");
    }

    /** How many of many clients get each block. */
    private static int[] shares(PrefixChooser chooser, int blocks) {
        int[] shares = new int[blocks];
        for (int i = 0; i < CLIENTS; i++) {
            long mask = chooser.choose(NET + i, 1);
            assertThat(Long.bitCount(mask)).isOne();
            shares[Long.numberOfTrailingZeros(mask)]++;
        }
        return shares;
    }

    private void load(int i, TranslatorLoad.State state, long sessions, double headroom) {
        loads.put(prefix(i), new TranslatorLoad(state, sessions, headroom));
    }

    @Test
    void allGivesEveryPrefixWhoseTranslatorLives() {
        PrefixChooser chooser = chooser("all", 0, 1, 1, 1);

        assertThat(chooser.choose(NET, 1)).isEqualTo(0b111);
        load(1, TranslatorLoad.State.DEAD, 0, 0);
        assertThat(chooser.choose(NET, 1)).isEqualTo(0b101);
        load(0, TranslatorLoad.State.DRAINING, 0, 1);
        assertThat(chooser.choose(NET, 1)).isEqualTo(0b100);
        load(2, TranslatorLoad.State.DEAD, 0, 0);
        assertThat(chooser.choose(NET, 1)).as("better one that drains than none").isEqualTo(0b001);
        load(0, TranslatorLoad.State.DEAD, 0, 0);
        assertThat(chooser.choose(NET, 1)).as("all dead: what is known may be wrong").isEqualTo(0b111);
    }

    @Test
    void roundRobinDealsEvenly() {
        assertThat(shares(chooser("round-robin", 3600, 1, 1, 1), 3)).containsExactly(1000, 1000, 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"random", "client-hash"})
    void chanceAndHashDealAboutEvenly(String strategy) {
        for (int share : shares(chooser(strategy, 3600, 1, 1, 1), 3)) {
            assertThat(share).isBetween(870, 1130);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"weighted", "client-hash"})
    void weightsAreShares(String strategy) {
        int[] shares = shares(chooser(strategy, 3600, 1, 3), 2);

        assertThat(shares[1]).isBetween(2250 - 130, 2250 + 130);
    }

    @Test
    void leastSessionsAndHeadroomFollowTheLoad() {
        load(0, TranslatorLoad.State.UP, 500, 0.2);
        load(1, TranslatorLoad.State.UP, 900, 0.9);
        load(2, TranslatorLoad.State.UP, 600, 0.5);

        assertThat(chooser("least-sessions", 0, 1, 1, 1).choose(NET, 1)).isEqualTo(0b001);
        assertThat(chooser("least-sessions", 0, 1, 2, 1).choose(NET, 1)).as("for its weight").isEqualTo(0b010);
        assertThat(chooser("pool-headroom", 0, 1, 1, 1).choose(NET, 1)).isEqualTo(0b010);
    }

    @ParameterizedTest
    @ValueSource(strings = {"round-robin", "random", "client-hash", "weighted", "least-sessions", "pool-headroom"})
    void clientsKeepTheirPrefixUntilItsTranslatorGoes(String strategy) {
        PrefixChooser chooser = chooser(strategy, 3600, 1, 1, 1);
        long first = chooser.choose(NET + 5, 1);
        for (int i = 0; i < 100; i++) {
            chooser.choose(NET + 6 + i, 1);
            load(i % 3, TranslatorLoad.State.UP, i * 100L % 700, i % 10 / 10.0);
            assertThat(chooser.choose(NET + 5, i)).as("any address of its /64").isEqualTo(first);
        }

        load(Long.numberOfTrailingZeros(first), TranslatorLoad.State.DRAINING, 0, 1);
        long second = chooser.choose(NET + 5, 1);
        assertThat(second).isNotEqualTo(first);
        load(Long.numberOfTrailingZeros(second), TranslatorLoad.State.DEAD, 0, 0);
        assertThat(chooser.choose(NET + 5, 1)).isNotIn(first, second);
    }

    @Test
    void aHashMovesOnlyTheClientsOfWhatGoes() {
        PrefixChooser chooser = chooser("client-hash", 0, 1, 1, 1);
        long[] before = new long[CLIENTS];
        for (int i = 0; i < CLIENTS; i++) {
            before[i] = chooser.choose(NET + i, 1);
        }
        load(1, TranslatorLoad.State.DEAD, 0, 0);
        for (int i = 0; i < CLIENTS; i++) {
            long after = chooser.choose(NET + i, 1);
            assertThat(before[i] == 0b010 ? after != 0b010 : after == before[i]).isTrue();
        }
    }

    @Test
    void aClientThatWasAwayForLongIsANewOne() {
        PrefixChooser chooser = chooser("round-robin", 60, 1, 1);
        long first = chooser.choose(NET, 1);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(61));

        assertThat(chooser.choose(NET, 1)).isNotEqualTo(first);
    }
}
