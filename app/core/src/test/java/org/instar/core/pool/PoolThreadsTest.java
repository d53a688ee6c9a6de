// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.pool.PoolFixture.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.instar.core.Protocol;
import org.instar.core.config.Pairing;
import org.instar.core.config.PoolConfig;
import org.instar.core.rule.StaticBinding;
import org.junit.jupiter.api.Test;

/** Shards on threads of their own, with pools that change under them. */
class PoolThreadsTest {

    private static final int SHARDS = 4;
    private static final int ROUNDS = 60_000;

    private static final PoolConfig SMALL = pool("main", "192.0.2.0/30").ports(1024, 2047).blockSize(16)
            .holdDownSeconds(0).pairing(Pairing.HARD).build();
    private static final PoolConfig LARGE = pool("main", "192.0.2.0/29").ports(1024, 2047).blockSize(16)
            .holdDownSeconds(0).pairing(Pairing.HARD).build();

    private static final List<StaticBinding> BOUND = List.of(
            StaticBinding.parse("rdr64 proto tcp to 192.0.2.1 port 1024-1500 -> 2001:db8:1::1"),
            StaticBinding.parse("rdr64 to 192.0.2.2 -> 2001:db8:1::2"));

    private final PoolFixture pools = new PoolFixture(SHARDS, 64, SMALL);
    private final List<PoolView> main = pools.pools("main");
    /** How many shards have a transport address. */
    private final AtomicIntegerArray holders = new AtomicIntegerArray(8 * 65536);

    @Test
    void noTransportAddressIsGivenOutByTwoShards() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SHARDS);
        try {
            List<Callable<Integer>> shards = new ArrayList<>();
            for (int i = 0; i < SHARDS; i++) {
                int shard = i;
                shards.add(() -> run(shard));
            }
            int allocated = 0;
            for (Future<Integer> result : threads.invokeAll(shards, 60, TimeUnit.SECONDS)) {
                allocated += result.get();
            }
            assertThat(allocated).isGreaterThan(ROUNDS);
        } finally {
            threads.shutdownNow();
        }
        pools.directory.reserve(List.of());
        for (int i = 0; i < 100; i++) {
            pools.tick();
        }
        assertThat(pools.violations()).isEmpty();
        assertThat(pools.status("main").leasedBlocks()).isZero();
        assertThat(pools.sharedSubscribers.size()).isZero();
    }

    @Test
    void req2ShardsThatMeetANewSubscriberAtOnceAgreeOnItsAddress() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SHARDS);
        CyclicBarrier together = new CyclicBarrier(SHARDS);
        try {
            for (int i = 0; i < 1000; i++) {
                List<Callable<Long>> shards = new ArrayList<>();
                for (int j = 0; j < SHARDS; j++) {
                    int shard = j;
                    long client = i;
                    shards.add(() -> {
                        Subscriber subscriber = pools.subscribers[shard].of(client, 0);
                        together.await(60, TimeUnit.SECONDS);
                        return shard < 2
                                ? pools.allocators[shard].allocate(main, Protocol.TCP, subscriber, 2000, 0, client)
                                : pools.allocators[shard].allocateShared(main, Protocol.UDP, subscriber, 2000, 0,
                                        (address, port) -> true, client);
                    });
                }
                List<Long> allocated = new ArrayList<>();
                for (Future<Long> result : threads.invokeAll(shards, 60, TimeUnit.SECONDS)) {
                    allocated.add(result.get());
                }
                assertThat(allocated).extracting(PortAllocator::address).as("client " + i).containsOnly(
                        PortAllocator.address(allocated.get(0)));
                for (int j = 0; j < SHARDS; j++) {
                    pools.allocators[j].release(j < 2 ? Protocol.TCP : Protocol.UDP,
                            PortAllocator.address(allocated.get(j)), PortAllocator.port(allocated.get(j)),
                            pools.subscribers[j].of(i, 0), i);
                }
                pools.tick();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(pools.violations()).isEmpty();
    }

    private int run(int shard) {
        Random random = new Random(shard);
        PortAllocator allocator = pools.allocators[shard];
        Subscribers subscribers = pools.subscribers[shard];
        ArrayDeque<Long> taken = new ArrayDeque<>();
        ArrayDeque<Long> clients = new ArrayDeque<>();
        int allocated = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long client = random.nextInt(20);
            long port = allocator.allocate(main, Protocol.TCP, subscribers.of(client, 0), 2000, 0, i);
            if (port >= 0) {
                allocated++;
                assertThat(holders.incrementAndGet(index(port))).isOne();
                assertThat(pools.directory.ownerOf(PortAllocator.address(port), PortAllocator.port(port)))
                        .isEqualTo(shard);
                taken.add(port);
                clients.add(client);
            }
            if (taken.size() > 100 || i % 3 == 0 && !taken.isEmpty() || i > ROUNDS - 200 && !taken.isEmpty()) {
                release(shard, taken.poll(), clients.poll(), i);
            }
            if (i % 50 == 0) {
                allocator.tick(i);
                subscribers.tick(i);
            }
            if (shard == 1 && i % 500 == 0) {
                pools.directory.reserve(i % 1000 == 0 ? BOUND : List.of());
            }
            if (shard == 0 && i % 1000 == 0) {
                assertThat(pools.directory.reconfigure(List.of(i % 2000 == 0 ? LARGE : SMALL), true)).isNull();
            }
        }
        while (!taken.isEmpty()) {
            release(shard, taken.poll(), clients.poll(), ROUNDS);
        }
        return allocated;
    }

    private void release(int shard, long port, long client, long nowNanos) {
        holders.decrementAndGet(index(port));
        pools.allocators[shard].release(Protocol.TCP, PortAllocator.address(port), PortAllocator.port(port),
                pools.subscribers[shard].of(client, 0), nowNanos);
    }

    private static int index(long port) {
        return (int) (port & 0x7ffff);
    }
}
