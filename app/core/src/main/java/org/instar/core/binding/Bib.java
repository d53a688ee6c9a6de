// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.instar.core.Protocol;

/**
 * The BIBs of all protocols (RFC 6146 §3.1): each entry is found by its IPv6 and by its IPv4 transport address.
 * Endpoint-independent: the remote side is no part of it. One thread writes; {@link #byId()} may be read by any.
 */
public final class Bib {

    private final PoolAllocator pools;
    private final Map<TransportKey6, BibEntry> by6 = new HashMap<>();
    private final Map<Long, BibEntry> by4 = new HashMap<>();
    private final ConcurrentNavigableMap<Long, BibEntry> byId = new ConcurrentSkipListMap<>();
    private final TransportKey6 lookup = new TransportKey6();
    private long lastId;

    public Bib(PoolAllocator pools) {
        this.pools = pools;
    }

    /** The entry of an IPv6 transport address, or null. */
    public BibEntry find6(Protocol protocol, long high, long low, int port) {
        return by6.get(lookup.set(protocol, high, low, port));
    }

    /** The entry of an IPv4 transport address, or null. */
    public BibEntry find4(Protocol protocol, int address, int port) {
        return by4.get(key4(protocol, address, port));
    }

    /**
     * Binds an IPv6 transport address that has no entry yet to a free one of the pools
     * (RFC 6146 §3.5.1.1, §3.5.2.3, §3.5.3); null when the pools have none.
     */
    public BibEntry create(Protocol protocol, long high, long low, int port) {
        long taken = pools.allocate(protocol, high, low, port);
        if (taken == PoolAllocator.EXHAUSTED) {
            return null;
        }
        int address = PoolAllocator.address(taken);
        int poolPort = PoolAllocator.port(taken);
        BibEntry entry = new BibEntry(++lastId, protocol, high, low, port, address, poolPort);
        by6.put(new TransportKey6().set(protocol, high, low, port), entry);
        by4.put(key4(protocol, address, poolPort), entry);
        byId.put(entry.id(), entry);
        return entry;
    }

    /** Takes an entry out and gives its IPv4 transport address back. */
    public void remove(BibEntry entry) {
        by6.remove(lookup.set(entry.protocol(), entry.clientHigh(), entry.clientLow(), entry.clientPort()));
        by4.remove(key4(entry.protocol(), entry.poolAddress(), entry.poolPort()));
        byId.remove(entry.id());
        pools.release(entry.protocol(), entry.poolAddress(), entry.poolPort(), entry.clientHigh(), entry.clientLow());
    }

    public int size() {
        return by6.size();
    }

    /** All entries in the order of their making; safe to read from any thread while this one writes. */
    public NavigableMap<Long, BibEntry> byId() {
        return Collections.unmodifiableNavigableMap(byId);
    }

    private static long key4(Protocol protocol, int address, int port) {
        return (long) protocol.number() << 48 | (address & 0xffffffffL) << 16 | port;
    }
}
