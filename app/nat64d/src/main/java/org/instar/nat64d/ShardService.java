// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.BibEntry;
import org.instar.core.binding.PoolAllocator;
import org.instar.core.config.PoolConfig;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.service.Health;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;
import org.instar.core.service.Page;
import org.instar.core.service.PoolUsage;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;

/** The core's services over nat64d's one shard. Reads go past its thread, changes are handed to it. */
final class ShardService implements Nat64Service, Nat64AdminService {

    private final List<PoolConfig> pools;
    private final PoolAllocator allocator;
    private final Bib bib;
    private final SessionTable sessions;
    private final ShardWorker worker;
    private final BooleanSupplier running;
    private final Supplier<Map<String, Long>> counters;
    private final Supplier<Health> health;

    ShardService(List<PoolConfig> pools, PoolAllocator allocator, Bib bib, SessionTable sessions, ShardWorker worker,
            BooleanSupplier running, Supplier<Map<String, Long>> counters, Supplier<Health> health) {
        this.pools = pools;
        this.allocator = allocator;
        this.bib = bib;
        this.sessions = sessions;
        this.worker = worker;
        this.running = running;
        this.counters = counters;
        this.health = health;
    }

    @Override
    public Page<Session> sessions(SessionFilter filter, long after, int limit) {
        return page(sessions.byId(), filter, after, limit);
    }

    @Override
    public Page<BibEntry> bindings(SessionFilter filter, long after, int limit) {
        return page(bib.byId(), filter::matches, after, limit);
    }

    private static <T> Page<T> page(NavigableMap<Long, T> all, Predicate<? super T> filter, long after, int limit) {
        List<T> items = new ArrayList<>();
        long last = after;
        for (Map.Entry<Long, T> entry : all.tailMap(after, false).entrySet()) {
            if (filter.test(entry.getValue())) {
                if (items.size() == limit) {
                    return new Page<>(items, OptionalLong.of(last));
                }
                items.add(entry.getValue());
                last = entry.getKey();
            }
        }
        return new Page<>(items, OptionalLong.empty());
    }

    @Override
    public List<PoolUsage> pools() {
        List<PoolUsage> usages = new ArrayList<>();
        for (PoolConfig pool : pools) {
            Map<Protocol, Integer> bindings = new EnumMap<>(Protocol.class);
            pool.protocols().forEach(protocol -> bindings.put(protocol, allocator.taken(pool, protocol)));
            usages.add(new PoolUsage(pool, bindings));
        }
        return usages;
    }

    @Override
    public Map<String, Long> counters() {
        return counters.get();
    }

    @Override
    public Health health() {
        return health.get();
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public CompletableFuture<Integer> removeSessions(SessionFilter filter) {
        CompletableFuture<Integer> removed = new CompletableFuture<>();
        if (!running.getAsBoolean()) {
            removed.completeExceptionally(new FlowsNotConfirmedException("the fast path ended: nothing was removed"));
            return removed;
        }
        worker.execute(shard -> {
            try {
                shard.removeSessions(filter).whenComplete((count, failure) -> settle(removed, count, failure));
            } catch (RuntimeException e) {
                removed.completeExceptionally(e);
            }
        });
        return removed;
    }

    private static void settle(CompletableFuture<Integer> removed, Integer count, Throwable failure) {
        if (failure == null) {
            removed.complete(count);
        } else {
            removed.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
        }
    }
}
