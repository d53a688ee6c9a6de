// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.instar.engine.address.Ip6;

/**
 * When router advertisements are sent in one VLAN (RFC 4861 §6.2.4 to §6.2.6). Who solicits with an address is
 * answered by unicast, so that the rate limit of multicast does not make a new host wait; who has none, by multicast.
 */
final class RouterAdvertiser {

    /** MAX_INITIAL_RTR_ADVERT_INTERVAL (RFC 4861 §10). */
    static final long MAX_INITIAL_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(16);
    /** MAX_INITIAL_RTR_ADVERTISEMENTS (RFC 4861 §10). */
    static final int MAX_INITIAL_ADVERTISEMENTS = 3;
    /** MIN_DELAY_BETWEEN_RAS (RFC 4861 §10). */
    static final long MIN_DELAY_BETWEEN_RAS_NANOS = TimeUnit.SECONDS.toNanos(3);
    /** MAX_RA_DELAY_TIME (RFC 4861 §10). */
    static final long MAX_RA_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /**
     * The longest time to the next tick. A solicitation brings its answer forward between two ticks, so its random
     * delay ends this much earlier to be within MAX_RA_DELAY_TIME all the same.
     */
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Unicast answers that wait for their random delay; with more soliciting at once one multicast answers them. */
    static final int MAX_PENDING = 64;

    private static final int START = EthernetFrame.TAG_LENGTH;
    private static final int IP = EthernetFrame.PACKET;
    private static final int ICMP = IP + Ipv6Header.LENGTH;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EdgeConfig config;
    private final Advertisement advertisement;
    private final FrameSender sender;
    private final int vlan;
    private final EdgeCounters counters;
    private final NextHops nextHops;
    private final DoubleSupplier random;
    private final int messageLength;
    private final ByteBuffer frame;

    private boolean started;
    private boolean ceased;
    private int multicastsSent;
    private long lastMulticastNanos;
    private long nextMulticastNanos;

    private final long[] pendingHigh = new long[MAX_PENDING];
    private final long[] pendingLow = new long[MAX_PENDING];
    private final long[] pendingDueNanos = new long[MAX_PENDING];
    private int pendingCount;

    /**
     * @param link with an advertisement
     */
    RouterAdvertiser(EdgeConfig config, Link6 link, FrameSender sender, EdgeCounters counters, NextHops nextHops,
                     DoubleSupplier random) {
        this.config = config;
        this.advertisement = link.advertisement();
        this.vlan = link.vlan();
        this.sender = sender;
        this.counters = counters;
        this.nextHops = nextHops;
        this.random = random;
        this.messageLength = RouterAdvertisement.length(advertisement);
        this.frame = ByteBuffer.allocateDirect(ICMP + messageLength);
    }

    int vlan() {
        return vlan;
    }

    private void start(long nowNanos) {
        if (!started) {
            started = true;
            nextMulticastNanos = nowNanos;
        }
    }

    /** A solicitation that only a multicast can answer. */
    void solicited(long nowNanos) {
        if (ceased) {
            return;
        }
        start(nowNanos);
        long dueNanos = nowNanos + answerDelayNanos();
        if (multicastsSent > 0 && nowNanos - lastMulticastNanos < MIN_DELAY_BETWEEN_RAS_NANOS) {
            dueNanos += lastMulticastNanos + MIN_DELAY_BETWEEN_RAS_NANOS - nowNanos;
        }
        if (dueNanos - nextMulticastNanos < 0) {
            nextMulticastNanos = dueNanos;
        }
    }

    /** A solicitation from an address whose link-layer address is known. */
    void solicited(long high, long low, long nowNanos) {
        if (ceased || isPending(high, low)) {
            return;
        }
        start(nowNanos);
        long dueNanos = nowNanos + answerDelayNanos();
        if (dueNanos - nextMulticastNanos >= 0) {
            return;
        }
        if (pendingCount == MAX_PENDING) {
            solicited(nowNanos);
            return;
        }
        pendingHigh[pendingCount] = high;
        pendingLow[pendingCount] = low;
        pendingDueNanos[pendingCount++] = dueNanos;
    }

    private boolean isPending(long high, long low) {
        for (int i = 0; i < pendingCount; i++) {
            if (pendingHigh[i] == high && pendingLow[i] == low) {
                return true;
            }
        }
        return false;
    }

    private long answerDelayNanos() {
        return (long) ((MAX_RA_DELAY_NANOS - TICK_NANOS) * random.getAsDouble());
    }

    /** Sends what is due and returns when to come again at the latest. */
    long tick(long nowNanos) {
        if (ceased) {
            return nowNanos + SECOND_NANOS;
        }
        start(nowNanos);
        if (nowNanos - nextMulticastNanos >= 0) {
            sendMulticast(nowNanos);
        }
        long nextNanos = nowNanos + TICK_NANOS;
        if (nextMulticastNanos - nextNanos < 0) {
            nextNanos = nextMulticastNanos;
        }
        for (int i = pendingCount - 1; i >= 0; i--) {
            if (nowNanos - pendingDueNanos[i] >= 0) {
                sendPending(i, nowNanos);
            } else if (pendingDueNanos[i] - nextNanos < 0) {
                nextNanos = pendingDueNanos[i];
            }
        }
        return nextNanos;
    }

    private void sendMulticast(long nowNanos) {
        multicast(false);
        pendingCount = 0;
        multicastsSent++;
        lastMulticastNanos = nowNanos;
        double minSeconds = advertisement.minIntervalSeconds();
        double seconds = minSeconds + random.getAsDouble() * (advertisement.intervalSeconds() - minSeconds);
        long intervalNanos = (long) (seconds * SECOND_NANOS);
        if (multicastsSent < MAX_INITIAL_ADVERTISEMENTS) {
            intervalNanos = Math.min(intervalNanos, MAX_INITIAL_INTERVAL_NANOS);
        }
        nextMulticastNanos = nowNanos + intervalNanos;
    }

    /** Leaves its place to the last one; callers go from the last to the first. */
    private void sendPending(int i, long nowNanos) {
        build(Ip6.of(pendingHigh[i], pendingLow[i]), false);
        pendingCount--;
        pendingHigh[i] = pendingHigh[pendingCount];
        pendingLow[i] = pendingLow[pendingCount];
        pendingDueNanos[i] = pendingDueNanos[pendingCount];
        if (nextHops.send6(frame, START, frame.capacity() - START, vlan, nowNanos)) {
            counters.count(EdgeCounter.ROUTER_ADVERTISEMENTS_SENT);
        }
    }

    /** Ceases to advertise, with one last message that says so (§6.2.5). */
    void cease() {
        if (started && !ceased) {
            multicast(true);
        }
        ceased = true;
        pendingCount = 0;
    }

    private void multicast(boolean last) {
        build(Ipv6Header.ALL_NODES, last);
        counters.count(EdgeCounter.ROUTER_ADVERTISEMENTS_SENT);
        sender.send(frame, START, frame.capacity() - START, MacAddress.ofMulticast(Ipv6Header.ALL_NODES.low()),
                EthernetFrame.IPV6, vlan);
    }

    private void build(Ip6 destination, boolean last) {
        Ipv6Header.write(frame, IP, messageLength, NeighborMessages.HOP_LIMIT, config.linkLocal(), destination);
        RouterAdvertisement.write(frame, ICMP, advertisement, config.mac(), last);
        Ipv6Header.writeChecksum(frame, IP, messageLength);
    }
}
