// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.instar.engine.address.Ip6;

/**
 * What all shards must agree on about a subscriber: how much it has, how fast it may open sessions, and its IPv4
 * addresses. Thread-safe.
 */
final class SharedSubscriber {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    /** No session was opened yet. */
    private static final long NEVER = Long.MIN_VALUE;
    private static final int[] NONE = {};
    private static final AtomicIntegerFieldUpdater<SharedSubscriber> PORTS =
            AtomicIntegerFieldUpdater.newUpdater(SharedSubscriber.class, "ports");
    private static final AtomicIntegerFieldUpdater<SharedSubscriber> SESSIONS =
            AtomicIntegerFieldUpdater.newUpdater(SharedSubscriber.class, "sessions");
    private static final AtomicLongFieldUpdater<SharedSubscriber> ARRIVAL =
            AtomicLongFieldUpdater.newUpdater(SharedSubscriber.class, "arrivalNanos");

    private final Ip6 prefix;
    private final AtomicInteger sessionsOfAll;
    private volatile int ports;
    private volatile int sessions;
    /** Theoretical arrival time of the generic cell rate algorithm. */
    private volatile long arrivalNanos = NEVER;
    /** Shards that know the subscriber; changed by {@link SharedSubscribers} alone. */
    private int shards;
    private volatile int[] paired = NONE;
    /** What holds each paired address: blocks, and ports of endpoint-dependent bindings. */
    private int[] pairedCounts = NONE;

    /**
     * @param sessionsOfAll counts the sessions of all subscribers
     */
    SharedSubscriber(Ip6 prefix, AtomicInteger sessionsOfAll) {
        this.sessionsOfAll = sessionsOfAll;
        this.prefix = prefix;
    }

    Ip6 prefix() {
        return prefix;
    }

    int addShards(int change) {
        shards += change;
        return shards;
    }

    int ports() {
        return ports;
    }

    int sessions() {
        return sessions;
    }

    boolean addPort(int max) {
        return add(PORTS, max);
    }

    boolean addSession(int max) {
        if (!add(SESSIONS, max)) {
            return false;
        }
        sessionsOfAll.getAndIncrement();
        return true;
    }

    private boolean add(AtomicIntegerFieldUpdater<SharedSubscriber> counter, int max) {
        if (counter.getAndIncrement(this) >= max && max > 0) {
            counter.getAndDecrement(this);
            return false;
        }
        return true;
    }

    void removePort() {
        PORTS.getAndDecrement(this);
    }

    void removeSession() {
        SESSIONS.getAndDecrement(this);
        sessionsOfAll.getAndDecrement();
    }

    /** One more session, at a rate on average, up to one second's worth at once. */
    boolean mayOpen(int ratePerSecond, long nowNanos) {
        if (ratePerSecond == 0) {
            return true;
        }
        long interval = NANOS_PER_SECOND / ratePerSecond;
        while (true) {
            long arrival = arrivalNanos;
            long start = arrival == NEVER || nowNanos - arrival > 0 ? nowNanos : arrival;
            if (start - nowNanos > NANOS_PER_SECOND - interval) {
                return false;
            }
            if (ARRIVAL.compareAndSet(this, arrival, start + interval)) {
                return true;
            }
        }
    }

    /** Whether forgetting the subscriber wouldn't give it a new allowance of sessions. */
    boolean isRateElapsed(long nowNanos) {
        long arrival = arrivalNanos;
        return arrival == NEVER || nowNanos - arrival >= 0;
    }

    /** Its IPv4 addresses, the one it has for longest first; not to be changed. */
    int[] paired() {
        return paired;
    }

    boolean isPaired(int address) {
        for (int known : paired) {
            if (known == address) {
                return true;
            }
        }
        return false;
    }

    synchronized void pair(int address) {
        for (int i = 0; i < paired.length; i++) {
            if (paired[i] == address) {
                pairedCounts[i]++;
                return;
            }
        }
        int[] more = Arrays.copyOf(paired, paired.length + 1);
        more[paired.length] = address;
        pairedCounts = Arrays.copyOf(pairedCounts, more.length);
        pairedCounts[paired.length] = 1;
        paired = more;
    }

    /** Pairs unless it has got another address meanwhile; false then. */
    synchronized boolean pairIfAlone(int address) {
        if (paired.length > 0 && !isPaired(address)) {
            return false;
        }
        pair(address);
        return true;
    }

    synchronized void unpair(int address) {
        for (int i = 0; i < paired.length; i++) {
            if (paired[i] == address && --pairedCounts[i] == 0) {
                paired = without(paired, i);
                pairedCounts = without(pairedCounts, i);
                return;
            }
        }
    }

    private static int[] without(int[] all, int index) {
        int[] fewer = Arrays.copyOf(all, all.length - 1);
        System.arraycopy(all, index + 1, fewer, index, fewer.length - index);
        return fewer;
    }
}
