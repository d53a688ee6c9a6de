// SPDX-License-Identifier: Apache-2.0
package org.instar.core.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PoolView;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix4;

/**
 * Changes static bindings of many pool addresses on which clients have blocks, to and fro. Tells how long whoever
 * changes the configuration takes for it, by the clock, and how long the shard's slices take, by processor time of the
 * thread. Arguments: how many addresses (100000), how many clients (100000).
 */
public final class StaticBindingChange {

    private static final int ADDRESSES_OF_POOL = 65536;
    private static final int ROUNDS = 10;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final PoolDirectory directory;
    private final PortAllocator ports;

    private StaticBindingChange(int clients) {
        directory = new PoolDirectory(List.of(pool("first", "10.0.0.0/16"), pool("second", "10.1.0.0/16")), 1,
                new Random(2)::nextInt, PoolEvents.NONE);
        ports = new PortAllocator(directory, 0, new Random(3)::nextInt);
        Subscribers subscribers = new Subscribers(new SharedSubscribers(128));
        List<PoolView> pools = List.of(directory.pool("first"), directory.pool("second"));
        for (int client = 0; client < clients; client++) {
            List<PoolView> order = client % 2 == 0 ? pools : List.of(pools.get(1), pools.get(0));
            ports.allocate(order, Protocol.TCP, subscribers.of(0x20010db8_00060000L, client), 5000, 0, 0);
        }
    }

    private static PoolConfig pool(String name, String prefix) {
        return PoolConfig.builder(name).prefix(Prefix4.parse(prefix)).build();
    }

    public static void main(String[] args) {
        int addresses = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int clients = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        if (addresses > 2 * ADDRESSES_OF_POOL) {
            throw new IllegalArgumentException("no more than " + 2 * ADDRESSES_OF_POOL + " addresses");
        }
        StaticBindingChange change = new StaticBindingChange(clients);
        for (String ports : new String[] {" port 2000-2999", ""}) {
            List<StaticBinding> bindings = bindings(addresses, ports);
            for (int round = 0; round < ROUNDS; round++) {
                change.to(bindings, addresses + " addresses bound," + (ports.isEmpty() ? " whole" : ports));
                change.to(List.of(), "all unbound");
            }
        }
    }

    private static List<StaticBinding> bindings(int addresses, String ports) {
        List<StaticBinding> bindings = new ArrayList<>();
        for (int i = 0; i < addresses; i++) {
            bindings.add(StaticBinding.parse("rdr64 " + (ports.isEmpty() ? "" : "proto tcp ") + "to "
                    + Ip4.toString(Ip4.parse("10.0.0.0") + i) + ports + " -> 2001:db8:7::"
                    + Integer.toHexString(i >>> 16) + ":" + Integer.toHexString(i & 0xffff) + ports));
        }
        return bindings;
    }

    private void to(List<StaticBinding> bindings, String what) {
        long before = System.nanoTime();
        directory.reserve(bindings);
        long reserved = System.nanoTime() - before;
        List<Long> slices = new ArrayList<>();
        while (ports.isTickDue()) {
            long start = THREADS.getCurrentThreadCpuTime();
            ports.tick(0);
            slices.add(THREADS.getCurrentThreadCpuTime() - start);
        }
        long[] sorted = slices.stream().mapToLong(Long::longValue).sorted().toArray();
        System.out.printf("%s: %.0f ms beside the shard; %d slices of it, median %.3f ms, longest %.3f ms%n", what,
                reserved / NANOS_PER_MILLI, sorted.length, sorted[sorted.length / 2] / NANOS_PER_MILLI,
                Arrays.stream(sorted).max().orElse(0) / NANOS_PER_MILLI);
    }
}
