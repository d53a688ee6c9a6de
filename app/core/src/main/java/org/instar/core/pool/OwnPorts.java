// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import org.instar.core.Protocol;

/**
 * The ports of one shard's endpoint-independent bindings: each the binding's alone, from blocks of its subscriber or,
 * in a deterministic pool, from the subscriber's fixed ports. NOT thread safe.
 */
final class OwnPorts {

    /** Blocks looked at for a port of the right parity. */
    private static final int MOST_BLOCKS = 8;
    /** Blocks whose hold-downs are ended when an allocation would fail. */
    private static final int MOST_SETTLED = 64;
    private static final int LAST_PORT = 65535;

    private final PoolDirectory directory;
    private final ShardBlocks blocks;

    OwnPorts(PoolDirectory directory, ShardBlocks blocks) {
        this.directory = directory;
        this.blocks = blocks;
    }

    long allocate(List<PoolView> pools, int protocol, Subscriber subscriber, int clientPort, long nowNanos) {
        boolean low = PortAllocator.isWellKnown(protocol, clientPort);
        long parity = protocol == Protocol.UDP.ordinal() ? PortBits.parityOf(clientPort) : PortBits.ANY_PARITY;
        long found = fromOwn(pools, protocol, subscriber, low, parity);
        long ofRanges = found < 0 ? fromRanges(pools, protocol, subscriber, clientPort, nowNanos) : found;
        if (ofRanges >= 0) {
            return ofRanges;
        }
        if (blocks.settle(nowNanos, MOST_SETTLED)) {
            found = fromOwn(pools, protocol, subscriber, low, parity);
            found = found < 0 ? fromRanges(pools, protocol, subscriber, clientPort, nowNanos) : found;
        }
        if (found >= 0) {
            return found;
        }
        Block block = directory.leases().lease(pools, protocol, low, false, subscriber, blocks.shard());
        if (block == null) {
            found = atAddressesItHas(pools, protocol, subscriber, low, parity);
            if (found >= 0) {
                return found;
            }
            block = directory.leases().lease(pools, protocol, !low, false, subscriber, blocks.shard());
        }
        for (int side = 0; block == null && side < 2; side++) {
            block = directory.leases().lease(pools, protocol, low == (side == 0), true, subscriber, blocks.shard());
        }
        if (block != null) {
            blocks.adopt(block);
            found = fromNew(block, protocol, low, parity);
            blocks.queueIfEmpty(block, nowNanos);
            return found;
        }
        if (ofRanges == PortAllocator.EXHAUSTED && !directory.leases().isBound(pools, subscriber.shared().paired())) {
            directory.leases().refused(pools, protocol);
        }
        return ofRanges;
    }

    private long atAddressesItHas(List<PoolView> pools, int protocol, Subscriber subscriber, boolean low, long parity) {
        long found = fromOwn(pools, protocol, subscriber, low, PortBits.ANY_PARITY);
        if (found < 0) {
            found = fromOwn(pools, protocol, subscriber, !low, parity);
        }
        return found >= 0 ? found : fromOwn(pools, protocol, subscriber, !low, PortBits.ANY_PARITY);
    }

    /** A port of the blocks that the subscriber has here. */
    private long fromOwn(List<PoolView> pools, int protocol, Subscriber subscriber, boolean low, long parity) {
        for (int i = 0; i < pools.size(); i++) {
            PoolView pool = pools.get(i);
            Holding holding = pool.serves(protocol) ? subscriber.holding(pool) : null;
            if (holding != null) {
                long found = from(holding, holding.open(protocol, low), protocol, low, parity);
                if (found < 0 && low && pool.grid().hasMixedCell()) {
                    found = from(holding, holding.open(protocol, false), protocol, true, parity);
                }
                if (found >= 0) {
                    return found;
                }
            }
        }
        return PortAllocator.EXHAUSTED;
    }

    private long from(Holding holding, Holding.OpenBlocks open, int protocol, boolean low, long parity) {
        int first = low ? 0 : Grid.FIRST_REGISTERED;
        int last = low ? Grid.FIRST_REGISTERED - 1 : LAST_PORT;
        int index = open.size() == 0 ? 0 : blocks.random(open.size());
        for (int i = 0; i < MOST_BLOCKS && open.size() > 0; i++) {
            index = index >= open.size() ? 0 : index;
            Block block = open.get(index);
            if (block.isOpen()) {
                int port = blocks.takeAny(block, protocol, first, last, parity);
                if (port != PortBits.NONE) {
                    return PortAllocator.pack(block.place().address(), port);
                }
                index++;
            } else {
                holding.update(block, protocol);
            }
        }
        return PortAllocator.EXHAUSTED;
    }

    /** A port of one block, of the right side and parity if it has any. */
    private long fromNew(Block block, int protocol, boolean low, long parity) {
        int first = low ? 0 : Grid.FIRST_REGISTERED;
        int last = low ? Grid.FIRST_REGISTERED - 1 : LAST_PORT;
        int port = blocks.takeAny(block, protocol, first, last, parity);
        if (port == PortBits.NONE) {
            port = blocks.takeAny(block, protocol, first, last, PortBits.ANY_PARITY);
        }
        if (port == PortBits.NONE) {
            port = blocks.takeAny(block, protocol, 0, LAST_PORT, parity);
        }
        if (port == PortBits.NONE) {
            port = blocks.takeAny(block, protocol, 0, LAST_PORT, PortBits.ANY_PARITY);
        }
        return port == PortBits.NONE ? PortAllocator.EXHAUSTED : PortAllocator.pack(block.place().address(), port);
    }

    /**
     * One of the subscriber's fixed ports, those of this shard, in the first deterministic pool that has any free.
     *
     * @return {@link PortAllocator#PORT_LIMIT} when all its fixed ports are taken, {@link PortAllocator#EXHAUSTED} when
     *     it has none
     */
    long fromRanges(List<PoolView> pools, int protocol, Subscriber subscriber, int clientPort, long nowNanos) {
        long found = PortAllocator.EXHAUSTED;
        for (int i = 0; i < pools.size() && found < 0; i++) {
            DeterministicMap map = pools.get(i).deterministic();
            if (map != null && pools.get(i).serves(protocol)) {
                long tried = fromRange(map, protocol, subscriber, clientPort, nowNanos);
                found = tried == PortAllocator.EXHAUSTED ? found : tried;
            }
        }
        return found;
    }

    private long fromRange(DeterministicMap map, int protocol, Subscriber subscriber, int clientPort, long nowNanos) {
        int number = map.number(subscriber.high(), subscriber.low(), subscriber.prefixLength());
        AddressSlot slot = number == DeterministicMap.NOBODY ? null : directory.slot(map.address(number));
        if (slot == null) {
            return PortAllocator.EXHAUSTED;
        }
        PoolAddress place = slot.places()[0];
        Block block = place.blockAt(map.firstPort(number), blocks.shard());
        if (block == null) {
            block = directory.leases().leaseAt(place, map.firstPort(number), null, false, blocks.shard());
            if (block == null) {
                return PortAllocator.EXHAUSTED;
            }
            blocks.adopt(block);
        }
        long parity = protocol == Protocol.UDP.ordinal() ? PortBits.parityOf(clientPort) : PortBits.ANY_PARITY;
        long found = block.isOpen() && block.serves(protocol)
                ? fromNew(block, protocol, PortAllocator.isWellKnown(protocol, clientPort), parity)
                : PortAllocator.EXHAUSTED;
        blocks.queueIfEmpty(block, nowNanos);
        return found >= 0 ? found : PortAllocator.PORT_LIMIT;
    }
}
