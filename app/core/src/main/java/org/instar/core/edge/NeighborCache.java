// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/**
 * The neighbors of one IP version and their state machine: address resolution (RFC 4861 §7.2) and unreachability
 * detection (§7.3). ARP uses the same one; its replies count as solicited advertisements.
 */
final class NeighborCache {

    /** REACHABLE_TIME (RFC 4861 §10), taken times 0.5 to 1.5 (§6.3.2). */
    static final long REACHABLE_TIME_NANOS = TimeUnit.SECONDS.toNanos(30);
    /** RETRANS_TIMER (RFC 4861 §10). */
    static final long RETRANS_TIMER_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** DELAY_FIRST_PROBE_TIME (RFC 4861 §10). */
    static final long DELAY_FIRST_PROBE_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** MAX_MULTICAST_SOLICIT and MAX_UNICAST_SOLICIT (RFC 4861 §10). */
    static final int MAX_SOLICITATIONS = 3;
    /** Entries not used for this long are forgotten (RFC 4861 §5.3). */
    static final long UNUSED_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int SWEEP_PLACES = 256;
    private static final int MAX_WAITING_PACKETS = 1024;

    private final NeighborTable table;
    private final LinkLayer link;
    private final WaitingPackets waiting;
    private final EdgeCounters counters;
    private final DoubleSupplier random;
    private final NeighborTimer retransmit = new NeighborTimer(RETRANS_TIMER_NANOS);
    private final NeighborTimer delay = new NeighborTimer(DELAY_FIRST_PROBE_NANOS);
    private boolean sweeping;
    private long nextSweepNanos;
    private int sweepPlace;
    private volatile long clockNanos;

    NeighborCache(int capacity, LinkLayer link, EdgeCounters counters, DoubleSupplier random) {
        this.table = new NeighborTable(capacity, (long) (random.getAsDouble() * Long.MAX_VALUE));
        this.link = link;
        this.waiting = new WaitingPackets(MAX_WAITING_PACKETS, counters);
        this.counters = counters;
        this.random = random;
    }

    /** A frame whose neighbor didn't answer; null: no more. */
    byte[] takeUnreachable() {
        return waiting.takeGivenUp();
    }

    /** For listings, from any thread. */
    NeighborTable table() {
        return table;
    }

    /** The last tick or confirmation, by which listings see states; for any thread. */
    long clockNanos() {
        return clockNanos;
    }

    Neighbor find(int zone, long high, long low) {
        return table.find(zone, high, low);
    }

    /** Sends to a neighbor whose link-layer address is known. */
    void send(Neighbor neighbor, ByteBuffer frame, int offset, int length, long nowNanos) {
        used(neighbor, nowNanos);
        link.send(frame, offset, length, neighbor);
    }

    /** What is sent to any neighbor next has it verified (§7.3.3), whose answer then shows where it is. */
    void doubtAll(long nowNanos) {
        for (int place = 0; place < table.capacity(); place++) {
            Neighbor neighbor = table.at(place);
            if (neighbor != null && neighbor.state == NeighborState.REACHABLE) {
                neighbor.reachableUntilNanos = nowNanos;
            }
        }
    }

    /** Something is being sent to a neighbor: starts to doubt it when it is STALE (§7.3.3). */
    void used(Neighbor neighbor, long nowNanos) {
        neighbor.usedNanos = nowNanos;
        if (neighbor.stateAt(nowNanos) == NeighborState.STALE) {
            neighbor.state = NeighborState.DELAY;
            delay.start(neighbor, nowNanos);
        }
    }

    /**
     * Queues a packet to an address without a link-layer address; solicits unless that is under way (§7.2.2).
     *
     * @param vlan where to ask; {@link Vlans#ANY}: where the address may be
     */
    boolean resolve(int zone, int vlan, long high, long low, ByteBuffer frame, int offset, int length,
                    boolean fromLinkLocal, long nowNanos) {
        Neighbor neighbor = table.find(zone, high, low);
        boolean created = neighbor == null;
        if (created) {
            neighbor = create(zone, high, low, NeighborState.INCOMPLETE, MacAddress.NONE, nowNanos);
            if (neighbor == null) {
                counters.count(EdgeCounter.DROP_NEIGHBOR_TABLE_FULL);
                return false;
            }
            neighbor.vlan = vlan;
            neighbor.solicitFromLinkLocal = fromLinkLocal;
        }
        neighbor.usedNanos = nowNanos;
        waiting.add(neighbor, frame, offset, length);
        if (created) {
            solicit(neighbor, nowNanos);
        }
        return true;
    }

    /**
     * Takes the link-layer address of a message's sender, which proves nothing about the way back: the entry is created
     * or, when the address is new, updated as STALE (§6.2.6, §7.2.3). A neighbor known in another VLAN stays there
     * unless it doesn't answer there: one host can't take the packets of another by its word alone.
     */
    void learn(int zone, int vlan, long high, long low, long mac, long nowNanos) {
        Neighbor neighbor = table.find(zone, high, low);
        if (neighbor == null) {
            neighbor = create(zone, high, low, NeighborState.STALE, mac, nowNanos);
            if (neighbor == null) {
                counters.count(EdgeCounter.NEIGHBORS_NOT_LEARNED);
            } else {
                neighbor.vlan = vlan;
            }
        } else if (neighbor.vlan != vlan && neighbor.mac != MacAddress.NONE) {
            claim(neighbor, vlan, mac, nowNanos);
        } else if (neighbor.mac != mac) {
            neighbor.vlan = vlan;
            changeAddress(neighbor, mac);
            sendWaiting(neighbor, nowNanos);
        }
    }

    /** Asks the neighbor where it was whether it is still there. */
    private void claim(Neighbor neighbor, int vlan, long mac, long nowNanos) {
        counters.count(EdgeCounter.NEIGHBORS_CLAIMED);
        neighbor.claimVlan = vlan;
        neighbor.claimMac = mac;
        if (neighbor.state != NeighborState.PROBE) {
            neighbor.state = NeighborState.PROBE;
            neighbor.solicitations = 0;
            solicit(neighbor, nowNanos);
        }
    }

    /** It didn't answer in its VLAN: it is where the claim came from. */
    private void move(Neighbor neighbor) {
        counters.count(EdgeCounter.NEIGHBORS_MOVED);
        neighbor.vlan = neighbor.claimVlan;
        neighbor.confirmed = false;
        neighbor.solicitations = 0;
        changeAddress(neighbor, neighbor.claimMac);
        neighbor.claimMac = MacAddress.NONE;
    }

    /** Sets the link-layer address and state STALE. */
    private void changeAddress(Neighbor neighbor, long mac) {
        NeighborTimer.stop(neighbor);
        neighbor.mac = mac;
        neighbor.state = NeighborState.STALE;
    }

    /**
     * An advertisement of an existing entry (§7.2.5), in its VLAN, or in any while it is searched for.
     *
     * @param mac the target's link-layer address, {@link MacAddress#NONE} when the message had none
     * @return whether the advertisement counts: false when it was dropped
     */
    boolean advertised(Neighbor neighbor, int vlan, long mac, boolean solicited, boolean override, long nowNanos) {
        if (neighbor.vlan != vlan && neighbor.vlan != Vlans.ANY) {
            counters.count(EdgeCounter.DROP_NA_IN_OTHER_VLAN);
            return false;
        }
        if (neighbor.state == NeighborState.INCOMPLETE && mac == MacAddress.NONE) {
            counters.count(EdgeCounter.DROP_NA_WITHOUT_LINK_LAYER_ADDRESS);
            return false;
        }
        boolean differs = mac != MacAddress.NONE && mac != neighbor.mac;
        if (neighbor.state != NeighborState.INCOMPLETE && differs && !override) {
            if (neighbor.state == NeighborState.REACHABLE) {
                neighbor.state = NeighborState.STALE;
            }
            counters.count(EdgeCounter.DROP_NA_NOT_OVERRIDING);
            return false;
        }
        boolean asked = neighbor.solicitations > 0;
        if (differs) {
            neighbor.vlan = vlan;
            changeAddress(neighbor, mac);
        }
        if (solicited) {
            neighbor.confirmed |= asked;
            reachable(neighbor, nowNanos);
        }
        sendWaiting(neighbor, nowNanos);
        return true;
    }

    private void reachable(Neighbor neighbor, long nowNanos) {
        NeighborTimer.stop(neighbor);
        clockNanos = nowNanos;
        neighbor.solicitations = 0;
        neighbor.usedNanos = nowNanos;
        neighbor.reachableUntilNanos = nowNanos + (long) (REACHABLE_TIME_NANOS * (0.5 + random.getAsDouble()));
        neighbor.state = NeighborState.REACHABLE;
        neighbor.claimMac = MacAddress.NONE;
    }

    private void sendWaiting(Neighbor neighbor, long nowNanos) {
        for (byte[] frame = waiting.takeOldest(neighbor); frame != null; frame = waiting.takeOldest(neighbor)) {
            send(neighbor, ByteBuffer.wrap(frame), EthernetFrame.TAG_LENGTH, frame.length - EthernetFrame.TAG_LENGTH,
                    nowNanos);
        }
    }

    private Neighbor create(int zone, long high, long low, NeighborState state, long mac, long nowNanos) {
        if (table.size() == table.capacity()) {
            Neighbor victim = table.evictable(nowNanos);
            if (victim == null) {
                return null;
            }
            counters.count(EdgeCounter.NEIGHBORS_EVICTED);
            forget(victim, EdgeCounter.DROP_QUEUE_OVERFLOW);
        }
        return table.add(zone, high, low, state, mac, nowNanos);
    }

    private void forget(Neighbor neighbor, EdgeCounter reasonForWaiting) {
        NeighborTimer.stop(neighbor);
        waiting.drop(neighbor, reasonForWaiting);
        table.remove(neighbor);
    }

    private void solicit(Neighbor neighbor, long nowNanos) {
        neighbor.solicitations++;
        retransmit.start(neighbor, nowNanos);
        link.solicit(neighbor);
    }

    /** Runs what is due and returns when to come again at the latest. */
    long tick(long nowNanos) {
        clockNanos = nowNanos;
        for (Neighbor due = delay.takeExpired(nowNanos); due != null; due = delay.takeExpired(nowNanos)) {
            due.state = NeighborState.PROBE;
            due.solicitations = 0;
            solicit(due, nowNanos);
        }
        for (Neighbor due = retransmit.takeExpired(nowNanos); due != null; due = retransmit.takeExpired(nowNanos)) {
            if (due.solicitations < MAX_SOLICITATIONS) {
                solicit(due, nowNanos);
            } else if (due.claimMac != MacAddress.NONE) {
                move(due);
            } else {
                counters.count(EdgeCounter.NEIGHBORS_UNREACHABLE);
                waiting.giveUp(due);
                forget(due, EdgeCounter.DROP_UNREACHABLE);
            }
        }
        sweep(nowNanos);
        return delay.earliest(retransmit.earliest(nextSweepNanos));
    }

    /** Forgets long unused entries, some places at a time. */
    private void sweep(long nowNanos) {
        if (sweeping && nowNanos - nextSweepNanos < 0) {
            return;
        }
        sweeping = true;
        nextSweepNanos = nowNanos + SWEEP_NANOS;
        for (int i = 0; i < Math.min(SWEEP_PLACES, table.capacity()); i++) {
            sweepPlace = sweepPlace + 1 == table.capacity() ? 0 : sweepPlace + 1;
            Neighbor neighbor = table.at(sweepPlace);
            if (neighbor != null && nowNanos - neighbor.usedNanos >= UNUSED_NANOS
                    && neighbor.stateAt(nowNanos) == NeighborState.STALE) {
                counters.count(EdgeCounter.NEIGHBORS_EXPIRED);
                forget(neighbor, EdgeCounter.DROP_UNREACHABLE);
            }
        }
    }
}
