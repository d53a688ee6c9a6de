// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;

/**
 * The ports of one shard's endpoint-dependent bindings: one port serves many remote endpoints (RFC 4787 §4.1,
 * "address and port-dependent"), so a port is free or not for a remote. They come from blocks of the shard's own. A
 * port doesn't rest after its last binding: who hears nobody but the remote he asked can reuse it at once (RFC 6888
 * REQ-8 c). NOT thread safe.
 */
final class SharedPorts {

    /** Ports drawn before a new block is leased. */
    private static final int DRAWS = 16;
    /** Ports looked at when no new block is to be had. */
    private static final int LAST_TRIES = 1024;

    private final PoolDirectory directory;
    private final ShardBlocks blocks;
    private final Map<PoolView, List<Block>> byPool = new HashMap<>();
    private final Map<PoolAddress, List<Block>> byPlace = new HashMap<>();

    SharedPorts(PoolDirectory directory, ShardBlocks blocks) {
        this.directory = directory;
        this.blocks = blocks;
    }

    void add(Block block) {
        byPool.computeIfAbsent(block.place().pool(), key -> new ArrayList<>()).add(block);
        byPlace.computeIfAbsent(block.place(), key -> new ArrayList<>()).add(block);
    }

    void remove(Block block) {
        remove(byPool, block.place().pool(), block);
        remove(byPlace, block.place(), block);
    }

    private static <K> void remove(Map<K, List<Block>> map, K key, Block block) {
        List<Block> known = map.get(key);
        known.remove(block);
        if (known.isEmpty()) {
            map.remove(key);
        }
    }

    long allocate(List<PoolView> pools, int protocol, Subscriber subscriber, int clientPort, RemoteTest isFree,
            long nowNanos) {
        while (true) {
            int[] paired = subscriber.shared().paired();
            long found = PortAllocator.EXHAUSTED;
            for (int i = 0; i < paired.length && found < 0; i++) {
                PoolAddress place = directory.leases().place(pools, protocol, paired[i]);
                found = place == null ? found : find(pools, place, protocol, clientPort, isFree, nowNanos);
            }
            if (found < 0 && !directory.leases().isBound(pools, paired)) {
                found = find(pools, null, protocol, clientPort, isFree, nowNanos);
                if (found < 0) {
                    directory.leases().refused(pools, protocol);
                }
            }
            if (found < 0) {
                return found;
            }
            int address = PortAllocator.address(found);
            if (paired.length > 0 || subscriber.shared().pairIfAlone(address)) {
                int port = PortAllocator.port(found);
                use(blocks.find(protocol, address, port), protocol, port, subscriber, paired.length == 0);
                return found;
            }
        }
    }

    /** A port at a place or, where that is null, in any of the pools; its own side of the well-known end first. */
    private long find(List<PoolView> pools, PoolAddress place, int protocol, int clientPort, RemoteTest isFree,
            long nowNanos) {
        boolean low = PortAllocator.isWellKnown(protocol, clientPort);
        int parity = protocol == Protocol.UDP.ordinal() ? clientPort & 1 : -1;
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < lists(pools, place); i++) {
                long drawn = draw(list(pools, place, protocol, i), protocol, low, parity, isFree);
                if (drawn >= 0) {
                    return drawn;
                }
            }
            Block block = directory.leases().leaseShared(pools, protocol, low, place, blocks.shard());
            if (block != null) {
                blocks.adopt(block);
                blocks.queueIfEmpty(block, nowNanos);
                long drawn = draw(List.of(block), protocol, block.isLow(), parity, isFree);
                return drawn >= 0 ? drawn : search(List.of(block), protocol, isFree);
            }
            low = !low;
        }
        long found = PortAllocator.EXHAUSTED;
        for (int i = 0; i < lists(pools, place) && found < 0; i++) {
            found = search(list(pools, place, protocol, i), protocol, isFree);
        }
        return found;
    }

    private static int lists(List<PoolView> pools, PoolAddress place) {
        return place == null ? pools.size() : 1;
    }

    private List<Block> list(List<PoolView> pools, PoolAddress place, int protocol, int index) {
        if (place != null) {
            return byPlace.getOrDefault(place, List.of());
        }
        PoolView pool = pools.get(index);
        return pool.serves(protocol) ? byPool.getOrDefault(pool, List.of()) : List.of();
    }

    private long draw(List<Block> known, int protocol, boolean low, int parity, RemoteTest isFree) {
        for (int i = 0; !known.isEmpty() && i < DRAWS; i++) {
            Block block = known.get(blocks.random(known.size()));
            int port = block.first() + blocks.random(block.last() - block.first() + 1);
            if (parity >= 0) {
                port = port & ~1 | parity;
            }
            if (port < Grid.FIRST_REGISTERED == low && isUsable(block, protocol, port, isFree)) {
                return PortAllocator.pack(block.place().address(), port);
            }
        }
        return PortAllocator.EXHAUSTED;
    }

    private long search(List<Block> known, int protocol, RemoteTest isFree) {
        if (known.isEmpty()) {
            return PortAllocator.EXHAUSTED;
        }
        int index = blocks.random(known.size());
        Block block = known.get(index);
        int port = block.first() + blocks.random(block.last() - block.first() + 1);
        for (int i = 0; i < LAST_TRIES; i++) {
            if (isUsable(block, protocol, port, isFree)) {
                return PortAllocator.pack(block.place().address(), port);
            }
            if (++port > block.last()) {
                index = (index + 1) % known.size();
                block = known.get(index);
                port = block.first();
            }
        }
        return PortAllocator.EXHAUSTED;
    }

    /**
     * One more binding of a port, the first of which takes it.
     *
     * @param isPaired whether the subscriber was paired with the address for this binding already
     */
    void use(Block block, int protocol, int port, Subscriber subscriber, boolean isPaired) {
        if (block.ports(protocol).use(port) == 1) {
            blocks.take(block, protocol, port);
        }
        if (subscriber != null) {
            int address = block.place().address();
            boolean isFirst = subscriber.addSharedUse(address, 1) == 1;
            if (isFirst && !isPaired) {
                subscriber.shared().pair(address);
            } else if (!isFirst && isPaired) {
                subscriber.shared().unpair(address);
            }
        }
    }

    /** One binding less. */
    void release(Block block, int protocol, int port, Subscriber subscriber, long nowNanos) {
        if (block.ports(protocol).unuse(port) == 0) {
            blocks.release(block, protocol, port, nowNanos);
        }
        int address = block.place().address();
        if (subscriber != null && subscriber.addSharedUse(address, -1) == 0) {
            subscriber.shared().unpair(address);
        }
    }

    private boolean isUsable(Block block, int protocol, int port, RemoteTest isFree) {
        return block.owns(port) && block.serves(protocol) && block.isOpen()
                && blocks.ports(block, protocol).isUsable(port) && isFree.test(block.place().address(), port);
    }
}
