// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.instar.core.CoreFixture;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.session.Session;
import org.instar.core.shard.InvariantChecker;

/** Several shards on one thread: what one hands over waits until it is delivered. */
final class ShardsFixture {

    /** Packets that may wait for one shard. */
    static final int QUEUE = 8;

    final List<PathFixture> shards = new ArrayList<>();
    final ShardSelector selector;
    final PoolDirectory pools;
    final SharedSubscribers subscribers;
    private final List<Deque<HandedPacket>> queues = new ArrayList<>();
    /** Where the last packet came out; null: nowhere. */
    PathFixture out;

    ShardsFixture(int count, Map<String, ?> changes, long seed) {
        Random random = new Random(seed);
        Nat64Config config = TestConfig.of(changes);
        selector = new ShardSelector(count, random::nextInt);
        pools = new PoolDirectory(config.pools(), count, random::nextInt, PoolEvents.NONE);
        subscribers = new SharedSubscribers(config.limits().subscriberPrefixLength());
        for (int i = 0; i < count; i++) {
            queues.add(new ArrayDeque<>());
            CoreFixture core = new CoreFixture(config, random.nextLong(), 0, pools, subscribers, i, BindingLog.NONE);
            shards.add(new PathFixture(core, PayloadEditor.NONE, new ShardGroup(i, selector, new Queues())));
        }
    }

    private final class Queues implements HandOver {

        @Override
        public HandedPacket claim(int shard) {
            return queues.get(shard).size() == QUEUE ? null : new HandedPacket();
        }

        @Override
        public void commit(int shard, HandedPacket packet) {
            queues.get(shard).add(packet);
        }
    }

    PathFixture shard(int number) {
        return shards.get(number);
    }

    /** Lets a shard take a packet of a client, and all others what is handed over; whether one came out. */
    boolean from6(int shard, ByteBuffer packet) {
        return sent(() -> shard(shard).from6(packet));
    }

    /** The same, of a packet of a server. */
    boolean from4(int shard, ByteBuffer packet) {
        return sent(() -> shard(shard).from4(packet));
    }

    private boolean sent(Runnable packet) {
        int[] before = shards.stream().mapToInt(path -> path.sentCount).toArray();
        packet.run();
        deliver();
        out = null;
        for (int i = 0; i < before.length; i++) {
            if (shard(i).sentCount != before[i]) {
                assertThat(out).as("one way out").isNull();
                out = shard(i);
            }
        }
        return out != null;
    }

    /** Delivers what was handed over, until nothing is. */
    void deliver() {
        boolean any = true;
        while (any) {
            any = false;
            for (int i = 0; i < queues.size(); i++) {
                HandedPacket handed = queues.get(i).poll();
                if (handed != null) {
                    any = true;
                    shard(i).path.handed(handed, shard(i).nowNanos, 0);
                }
            }
        }
    }

    void elapse(double seconds) {
        for (PathFixture shard : shards) {
            shard.elapse(seconds);
            deliver();
        }
    }

    long count(PathEvent event) {
        return shards.stream().mapToLong(shard -> shard.counters.get(event)).sum();
    }

    long count(PathDrop reason) {
        return shards.stream().mapToLong(shard -> shard.counters.get(reason)).sum();
    }

    int sessions() {
        return shards.stream().mapToInt(shard -> shard.core.sessions.size()).sum();
    }

    int bindings() {
        return shards.stream().mapToInt(shard -> shard.core.bib.size()).sum();
    }

    List<Session> allSessions() {
        List<Session> all = new ArrayList<>();
        for (PathFixture shard : shards) {
            for (int handle = 1; handle <= shard.core.sessions.highest(); handle++) {
                Session session = shard.core.sessions.read(handle);
                if (session != null) {
                    all.add(session);
                }
            }
        }
        return all;
    }

    void check() {
        for (PathFixture shard : shards) {
            assertThat(new InvariantChecker(shard.core.state, shard.core.ports, shard.core.subscribers).checkAll())
                    .isEmpty();
        }
        assertThat(subscribers.sessions()).isEqualTo(sessions());
    }
}
