// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.IntUnaryOperator;
import org.instar.core.Protocol;

/**
 * One shard's ports: what RFC 6146 §3.5.1.1 and §3.5.2.3 say about the IPv4 transport address of a new BIB entry. In
 * order of weight: the address that the subscriber has already (also RFC 6888 REQ-2), the side of the well-known
 * ports' end (0-1023 or not; not for ICMP identifiers), and for UDP the parity (RFC 4787 REQ-4). Within these the
 * port is drawn (RFC 6056 §3.3.1). NOT thread safe.
 */
public final class PortAllocator {

    /** No pool has a port left for the subscriber. */
    public static final long EXHAUSTED = -1;
    /** The subscriber has as many ports as it may. */
    public static final long PORT_LIMIT = -2;

    private static final int MOST_SETTLED_PER_TICK = 1024;
    /** A day and a bit: pools[].holdDownSeconds goes up to a day. */
    private static final long LONGEST_HOLD_DOWN_NANOS = 100_000_000_000_000L;

    private final PoolDirectory directory;
    private final int shard;
    private final ShardBlocks blocks;
    private final OwnPorts ownPorts;
    private final SharedPorts sharedPorts;
    private final ReservationWalk reservations;
    private boolean stateLost;
    private long lostNanos;

    /** One with random numbers of its own. */
    public PortAllocator(PoolDirectory directory, int shard) {
        this(directory, shard, PortRandom.create());
    }

    /**
     * @param shard from 0 to below the directory's number of shards
     * @param random a number from 0 to below its argument, not to be foretold; used by this allocator's thread only
     */
    public PortAllocator(PoolDirectory directory, int shard, IntUnaryOperator random) {
        if (shard < 0 || shard >= directory.shards()) {
            throw new IllegalArgumentException("no shard " + shard + " among " + directory.shards());
        }
        this.directory = directory;
        this.shard = shard;
        this.blocks = new ShardBlocks(directory, shard, random);
        this.ownPorts = new OwnPorts(directory, blocks);
        this.sharedPorts = new SharedPorts(directory, blocks);
        blocks.sharedPorts(sharedPorts);
        this.reservations = new ReservationWalk(directory, blocks);
    }

    /** The address of what {@link #allocate} returned. */
    public static int address(long allocated) {
        return (int) (allocated >>> 16);
    }

    /** The port of what {@link #allocate} returned. */
    public static int port(long allocated) {
        return (int) allocated & 0xffff;
    }

    static long pack(int address, int port) {
        return (address & 0xffffffffL) << 16 | port;
    }

    static boolean isWellKnown(int protocol, int clientPort) {
        return clientPort < Grid.FIRST_REGISTERED && protocol != Protocol.ICMP.ordinal();
    }

    /**
     * Takes a free transport address for a client's.
     *
     * @param pools to be taken from, in this order
     * @param clientPort the client's source port or ICMP identifier
     * @param maxPorts how many ports the subscriber may have; 0: no limit
     * @return address and port, for {@link #address} and {@link #port}; or {@link #EXHAUSTED}, {@link #PORT_LIMIT}
     */
    public long allocate(List<PoolView> pools, Protocol protocol, Subscriber subscriber, int clientPort, int maxPorts,
            long nowNanos) {
        if (stateLost && isWaiting(pools, protocol, nowNanos)) {
            return EXHAUSTED;
        }
        if (!subscriber.addPort(maxPorts)) {
            return PORT_LIMIT;
        }
        long found = ownPorts.allocate(pools, protocol.ordinal(), subscriber, clientPort, nowNanos);
        if (found < 0) {
            subscriber.removePort();
        }
        return found;
    }

    /**
     * Bindings were lost, nobody knows which: for its pools' hold-down {@link #allocate} gives out nothing, so that no
     * packet of theirs reaches another subscriber (RFC 6888 REQ-8). Not so for TCP, whose sessions have states (a), for
     * deterministic pools (b), and for endpoint-dependent bindings (c).
     */
    public void stateLost(long nowNanos) {
        stateLost = true;
        lostNanos = nowNanos;
    }

    private boolean isWaiting(List<PoolView> pools, Protocol protocol, long nowNanos) {
        for (PoolView pool : pools) {
            if (protocol != Protocol.TCP && !pool.grid().isDeterministic()
                    && nowNanos - lostNanos < pool.holdDownNanos()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Takes a transport address for an endpoint-dependent binding: one that is free for the remote at hand, but may
     * have bindings to other remotes. To be released as often as taken. A deterministic pool's port is the binding's
     * alone.
     *
     * @param isFree asked a bounded number of times
     */
    public long allocateShared(List<PoolView> pools, Protocol protocol, Subscriber subscriber, int clientPort,
            int maxPorts, RemoteTest isFree, long nowNanos) {
        if (!subscriber.addPort(maxPorts)) {
            return PORT_LIMIT;
        }
        long found = ownPorts.fromRanges(pools, protocol.ordinal(), subscriber, clientPort, nowNanos);
        if (found == EXHAUSTED) {
            found = sharedPorts.allocate(pools, protocol.ordinal(), subscriber, clientPort, isFree, nowNanos);
        }
        if (found < 0) {
            subscriber.removePort();
        }
        return found;
    }

    /** As {@link #take(Protocol, int, int, Subscriber)}, for nobody in particular. */
    public boolean take(Protocol protocol, int address, int port) {
        return take(protocol, address, port, null);
    }

    /**
     * Claims one transport address: for a static binding, or for a BIB entry of before a restart. One that only rests
     * after its release can be claimed.
     *
     * @param subscriber whose port it counts as, and whose the rest of its block becomes if the block is new; null:
     *     nobody's, then nothing else is given out of a new block
     * @return false: it is taken, another shard has its block, or it is no pool's ({@link PoolDirectory#has})
     */
    public boolean take(Protocol protocol, int address, int port, Subscriber subscriber) {
        Block block = blockFor(protocol.ordinal(), address, port, subscriber, false);
        if (block == null) {
            return false;
        }
        PortBits ports = block.ports(protocol.ordinal());
        if (ports.isReserved(port)) {
            ports.unreserve(port);
        }
        if (!ports.isOccupied(port)) {
            blocks.take(block, protocol.ordinal(), port);
        } else if (ports.isHeld(port)) {
            blocks.takeHeld(block, protocol.ordinal(), port);
        } else {
            return false;
        }
        if (block.isShared()) {
            ports.claim(port);
        }
        if (subscriber != null) {
            subscriber.addPort(0);
        }
        return true;
    }

    /**
     * Claims one transport address for an endpoint-dependent binding of before a restart.
     *
     * @return false: it is taken by other than such bindings, another shard has its block, or it is no pool's
     */
    public boolean takeShared(Protocol protocol, int address, int port, Subscriber subscriber) {
        Block block = blockFor(protocol.ordinal(), address, port, null, true);
        if (block != null && block.isShared() && block.ports(protocol.ordinal()).isReserved(port)) {
            block.ports(protocol.ordinal()).unreserve(port);   // the binding was there before the static one
        }
        if (block == null || !block.isShared() || !block.ports(protocol.ordinal()).isUsable(port)) {
            return block != null && block.place().pool().grid().isDeterministic()
                    && take(protocol, address, port, subscriber);
        }
        sharedPorts.use(block, protocol.ordinal(), port, subscriber, false);
        if (subscriber != null) {
            subscriber.addPort(0);
        }
        return true;
    }

    private Block blockFor(int protocol, int address, int port, Subscriber subscriber, boolean shared) {
        Block known = blocks.find(protocol, address, port);
        AddressSlot slot = directory.slot(address);
        if (known != null || slot == null) {
            return known;
        }
        for (PoolAddress place : slot.places()) {
            Grid grid = place.pool().grid();
            boolean isMine = !grid.isDeterministic() || grid.stripe(port) == shard;
            if ((place.pool().protocolBits() >>> protocol & 1) != 0 && grid.hasPort(port) && isMine) {
                boolean isShared = shared && !grid.isDeterministic();
                Block block = directory.leases().leaseAt(place, port, subscriber, isShared, shard);
                if (block != null) {
                    blocks.adopt(block);
                    return block;
                }
            }
        }
        return null;
    }

    /**
     * Gives one back.
     *
     * @param subscriber whose it is; null for what was taken for nobody
     * @throws IllegalStateException when this shard has not given it out
     */
    public void release(Protocol protocol, int address, int port, Subscriber subscriber, long nowNanos) {
        Block block = blocks.find(protocol.ordinal(), address, port);
        PortBits ports = block == null ? null : block.portsIfAny(protocol.ordinal());
        if (ports == null || !ports.isOccupied(port) || ports.isHeld(port) || ports.isReserved(port)) {
            throw new IllegalStateException(protocol + " " + new PortSpan(address, port, port) + " is not taken");
        }
        if (block.isShared()) {
            sharedPorts.release(block, protocol.ordinal(), port, subscriber, nowNanos);
        } else {
            blocks.release(block, protocol.ordinal(), port, nowNanos);
        }
        if (subscriber != null) {
            subscriber.removePort();
        }
    }

    /** Whether this shard has given out that transport address, or somebody claimed it here. */
    public boolean isTaken(Protocol protocol, int address, int port) {
        Block block = blocks.find(protocol.ordinal(), address, port);
        return block != null && block.isTaken(protocol.ordinal(), port);
    }

    /**
     * Ends hold-downs that are over, gives empty blocks back and follows changed static bindings
     * ({@link PoolDirectory#reserve}); bounded work, the rest is for the next tick.
     */
    public void tick(long nowNanos) {
        reservations.slice();
        blocks.settle(nowNanos, MOST_SETTLED_PER_TICK);
        stateLost = stateLost && nowNanos - lostNanos < LONGEST_HOLD_DOWN_NANOS;
    }

    /** Whether blocks are still to follow changed static bindings: {@link #tick} is due, whatever the time. */
    public boolean isTickDue() {
        return !reservations.isDone();
    }

    /**
     * Lets a transport address rest that was in use before a restart, as if it had been released then (RFC 6888
     * REQ-8): as long as its pool demands.
     *
     * @param subscriber whose the rest of its block becomes if the block is new; null: nobody's
     * @param releasedNanos when it was released or its binding would have ended, not after now
     * @return false: it has rested long enough, is taken or rests already, another shard has its block, the block is
     *     one of endpoint-dependent bindings, or it is no pool's
     */
    public boolean hold(Protocol protocol, int address, int port, Subscriber subscriber, long releasedNanos,
            long nowNanos) {
        int ordinal = protocol.ordinal();
        Block known = blocks.find(ordinal, address, port);
        if (known != null && known.ports(ordinal).isOccupied(port) && !known.ports(ordinal).isReserved(port)
                || nowNanos - releasedNanos >= directory.holdDownNanos(protocol, address, port)) {
            return false;
        }
        Block block = blockFor(ordinal, address, port, subscriber, false);
        if (block == null || block.isShared()) {
            return false;
        }
        if (block.ports(ordinal).isReserved(port)) {
            block.ports(ordinal).unreserve(port);   // it is again when it has rested
        }
        blocks.rest(block, ordinal, port, releasedNanos, nowNanos);
        return block.ports(ordinal).isHeld(port);
    }

    /** The ports that rest now, to be walked over in pieces by this shard's thread. */
    public RestingPorts resting() {
        return new RestingPorts(blocks.queued());
    }

    /** Ports of all protocols that rest after their release. */
    public int heldDown() {
        return blocks.held();
    }

    /**
     * Counts anew what this shard has, and compares: a line for each thing that doesn't add up, empty when all does.
     * For this shard's thread; walks over all its blocks.
     */
    public List<String> violations() {
        return new ShardAudit(directory, blocks).violations();
    }
}
