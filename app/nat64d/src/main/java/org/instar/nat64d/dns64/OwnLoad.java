// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.dns64;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.instar.core.Protocol;
import org.instar.core.pool.PoolStatus;
import org.instar.dns64.choice.TranslatorLoad;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.engine.address.Prefix64;

/** The load of the translator in this process; looked at ten times a second at most. */
public final class OwnLoad implements TranslatorLoads {

    private static final long MAX_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Set<Prefix64> prefixes;
    private final BooleanSupplier healthy;
    private final IntSupplier sessions;
    private final Supplier<List<PoolStatus>> pools;
    private final LongSupplier nanoClock;
    private volatile Seen seen;

    private record Seen(TranslatorLoad load, long atNanos) { }

    /**
     * @param prefixes what is translated here
     * @param healthy whether packets are
     */
    public OwnLoad(Set<Prefix64> prefixes, BooleanSupplier healthy, IntSupplier sessions,
            Supplier<List<PoolStatus>> pools, LongSupplier nanoClock) {
        this.prefixes = Set.copyOf(prefixes);
        this.healthy = healthy;
        this.sessions = sessions;
        this.pools = pools;
        this.nanoClock = nanoClock;
    }

    @Override
    public TranslatorLoad of(Prefix64 prefix) {
        if (!prefixes.contains(prefix)) {
            return TranslatorLoad.UNKNOWN;
        }
        Seen last = seen;
        long now = nanoClock.getAsLong();
        if (last == null || now - last.atNanos > MAX_AGE_NANOS) {
            last = new Seen(look(), now);
            seen = last;
        }
        return last.load;
    }

    private TranslatorLoad look() {
        long capacity = 0;
        long taken = 0;
        boolean draining = true;
        for (PoolStatus pool : pools.get()) {
            for (Protocol protocol : pool.config().protocols()) {
                capacity += pool.capacityPerProtocol();
                taken += pool.taken(protocol);
            }
            draining &= pool.draining();
        }
        TranslatorLoad.State state = !healthy.getAsBoolean() ? TranslatorLoad.State.DEAD
                : draining ? TranslatorLoad.State.DRAINING : TranslatorLoad.State.UP;
        return new TranslatorLoad(state, sessions.getAsInt(), capacity == 0 ? 0 : 1 - (double) taken / capacity);
    }
}
