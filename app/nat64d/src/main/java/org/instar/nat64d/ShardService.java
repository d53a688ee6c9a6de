// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.instar.core.binding.BibEntry;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolStatus;
import org.instar.core.rule.Rule;
import org.instar.core.rule.StaticBinding;
import org.instar.core.service.ConfigRefusedException;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.service.Health;
import org.instar.core.service.Nat64AdminService;
import org.instar.core.service.Nat64Service;
import org.instar.core.service.Page;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session;
import org.instar.core.session.ShardState;
import org.instar.core.table.RecordStore;

/** The core's services over nat64d's shards. Reads go past their threads, changes are handed to them. */
final class ShardService implements Nat64Service, Nat64AdminService {

    private static final int CHECKED_AT_ONCE = 1000;

    private final PoolDirectory pools;
    private final LiveConfig config;
    private final ShardThreads shards;
    private final Supplier<Map<String, Long>> counters;
    private final Supplier<Health> health;

    ShardService(PoolDirectory pools, LiveConfig config, ShardThreads shards, Supplier<Map<String, Long>> counters,
            Supplier<Health> health) {
        this.pools = pools;
        this.config = config;
        this.shards = shards;
        this.counters = counters;
        this.health = health;
    }

    @Override
    public Page<Session> sessions(SessionFilter filter, long after, int limit) {
        return page(state -> state.sessions().highest(), (state, handle) -> state.sessions().read(handle), filter,
                Session::id, after, limit);
    }

    @Override
    public Page<BibEntry> bindings(SessionFilter filter, long after, int limit) {
        return page(state -> state.bib().highest(), (state, handle) -> state.sessions().readBinding(handle),
                filter::matches, BibEntry::id, after, limit);
    }

    /** Walks the records by shards and handles: what lives all the while is seen exactly once. */
    private <T> Page<T> page(ToIntFunction<ShardState> highest, BiFunction<ShardState, Integer, T> read,
            Predicate<? super T> filter, ToLongFunction<T> id, long after, int limit) {
        List<T> items = new ArrayList<>();
        int from = RecordStore.handleOf(after) + 1;
        for (int shard = RecordStore.shardOf(after); shard < shards.count(); shard++) {
            ShardState state = shards.state(shard);
            for (int handle = from; handle <= highest.applyAsInt(state); handle++) {
                T item = read.apply(state, handle);
                if (item != null && filter.test(item)) {
                    if (items.size() == limit) {
                        return new Page<>(items, OptionalLong.of(id.applyAsLong(items.get(limit - 1))));
                    }
                    items.add(item);
                }
            }
            from = 1;
        }
        return new Page<>(items, OptionalLong.empty());
    }

    @Override
    public List<PoolStatus> pools() {
        return pools.status();
    }

    @Override
    public List<Rule> rules() {
        return config.current().nat64().rules().rules();
    }

    @Override
    public List<StaticBinding> staticBindings() {
        return config.current().nat64().staticBindings();
    }

    @Override
    public void reload(boolean drain) throws ConfigRefusedException {
        config.reload(drain);
    }

    @Override
    public void addStaticBinding(StaticBinding binding) throws ConfigRefusedException {
        config.addStaticBinding(binding);
    }

    @Override
    public boolean removeStaticBinding(StaticBinding binding) throws ConfigRefusedException {
        return config.removeStaticBinding(binding);
    }

    @Override
    public CompletableFuture<List<String>> check() {
        CompletableFuture<List<String>> done = new CompletableFuture<>();
        check(0, 1, new ArrayList<>(), done);
        return done;
    }

    /** One shard after the other, one slice after the other, with room for packets between them. */
    private void check(int number, int from, List<String> violations, CompletableFuture<List<String>> done) {
        if (number == shards.count()) {
            done.complete(violations);
            return;
        }
        shards.execute(number, shard -> {
            int next = shard.check(from, CHECKED_AT_ONCE, violations);
            if (next == RecordStore.NONE) {
                check(number + 1, 1, violations, done);
            } else {
                check(number, next, violations, done);
            }
        });
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
        if (!shards.isAlive()) {
            return CompletableFuture.failedFuture(
                    new FlowsNotConfirmedException("the fast path ended: nothing was removed"));
        }
        CompletableFuture<Integer> removed = CompletableFuture.completedFuture(0);
        for (int i = 0; i < shards.count(); i++) {
            removed = removed.thenCombine(removeSessions(i, filter), Integer::sum);
        }
        CompletableFuture<Integer> done = new CompletableFuture<>();
        removed.whenComplete((count, failure) -> settle(done, count, failure));
        return done;
    }

    private CompletableFuture<Integer> removeSessions(int number, SessionFilter filter) {
        CompletableFuture<Integer> removed = new CompletableFuture<>();
        shards.execute(number, shard -> {
            try {
                shard.removeSessions(filter, System.nanoTime())
                        .whenComplete((count, failure) -> settle(removed, count, failure));
            } catch (RuntimeException e) {
                removed.completeExceptionally(e);
            }
        });
        return removed;
    }

    @Override
    public CompletableFuture<Integer> leaveSwitch(SessionFilter filter) {
        CompletableFuture<Integer> all = CompletableFuture.completedFuture(0);
        for (int i = 0; i < shards.count(); i++) {
            CompletableFuture<Integer> part = new CompletableFuture<>();
            shards.execute(i, shard -> {
                try {
                    part.complete(shard.leaveSwitch(filter));
                } catch (RuntimeException e) {
                    part.completeExceptionally(e);
                }
            });
            all = all.thenCombine(part, Integer::sum);
        }
        return all;
    }

    private static void settle(CompletableFuture<Integer> removed, Integer count, Throwable failure) {
        if (failure == null) {
            removed.complete(count);
        } else {
            removed.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
        }
    }
}
