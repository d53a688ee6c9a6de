// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.choice;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.instar.dns64.settings.AddressMatch;
import org.instar.dns64.settings.PrefixBlock;
import org.instar.dns64.settings.PrefixChoiceSettings;
import org.instar.dns64.settings.PrefixChoiceSettings.Strategy;
import org.instar.dns64.settings.View;
import org.instar.engine.address.Ip6;

/**
 * Picks blocks of a view for a client, as bits of a long: all that are for the client and whose translators live, or
 * one of them that the client keeps. A translator that drains or is dead is in no choice from the moment that is known;
 * where none is up those that drain are taken, and where all are dead, all. Safe for use by several threads.
 */
public final class PrefixChooser {

    private static final int MAX_STICKY_CLIENTS = 1_000_000;

    private final List<PrefixBlock> blocks;
    private final PrefixChoiceSettings settings;
    private final TranslatorLoads loads;
    private final Random random;
    private final Cache<Ip6, Integer> sticky;
    private final AtomicInteger next = new AtomicInteger();
    private final boolean constant;

    public PrefixChooser(View view, TranslatorLoads loads, Random random, LongSupplier nanoClock) {
        this.blocks = view.blocks();
        this.settings = view.prefixChoice();
        this.loads = loads;
        this.random = random;
        this.sticky = Caffeine.newBuilder().maximumSize(MAX_STICKY_CLIENTS)
                .expireAfterAccess(Duration.ofSeconds(Math.max(1, settings.stickySeconds())))
                .ticker(nanoClock::getAsLong).build();
        this.constant = blocks.isEmpty() || loads == TranslatorLoads.NONE
                && (blocks.size() == 1 || settings.strategy() == Strategy.ALL)
                && blocks.stream().allMatch(block -> block.clients() == AddressMatch.ANY);
    }

    /** Whether one of several is picked. */
    public boolean isChoosing() {
        return settings.strategy() != Strategy.ALL && blocks.size() > 1;
    }

    /**
     * The blocks for a client.
     *
     * @param high bits 0 to 63 of its address, IPv4-mapped where it came over IPv4
     * @param low bits 64 to 127
     * @return one bit per block, that of the first lowest; 0 where no block is for it
     */
    public long choose(long high, long low) {
        if (constant) {
            return (1L << blocks.size()) - 1;
        }
        long live = live(forClient(high, low));
        if (!isChoosing() || Long.bitCount(live) < 2) {
            return live;
        }
        Ip6 client = subscriber(high, low);
        if (settings.strategy() == Strategy.CLIENT_HASH) {
            return 1L << byHash(client, live);
        }
        if (settings.stickySeconds() == 0) {
            return 1L << pick(live);
        }
        // not computed within the map: the choice reads the load of translators
        Integer kept = sticky.getIfPresent(client);
        if (kept == null || (live & 1L << kept) == 0) {
            kept = pick(live);
            sticky.put(client, kept);
        }
        return 1L << kept;
    }

    private long forClient(long high, long low) {
        long mask = 0;
        for (int i = 0; i < blocks.size(); i++) {
            mask |= blocks.get(i).clients().matches(high, low) ? 1L << i : 0;
        }
        return mask;
    }

    /** Those among some whose translators are the best off: up, else draining, else all. */
    public long live(long candidates) {
        if (loads == TranslatorLoads.NONE) {
            return candidates;
        }
        long up = 0;
        long draining = 0;
        for (long left = candidates; left != 0; left &= left - 1) {
            int block = Long.numberOfTrailingZeros(left);
            TranslatorLoad.State state = loads.of(blocks.get(block).prefix()).state();
            up |= state == TranslatorLoad.State.UP ? 1L << block : 0;
            draining |= state == TranslatorLoad.State.DRAINING ? 1L << block : 0;
        }
        return up != 0 ? up : draining != 0 ? draining : candidates;
    }

    private Ip6 subscriber(long high, long low) {
        int length = high == 0 && low >>> 32 == 0xffff ? 128 : settings.clientPrefixLength();
        return length <= 64 ? Ip6.of(high & -1L << 64 - length, 0)
                : Ip6.of(high, length == 128 ? low : low & -1L << 128 - length);
    }

    private int pick(long live) {
        switch (settings.strategy()) {
            case ROUND_ROBIN:
                return nth(live, Math.floorMod(next.getAndIncrement(), Long.bitCount(live)));
            case RANDOM:
                return nth(live, random.nextInt(Long.bitCount(live)));
            case WEIGHTED:
                return byWeight(live);
            case LEAST_SESSIONS:
                return best(live, block -> -(double) loads.of(block.prefix()).sessions() / block.weight());
            case POOL_HEADROOM:
                return best(live, block -> loads.of(block.prefix()).headroom());
            default:
                throw new IllegalStateException(settings.strategy() + " picks nothing");
        }
    }

    private static int nth(long bits, int n) {
        long left = bits;
        for (int i = 0; i < n; i++) {
            left &= left - 1;
        }
        return Long.numberOfTrailingZeros(left);
    }

    private int byWeight(long live) {
        int all = 0;
        for (long left = live; left != 0; left &= left - 1) {
            all += blocks.get(Long.numberOfTrailingZeros(left)).weight();
        }
        int drawn = random.nextInt(all);
        for (long left = live; left != 0; left &= left - 1) {
            int block = Long.numberOfTrailingZeros(left);
            drawn -= blocks.get(block).weight();
            if (drawn < 0) {
                return block;
            }
        }
        throw new IllegalStateException("weights changed");
    }

    /** Ranks a block; the highest wins, and by chance among equals, lest all clients between two polls go to one. */
    private interface Rank {
        double of(PrefixBlock block);
    }

    private int best(long live, Rank rank) {
        double highest = Double.NEGATIVE_INFINITY;
        long winners = 0;
        for (long left = live; left != 0; left &= left - 1) {
            int block = Long.numberOfTrailingZeros(left);
            double value = rank.of(blocks.get(block));
            winners = value > highest ? 1L << block : value == highest ? winners | 1L << block : winners;
            highest = Math.max(highest, value);
        }
        return nth(winners, random.nextInt(Long.bitCount(winners)));
    }

    /** Weighted rendezvous hashing: a client moves only when its block goes, or a new one is its best. */
    private int byHash(Ip6 client, long live) {
        int best = -1;
        double highest = Double.NEGATIVE_INFINITY;
        for (long left = live; left != 0; left &= left - 1) {
            int block = Long.numberOfTrailingZeros(left);
            Ip6 prefix = blocks.get(block).prefix().prefix().address();
            long hash = mix(mix(client.high() ^ mix(client.low())) ^ mix(prefix.high() ^ mix(prefix.low() + 1)));
            double uniform = ((hash >>> 11) + 0.5) / (1L << 53);
            double score = -blocks.get(block).weight() / Math.log(uniform);
            if (score > highest) {
                highest = score;
                best = block;
            }
        }
        return best;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
