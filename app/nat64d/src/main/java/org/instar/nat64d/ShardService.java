// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
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
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.table.RecordStore;

/** The core's services over nat64d's one shard. Reads go past its thread, changes are handed to it. */
final class ShardService implements Nat64Service, Nat64AdminService {

    private static final int CHECKED_AT_ONCE = 1000;

    private final PoolDirectory pools;
    private final ShardState state;
    private final LiveConfig config;
    private final ShardWorker worker;
    private final BooleanSupplier running;
    private final Supplier<Map<String, Long>> counters;
    private final Supplier<Health> health;

    ShardService(PoolDirectory pools, ShardState state, LiveConfig config, ShardWorker worker, BooleanSupplier running,
            Supplier<Map<String, Long>> counters, Supplier<Health> health) {
        this.pools = pools;
        this.state = state;
        this.config = config;
        this.worker = worker;
        this.running = running;
        this.counters = counters;
        this.health = health;
    }

    @Override
    public Page<Session> sessions(SessionFilter filter, long after, int limit) {
        SessionTable sessions = state.sessions();
        return page(sessions::highest, sessions::read, filter, Session::id, after, limit);
    }

    @Override
    public Page<BibEntry> bindings(SessionFilter filter, long after, int limit) {
        return page(state.bib()::highest, state.sessions()::readBinding, filter::matches, BibEntry::id, after, limit);
    }

    /** Walks the records by their handles: what lives all the while is seen exactly once. */
    private static <T> Page<T> page(IntSupplier highest, IntFunction<T> read, Predicate<? super T> filter,
            ToLongFunction<T> id, long after, int limit) {
        List<T> items = new ArrayList<>();
        for (int handle = RecordStore.handleOf(after) + 1; handle <= highest.getAsInt(); handle++) {
            T item = read.apply(handle);
            if (item != null && filter.test(item)) {
                if (items.size() == limit) {
                    return new Page<>(items, OptionalLong.of(id.applyAsLong(items.get(limit - 1))));
                }
                items.add(item);
            }
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
        check(1, new ArrayList<>(), done);
        return done;
    }

    /** One slice after the other, with room for packets between them. */
    private void check(int from, List<String> violations, CompletableFuture<List<String>> done) {
        worker.execute(shard -> {
            int next = shard.check(from, CHECKED_AT_ONCE, violations);
            if (next == RecordStore.NONE) {
                done.complete(violations);
            } else {
                check(next, violations, done);
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
        CompletableFuture<Integer> removed = new CompletableFuture<>();
        if (!running.getAsBoolean()) {
            removed.completeExceptionally(new FlowsNotConfirmedException("the fast path ended: nothing was removed"));
            return removed;
        }
        worker.execute(shard -> {
            try {
                shard.removeSessions(filter, System.nanoTime())
                        .whenComplete((count, failure) -> settle(removed, count, failure));
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
