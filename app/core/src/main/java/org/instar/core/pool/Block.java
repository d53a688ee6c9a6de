// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.instar.core.Protocol;

/**
 * Consecutive ports of a pool address, leased to one shard for one subscriber (or for its endpoint-dependent bindings).
 * The shard alone changes it; others may read what is final, and {@link #taken()}.
 *
 * <p>Freed ports rest in two generations. A generation opens with its first port, takes more for one hold-down and
 * ends one hold-down after its last: so a port rests at least that long and under steady churn less than twice as
 * long, at two bits a port. The last port of a block rests exactly as long as asked.
 */
final class Block {

    private static final int GENERATIONS = 2;
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Block.class, "taken", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PoolAddress place;
    private final int cell;
    private final int first;
    private final int last;
    private final int stripes;
    private final int protocols;
    private final int shard;
    private final Subscriber subscriber;
    private final boolean shared;
    private PortBits tcp;
    private PortBits udp;
    private PortBits icmp;
    /** Where it stands in its holding's lists of blocks with free ports; -1: not there. */
    private final int[] openIndex = {-1, -1, -1};
    private final long[] openedNanos = new long[GENERATIONS];
    private final long[] lastNanos = new long[GENERATIONS];
    private final int[] heldIn = new int[GENERATIONS];
    private int generation;
    private int taken;
    private boolean queued;
    private long dueNanos;
    private volatile boolean closed;

    /**
     * @param stripes how many shards share these ports, 16 by 16 in turn
     * @param protocols a bit for each by its ordinal
     */
    Block(PoolAddress place, int cell, int stripes, int protocols, int shard, Subscriber subscriber, boolean shared) {
        Grid grid = place.pool().grid();
        this.place = place;
        this.cell = cell;
        this.first = grid.cellFirst(cell);
        this.last = grid.cellLast(cell);
        this.stripes = stripes;
        this.protocols = protocols;
        this.shard = shard;
        this.subscriber = subscriber;
        this.shared = shared;
    }

    PoolAddress place() {
        return place;
    }

    int cell() {
        return cell;
    }

    int first() {
        return first;
    }

    int last() {
        return last;
    }

    /** What bit 0 of the port bits stands for. */
    int base() {
        return first & ~63;
    }

    int shard() {
        return shard;
    }

    /** Null: nobody's in particular. */
    Subscriber subscriber() {
        return subscriber;
    }

    /** Whether its ports may have many bindings each. */
    boolean isShared() {
        return shared;
    }

    int protocols() {
        return protocols;
    }

    boolean serves(int protocol) {
        return (protocols >>> protocol & 1) != 0;
    }

    /** Whether the port is this block's, for a protocol that it serves. */
    boolean owns(int port) {
        return port >= first && port <= last && (stripes == 1 || (port >>> 4) % stripes == shard);
    }

    boolean isLow() {
        return last < Grid.FIRST_REGISTERED;
    }

    /** No new bindings from now on. */
    void close() {
        closed = true;
    }

    boolean isOpen() {
        return !closed && !place.isDraining();
    }

    PortBits ports(int protocol) {
        PortBits known = portsIfAny(protocol);
        return known == null ? makePorts(protocol) : known;
    }

    private PortBits makePorts(int protocol) {
        PortBits made = new PortBits(this);
        made.reserve(this, protocol);
        if (protocol == Protocol.TCP.ordinal()) {
            tcp = made;
        } else if (protocol == Protocol.UDP.ordinal()) {
            udp = made;
        } else {
            icmp = made;
        }
        return made;
    }

    /** Null while no port of the protocol was ever taken. */
    PortBits portsIfAny(int protocol) {
        return protocol == Protocol.TCP.ordinal() ? tcp : protocol == Protocol.UDP.ordinal() ? udp : icmp;
    }

    /** Whether one of its ports is taken, and neither rests nor is reserved; for any thread, which may be told late. */
    boolean isTaken(int protocol, int port) {
        PortBits ports = portsIfAny(protocol);
        return ports != null && ports.isOccupied(port) && !ports.isHeld(port) && !ports.isReserved(port);
    }

    int openIndex(int protocol) {
        return openIndex[protocol];
    }

    void openIndex(int protocol, int index) {
        openIndex[protocol] = index;
    }

    /** Ports taken, of all protocols. */
    int taken() {
        return (int) TAKEN.getOpaque(this);
    }

    void addTaken(int change) {
        TAKEN.setOpaque(this, taken + change);
    }

    int held() {
        return heldIn[0] + heldIn[1];
    }

    boolean isEmpty() {
        return taken == 0 && held() == 0;
    }

    /** Lets a taken port rest. */
    void hold(int protocol, int port, long nowNanos, long holdDownNanos) {
        if (heldIn[generation] > 0 && nowNanos - openedNanos[generation] >= holdDownNanos
                && heldIn[1 - generation] == 0) {
            generation = 1 - generation;
        }
        if (heldIn[generation]++ == 0) {
            openedNanos[generation] = nowNanos;
            lastNanos[generation] = nowNanos;
        } else if (nowNanos - lastNanos[generation] > 0) {
            lastNanos[generation] = nowNanos;
        } else if (nowNanos - openedNanos[generation] < 0) {
            openedNanos[generation] = nowNanos;   // ports of before a restart come in no order
        }
        portsIfAny(protocol).hold(port, generation);
    }

    void unhold(int protocol, int port) {
        heldIn[portsIfAny(protocol).unhold(port)]--;
    }

    /** Whether a generation has rested long enough; its ports are to be freed by {@link #endHold}. */
    boolean isRested(int which, long nowNanos, long holdDownNanos) {
        return heldIn[which] > 0 && nowNanos - lastNanos[which] >= holdDownNanos;
    }

    /** Frees a generation's ports of one protocol; how many. */
    int endHold(int which, int protocol) {
        PortBits ports = portsIfAny(protocol);
        int ended = ports == null ? 0 : ports.endHold(which);
        heldIn[which] -= ended;
        return ended;
    }

    /** When the last port of a generation was released; 0 while it has none. */
    long lastNanos(int which) {
        return heldIn[which] == 0 ? 0 : lastNanos[which];
    }

    /** When the next generation has rested, seen from now; only while something is held. */
    long nextRestedNanos(long nowNanos, long holdDownNanos) {
        long wait = Long.MAX_VALUE;
        for (int i = 0; i < GENERATIONS; i++) {
            if (heldIn[i] > 0) {
                wait = Math.min(wait, lastNanos[i] + holdDownNanos - nowNanos);
            }
        }
        return nowNanos + wait;
    }

    boolean isQueued() {
        return queued;
    }

    /** Marks it as standing in the queue of blocks to look at. */
    void queue(long dueNanos) {
        this.queued = true;
        this.dueNanos = dueNanos;
    }

    void unqueue() {
        queued = false;
    }

    long dueNanos() {
        return dueNanos;
    }
}
