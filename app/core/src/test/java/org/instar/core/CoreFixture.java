// SPDX-License-Identifier: Apache-2.0
package org.instar.core;

import java.util.Random;
import org.instar.core.binding.Bib;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.path.PathCounters;
import org.instar.core.path.SessionLifecycle;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscribers;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TimerWheel;
import org.instar.core.table.KeyedHash;

/** One shard's state with its pools and subscribers, as a configuration wants it; no switch, no router. */
public final class CoreFixture {

    public final Nat64Config config;
    public final PathCounters counters = new PathCounters();
    public final ShardState state;
    public final Bib bib;
    public final SessionTable sessions;
    public final TimerWheel wheel;
    public final PoolDirectory pools;
    public final PortAllocator ports;
    public final SharedSubscribers sharedSubscribers;
    public final Subscribers subscribers;
    public final SessionLifecycle lifecycle;

    public CoreFixture(Nat64Config config) {
        this(config, 1, 0);
    }

    /**
     * @param seed of ports and hashes
     * @param originNanos where the clock stands
     */
    public CoreFixture(Nat64Config config, long seed, long originNanos) {
        this(config, seed, originNanos, BindingLog.NONE, PoolEvents.NONE);
    }

    /** One whose logs are heard. */
    public CoreFixture(Nat64Config config, long seed, long originNanos, BindingLog log, PoolEvents events) {
        this(config, seed, originNanos, new PoolDirectory(config.pools(), 1, new Random(~seed)::nextInt, events),
                new SharedSubscribers(config.limits().subscriberPrefixLength()), 0, log);
    }

    /** One shard of several that share pools and subscribers. */
    public CoreFixture(Nat64Config config, long seed, long originNanos, PoolDirectory pools,
            SharedSubscribers sharedSubscribers, int shard, BindingLog log) {
        Random random = new Random(seed);
        this.config = config;
        this.pools = pools;
        this.sharedSubscribers = sharedSubscribers;
        state = new ShardState(new KeyedHash(random::nextLong), config.prefixes(), config.rules(), originNanos);
        bib = state.bib();
        sessions = state.sessions();
        wheel = state.wheel();
        ports = new PortAllocator(pools, shard, random::nextInt);
        subscribers = new Subscribers(sharedSubscribers);
        lifecycle = new SessionLifecycle(config, state, pools, ports, subscribers, log);
    }
}
