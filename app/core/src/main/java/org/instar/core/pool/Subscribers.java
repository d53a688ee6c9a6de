// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.stream.Stream;

/** One shard's subscribers, found by their prefixes. NOT thread safe. */
public final class Subscribers {

    /** Each part grows for itself, so that no packet waits for all of them to be moved. */
    static final int PARTS = 256;

    private static final int PART_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(PARTS);
    private static final int MOST_PER_TICK = 1024;

    private final SharedSubscribers shared;
    private final long highMask;
    private final long lowMask;
    /** Those that have nothing, or had nothing a while ago: to be forgotten if that is still so. */
    private final ArrayDeque<Subscriber> waiting = new ArrayDeque<>();
    private final SubscriberTable[] parts = new SubscriberTable[PARTS];
    private int size;

    public Subscribers(SharedSubscribers shared) {
        this.shared = shared;
        Arrays.setAll(parts, part -> new SubscriberTable());
        int length = shared.prefixLength();
        this.highMask = mask(Math.min(length, 64));
        this.lowMask = mask(Math.max(length - 64, 0));
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << 64 - bits;
    }

    int prefixLength() {
        return shared.prefixLength();
    }

    /** How many this shard knows. */
    public int size() {
        return size;
    }

    /** Ports that all of them have in this shard; walks over them. */
    public long ports() {
        return all().mapToLong(Subscriber::localPorts).sum();
    }

    /** Sessions that all of them have in this shard; walks over them. */
    public long sessions() {
        return all().mapToLong(Subscriber::localSessions).sum();
    }

    /** Sessions of all subscribers in all shards. */
    public int sessionsOfAllShards() {
        return shared.sessions();
    }

    /** The subscriber that an address belongs to. One that gets nothing is forgotten by {@link #tick}. */
    public Subscriber of(long high, long low) {
        long prefixHigh = high & highMask;
        long prefixLow = low & lowMask;
        int hash = hash(prefixHigh, prefixLow);
        SubscriberTable part = parts[part(hash)];
        Subscriber known = part.find(prefixHigh, prefixLow, hash);
        if (known != null) {
            return known;
        }
        Subscriber subscriber = new Subscriber(this, shared.join(prefixHigh, prefixLow));
        part.add(subscriber);
        size++;
        wait(subscriber);
        return subscriber;
    }

    /** Forgets subscribers that have nothing any more; bounded work. */
    public void tick(long nowNanos) {
        for (int i = Math.min(waiting.size(), MOST_PER_TICK); i > 0; i--) {
            Subscriber subscriber = waiting.poll();
            subscriber.waiting(false);
            if (!subscriber.isIdle()) {
                continue;
            }
            if (subscriber.shared().isRateElapsed(nowNanos)) {
                parts[part(hash(subscriber))].remove(subscriber);
                size--;
                shared.leave(subscriber.shared());
            } else {
                wait(subscriber);
            }
        }
    }

    void wait(Subscriber subscriber) {
        subscriber.waiting(true);
        waiting.add(subscriber);
    }

    /** Number of the part that the subscribers of a hash are in. */
    static int part(int hash) {
        return hash >>> PART_SHIFT;
    }

    private Stream<Subscriber> all() {
        return Arrays.stream(parts).flatMap(SubscriberTable::all);
    }

    static int hash(Subscriber subscriber) {
        return hash(subscriber.high(), subscriber.low());
    }

    static int hash(long high, long low) {
        long mixed = (high ^ low * 0xc2b2ae3d27d4eb4fL) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
        return (int) (mixed >>> 32);
    }
}
