// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.engine.address.Ip6;

/** The subscribers of all shards: each is here as long as some shard knows it. Thread-safe. */
public final class SharedSubscribers {

    private final int prefixLength;
    /** In parts, each of which grows for itself: the shard that makes one grow waits for it. */
    private final List<ConcurrentHashMap<Ip6, SharedSubscriber>> parts = new ArrayList<>();
    private final AtomicInteger sessions = new AtomicInteger();

    /**
     * @param prefixLength how many bits of a client's address tell its subscriber, 1 to 128
     */
    public SharedSubscribers(int prefixLength) {
        if (prefixLength < 1 || prefixLength > 128) {
            throw new IllegalArgumentException("a subscriber's prefix has 1 to 128 bits, not " + prefixLength);
        }
        this.prefixLength = prefixLength;
        for (int i = 0; i < Subscribers.PARTS; i++) {
            parts.add(new ConcurrentHashMap<>());
        }
    }

    private ConcurrentHashMap<Ip6, SharedSubscriber> part(Ip6 prefix) {
        return parts.get(Subscribers.part(Subscribers.hash(prefix.high(), prefix.low())));
    }

    public int prefixLength() {
        return prefixLength;
    }

    /** How many subscribers have something, in whichever shard. */
    public int size() {
        return parts.stream().mapToInt(Map::size).sum();
    }

    /** Sessions of all subscribers, in all shards. */
    public int sessions() {
        return sessions.get();
    }

    SharedSubscriber join(long high, long low) {
        Ip6 prefix = Ip6.of(high, low);
        return part(prefix).compute(prefix, (same, known) -> {
            SharedSubscriber subscriber = known == null ? new SharedSubscriber(prefix, sessions) : known;
            subscriber.addShards(1);
            return subscriber;
        });
    }

    void leave(SharedSubscriber subscriber) {
        part(subscriber.prefix()).compute(subscriber.prefix(),
                (prefix, known) -> known.addShards(-1) == 0 ? null : known);
    }
}
