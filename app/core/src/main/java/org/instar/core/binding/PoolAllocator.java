// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;

/**
 * Gives out the IPv4 transport addresses of the pools. One client keeps one address over all protocols as long as it
 * has a binding and the address has ports (RFC 6146 §3.5.2.3; RFC 4787 REQ-2). NOT thread safe.
 */
public final class PoolAllocator {

    /** What {@link #allocate} returns when no pool has anything left. */
    static final long EXHAUSTED = -1;

    private static final class PoolAddress {

        private final int address;
        private final PoolConfig pool;
        private final Map<Protocol, PortSet> ports = new EnumMap<>(Protocol.class);

        PoolAddress(int address, PoolConfig pool) {
            this.address = address;
            this.pool = pool;
            pool.protocols().forEach(protocol -> ports.put(protocol, new PortSet(pool.ports())));
        }
    }

    private static final class Pairing {

        private final int address;
        private int bindings;

        Pairing(int address) {
            this.address = address;
        }
    }

    private final Map<Protocol, List<PoolAddress>> addresses = new EnumMap<>(Protocol.class);
    private final Map<Integer, List<PoolAddress>> byAddress = new HashMap<>();
    private final Map<Ip6, Pairing> pairings = new HashMap<>();
    private final IntUnaryOperator random;

    /**
     * @param random a number from 0 to below its argument, not to be foretold
     */
    public PoolAllocator(List<PoolConfig> pools, IntUnaryOperator random) {
        this.random = random;
        for (Protocol protocol : Protocol.values()) {
            addresses.put(protocol, new ArrayList<>());
        }
        for (PoolConfig pool : pools) {
            for (Prefix4 prefix : pool.prefixes()) {
                for (long i = 0; i < prefix.size(); i++) {
                    add(new PoolAddress(prefix.address() + (int) i, pool));
                }
            }
        }
    }

    private void add(PoolAddress address) {
        byAddress.computeIfAbsent(address.address, key -> new ArrayList<>(1)).add(address);
        address.pool.protocols().forEach(protocol -> addresses.get(protocol).add(address));
    }

    /** The address of what {@link #allocate} returned. */
    static int address(long allocated) {
        return (int) (allocated >>> 16);
    }

    /** The port of what {@link #allocate} returned. */
    static int port(long allocated) {
        return (int) allocated & 0xffff;
    }

    /** Takes a free address and port for a client's; {@link #EXHAUSTED} when there is none. */
    long allocate(Protocol protocol, long clientHigh, long clientLow, int clientPort) {
        Ip6 client = Ip6.of(clientHigh, clientLow);
        Pairing pairing = pairings.get(client);
        if (pairing != null) {
            long paired = takeAt(byAddress.get(pairing.address), protocol, clientPort);
            if (paired != EXHAUSTED) {
                pairing.bindings++;
                return paired;
            }
        }
        List<PoolAddress> candidates = addresses.get(protocol);
        int start = candidates.isEmpty() ? 0 : random.applyAsInt(candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            PoolAddress candidate = candidates.get((start + i) % candidates.size());
            int port = candidate.ports.get(protocol).take(clientPort, random);
            if (port != PortSet.NONE) {
                pairings.computeIfAbsent(client, key -> new Pairing(candidate.address)).bindings++;
                return pack(candidate.address, port);
            }
        }
        return EXHAUSTED;
    }

    private long takeAt(List<PoolAddress> candidates, Protocol protocol, int clientPort) {
        for (PoolAddress candidate : candidates) {
            PortSet ports = candidate.ports.get(protocol);
            int port = ports == null ? PortSet.NONE : ports.take(clientPort, random);
            if (port != PortSet.NONE) {
                return pack(candidate.address, port);
            }
        }
        return EXHAUSTED;
    }

    /** Gives back what {@link #allocate} returned for this client. */
    void release(Protocol protocol, int address, int port, long clientHigh, long clientLow) {
        for (PoolAddress candidate : byAddress.get(address)) {
            if (candidate.pool.protocols().contains(protocol) && candidate.pool.ports().contains(port)) {
                candidate.ports.get(protocol).release(port);
            }
        }
        Ip6 client = Ip6.of(clientHigh, clientLow);
        Pairing pairing = pairings.get(client);
        if (--pairing.bindings == 0) {
            pairings.remove(client);
        }
    }

    /** How many transport addresses of a pool are taken for a protocol. */
    public int taken(PoolConfig pool, Protocol protocol) {
        return addresses.get(protocol).stream().filter(address -> address.pool == pool)
                .mapToInt(address -> address.ports.get(protocol).taken()).sum();
    }

    private static long pack(int address, int port) {
        return (address & 0xffffffffL) << 16 | port;
    }
}
