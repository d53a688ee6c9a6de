// SPDX-License-Identifier: Apache-2.0
package org.instar.core.bench;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PoolView;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscriber;
import org.instar.core.pool.Subscribers;
import org.instar.engine.address.Prefix4;

/**
 * Fills one shard with sessions, each with all it needs: subscriber, port, BIB entry, session, timer and log record.
 * Tells how long that takes, how much the process grows, and the longest time that one session took; then lets all of
 * them expire, and tells the longest tick. Arguments: how many sessions (4000000), expiries per tick (2000).
 *
 * <p>Times are processor time of the thread, page faults included: the clock would tell what others do. Pauses of the
 * garbage collector are not in them; how many there were is told.
 */
public final class SessionGrowth {

    private static final long NANOS_PER_SESSION = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int WARM = 100_000;
    private static final int MEASURED_AGAIN = 1_000_000;
    private static final int TIMED_ROUNDS = 4;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final BufferPoolMXBean DIRECT = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();

    private final Tables tables = new Tables(0);
    private final PoolDirectory directory;
    private final PortAllocator ports;
    private final Subscribers subscribers = new Subscribers(new SharedSubscribers(128));
    private final List<PoolView> pools;
    private final Ring log = new Ring();
    private long now;

    private SessionGrowth() {
        PoolConfig pool = PoolConfig.builder("main").prefix(Prefix4.parse("198.18.0.0/24")).holdDownSeconds(0).build();
        directory = new PoolDirectory(List.of(pool), 1, new Random(2)::nextInt, PoolEvents.NONE);
        ports = new PortAllocator(directory, 0);
        pools = List.of(directory.pool("main"));
    }

    public static void main(String[] args) throws IOException {
        int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 4_000_000;
        int expiries = args.length > 1 ? Integer.parseInt(args[1]) : 2000;
        SessionGrowth warm = new SessionGrowth();
        warm.fill("to warm up", Math.min(sessions, WARM));
        warm.expire(expiries);
        warm = null;
        long before = residentBytes();
        SessionGrowth growth = new SessionGrowth();
        growth.fill("in new tables", sessions);
        long after = residentBytes();
        System.out.printf("%d sessions: %.1f bytes of process growth each, %.1f in records and indexes%n", sessions,
                (double) (after - before) / sessions, (double) growth.tables.memoryBytes() / sessions);
        growth.expire(expiries);
        growth.fill("again in the same tables", sessions);
        growth = null;
        for (int round = 0; round < 3; round++) {
            new SessionGrowth().fill("in new tables", Math.min(sessions, MEASURED_AGAIN));
        }
        timeEach(sessions);
    }

    private void fill(String what, int sessions) {
        long collections = collections();
        long beginWall = System.nanoTime();
        long begin = processorNanos();
        for (int i = 0; i < sessions; i++) {
            create(i);
        }
        long took = processorNanos() - begin;
        System.out.printf("%d sessions %s: %.0f ns each, %.0f by the clock, %d collections%n", sessions, what,
                (double) took / sessions, (double) (System.nanoTime() - beginWall) / sessions,
                collections() - collections);
    }

    /**
     * Times each of them, several times over in new tables, and takes the least time of each: the work is the same each
     * time, but what interrupts the thread, and counts as its time, doesn't come at the same session again.
     */
    private static void timeEach(int sessions) {
        int[] least = new int[sessions];
        int[] leastOfNothing = new int[sessions];
        BitSet grew = new BitSet(sessions);
        Arrays.fill(least, Integer.MAX_VALUE);
        Arrays.fill(leastOfNothing, Integer.MAX_VALUE);
        long longestOnce = 0;
        for (int round = 0; round < TIMED_ROUNDS; round++) {
            SessionGrowth growth = new SessionGrowth();
            long memory = 0;
            for (int i = 0; i < sessions; i++) {
                long begin = processorNanos();
                growth.create(i);
                long took = processorNanos() - begin;
                least[i] = (int) Math.min(least[i], took);
                longestOnce = Math.max(longestOnce, took);
                if (growth.tables.memoryBytes() != memory) {
                    memory = growth.tables.memoryBytes();
                    grew.set(i);
                }
                long nothing = processorNanos();
                leastOfNothing[i] = (int) Math.min(leastOfNothing[i], processorNanos() - nothing);
            }
        }
        int longest = 0;
        int longestGrowing = 0;
        for (int i = 0; i < sessions; i++) {
            if (grew.get(i)) {
                longestGrowing = Math.max(longestGrowing, least[i]);
            } else {
                longest = Math.max(longest, least[i]);
            }
        }
        System.out.printf("each of %d timed %d times, longest of the least: %d us with new memory, %d us without, "
                + "%d us of nothing; longest of all, interruptions included: %d us%n", sessions, TIMED_ROUNDS,
                longestGrowing / 1000, longest / 1000, Arrays.stream(leastOfNothing).max().orElse(0) / 1000,
                longestOnce / 1000);
    }

    private static long processorNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private void create(int number) {
        now += NANOS_PER_SESSION;
        long low = Tables.clientLow(number);
        int clientPort = Tables.clientPort(number);
        Subscriber subscriber = subscribers.of(Tables.CLIENT_HIGH, low);
        subscriber.addSession(0);
        long picked = ports.allocate(pools, Tables.PROTOCOL, subscriber, clientPort, 0, now);
        int address = PortAllocator.address(picked);
        int port = PortAllocator.port(picked);
        tables.create(number, address, port, now, Tables.LIFETIME_MILLIS);
        log.bindingCreated(Tables.PROTOCOL, Tables.CLIENT_HIGH, low, clientPort, address, port, now / NANOS_PER_MILLI);
    }

    private void expire(int most) {
        long longest = 0;
        long total = 0;
        int all = tables.sessions.size();
        int ticks = 0;
        now += Tables.LIFETIME_MILLIS * NANOS_PER_MILLI + NANOS_PER_MILLI * 1000;
        boolean done = false;
        while (!done) {
            long begin = processorNanos();
            done = tables.wheel.advance(now, most, this::remove);
            long took = processorNanos() - begin;
            longest = Math.max(longest, took);
            total += took;
            ticks++;
        }
        System.out.printf("%d sessions expired: %.0f ns each; %d at most in a tick, longest tick %d us, mean %d us%n",
                all, (double) total / all, most, longest / 1000, total / ticks / 1000);
    }

    private void remove(int session) {
        int entry = tables.sessions.binding(session);
        long high = tables.bib.clientHigh(entry);
        long low = tables.bib.clientLow(entry);
        int clientPort = tables.bib.clientPort(entry);
        int address = tables.bib.poolAddress(entry);
        int port = tables.bib.poolPort(entry);
        tables.sessions.remove(session);
        tables.bib.remove(entry);
        Subscriber subscriber = subscribers.of(high, low);
        subscriber.removeSession();
        ports.release(Tables.PROTOCOL, address, port, subscriber, now);
        log.bindingRemoved(Tables.PROTOCOL, high, low, clientPort, address, port, now / NANOS_PER_MILLI);
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum();
    }

    private static long residentBytes() throws IOException {
        long used;
        do {
            used = DIRECT.getMemoryUsed();
            System.gc();
            // what is collected is given back by another thread
            LockSupport.parkNanos(100 * NANOS_PER_MILLI);
        } while (DIRECT.getMemoryUsed() < used);
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }

    /** Keeps the last records, 40 bytes each. */
    private static final class Ring implements BindingLog {

        private final ByteBuffer records = ByteBuffer.allocate(1 << 20);

        @Override
        public void bindingCreated(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
                int poolPort, long nowMillis) {
            add(protocol.ordinal(), clientHigh, clientLow, clientPort, poolAddress, poolPort, nowMillis);
        }

        @Override
        public void bindingRemoved(Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
                int poolPort, long nowMillis) {
            add(protocol.ordinal() | 4, clientHigh, clientLow, clientPort, poolAddress, poolPort, nowMillis);
        }

        private void add(int event, long clientHigh, long clientLow, int clientPort, int poolAddress, int poolPort,
                long nowMillis) {
            if (records.remaining() < 40) {
                records.clear();
            }
            records.putLong(nowMillis << 3 | event).putLong(clientHigh).putLong(clientLow).putInt(clientPort)
                    .putInt(poolAddress).putLong(poolPort);
        }
    }
}
