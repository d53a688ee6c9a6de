// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.config.PoolConfigBuilder;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;

/** Pools, one allocator and one table of subscribers for each shard, a clock that only the test moves. */
final class PoolFixture {

    final List<String> events = new ArrayList<>();
    final PoolDirectory directory;
    final SharedSubscribers sharedSubscribers;
    final PortAllocator[] allocators;
    final Subscribers[] subscribers;
    long nowNanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(30);

    PoolFixture(int shards, PoolConfig... pools) {
        this(shards, 128, pools);
    }

    PoolFixture(int shards, int prefixLength, PoolConfig... pools) {
        Random random = new Random(64);
        directory = new PoolDirectory(List.of(pools), shards, random::nextInt, new PoolEvents() {
            @Override
            public void blockAssigned(long high, long low, int length, int address, int first, int last,
                    String pool) {
                tell("+", high, low, length, address, first, last, pool);
            }

            @Override
            public void blockReleased(long high, long low, int length, int address, int first, int last,
                    String pool) {
                tell("-", high, low, length, address, first, last, pool);
            }

            @Override
            public void alarm(String pool, boolean raised) {
                events.add("alarm " + pool + (raised ? " raised" : " cleared"));
            }
        });
        sharedSubscribers = new SharedSubscribers(prefixLength);
        allocators = new PortAllocator[shards];
        subscribers = new Subscribers[shards];
        for (int i = 0; i < shards; i++) {
            allocators[i] = new PortAllocator(directory, i, new Random(i)::nextInt);
            subscribers[i] = new Subscribers(sharedSubscribers);
        }
    }

    private void tell(String what, long high, long low, int length, int address, int first, int last, String pool) {
        events.add(what + " " + Ip6.toString(high, low) + "/" + length + " " + Ip4.toString(address) + ":" + first + "-"
                + last + " " + pool);
    }

    /** A pool with these prefixes and the defaults. */
    static PoolConfigBuilder pool(String name, String... prefixes) {
        PoolConfigBuilder pool = PoolConfig.builder(name);
        Arrays.stream(prefixes).forEach(prefix -> pool.prefix(Prefix4.parse(prefix)));
        return pool;
    }

    List<PoolView> pools(String... names) {
        return Arrays.stream(names).map(directory::pool).collect(Collectors.toList());
    }

    Subscriber subscriber(int shard, String address) {
        Ip6 parsed = Ip6.parse(address);
        return subscribers[shard].of(parsed.high(), parsed.low());
    }

    /** Takes a port of pool main for a client, in shard 0. */
    long allocate(Protocol protocol, String client, int clientPort) {
        return allocate(0, protocol, client, clientPort, "main");
    }

    long allocate(int shard, Protocol protocol, String client, int clientPort, String... pools) {
        return allocators[shard].allocate(pools(pools), protocol, subscriber(shard, client), clientPort, 0, nowNanos);
    }

    void release(Protocol protocol, String client, long allocated) {
        release(0, protocol, client, allocated);
    }

    void release(int shard, Protocol protocol, String client, long allocated) {
        allocators[shard].release(protocol, address(allocated), port(allocated), subscriber(shard, client), nowNanos);
    }

    void passSeconds(long seconds) {
        nowNanos += TimeUnit.SECONDS.toNanos(seconds);
        tick();
    }

    void tick() {
        for (int i = 0; i < allocators.length; i++) {
            allocators[i].tick(nowNanos);
            subscribers[i].tick(nowNanos);
        }
    }

    PoolStatus status(String pool) {
        return directory.status().stream().filter(status -> status.config().name().equals(pool)).findFirst()
                .orElse(null);
    }

    List<String> violations() {
        List<String> violations = new ArrayList<>();
        for (PortAllocator allocator : allocators) {
            violations.addAll(allocator.violations());
        }
        return violations;
    }

    static int address(long allocated) {
        return PortAllocator.address(allocated);
    }

    static int port(long allocated) {
        return PortAllocator.port(allocated);
    }

    static int ip(String address) {
        return Ip4.parse(address);
    }
}
