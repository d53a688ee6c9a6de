// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;

/** One shard's subscribers, open addressing over their prefixes. NOT thread safe. */
public final class Subscribers {

    private static final int LEAST_SLOTS = 16;
    private static final int MOST_PER_TICK = 1024;

    private final SharedSubscribers shared;
    private final long highMask;
    private final long lowMask;
    /** Those that have nothing, or had nothing a while ago: to be forgotten if that is still so. */
    private final ArrayDeque<Subscriber> waiting = new ArrayDeque<>();
    private Subscriber[] slots = new Subscriber[LEAST_SLOTS];
    private int size;

    public Subscribers(SharedSubscribers shared) {
        this.shared = shared;
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
        return Arrays.stream(slots).filter(Objects::nonNull).mapToLong(Subscriber::localPorts).sum();
    }

    /** Sessions that all of them have in this shard; walks over them. */
    public long sessions() {
        return Arrays.stream(slots).filter(Objects::nonNull).mapToLong(Subscriber::localSessions).sum();
    }

    /** Sessions of all subscribers in all shards. */
    public int sessionsOfAllShards() {
        return shared.sessions();
    }

    /** The subscriber that an address belongs to. One that gets nothing is forgotten by {@link #tick}. */
    public Subscriber of(long high, long low) {
        long prefixHigh = high & highMask;
        long prefixLow = low & lowMask;
        int index = index(prefixHigh, prefixLow, slots.length);
        for (Subscriber known = slots[index]; known != null; known = slots[index]) {
            if (known.high() == prefixHigh && known.low() == prefixLow) {
                return known;
            }
            index = index + 1 & slots.length - 1;
        }
        Subscriber subscriber = new Subscriber(this, shared.join(prefixHigh, prefixLow));
        slots[index] = subscriber;
        if (++size * 2 > slots.length) {
            resize(slots.length * 2);
        }
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
                remove(subscriber);
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

    private void remove(Subscriber subscriber) {
        int gap = index(subscriber.high(), subscriber.low(), slots.length);
        while (slots[gap] != subscriber) {
            gap = gap + 1 & slots.length - 1;
        }
        slots[gap] = null;
        size--;
        for (int i = gap + 1 & slots.length - 1; slots[i] != null; i = i + 1 & slots.length - 1) {
            int home = index(slots[i].high(), slots[i].low(), slots.length);
            if ((i - home & slots.length - 1) >= (i - gap & slots.length - 1)) {
                slots[gap] = slots[i];
                slots[i] = null;
                gap = i;
            }
        }
        if (size * 8 < slots.length && slots.length > LEAST_SLOTS) {
            resize(slots.length / 2);
        }
    }

    private void resize(int length) {
        Subscriber[] resized = new Subscriber[length];
        for (Subscriber subscriber : slots) {
            if (subscriber != null) {
                int index = index(subscriber.high(), subscriber.low(), length);
                while (resized[index] != null) {
                    index = index + 1 & length - 1;
                }
                resized[index] = subscriber;
            }
        }
        slots = resized;
    }

    private static int index(long high, long low, int length) {
        long mixed = (high ^ low * 0xc2b2ae3d27d4eb4fL) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ mixed >>> 32) * 0xd6e8feb86659fd93L;
        return (int) (mixed >>> 32) & length - 1;
    }
}
