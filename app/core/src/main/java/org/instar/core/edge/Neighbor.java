// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

/**
 * A neighbor cache entry (RFC 4861 §5.1). An IPv4 neighbor has its address in the low half of {@code low}. The owner
 * of the edge writes; the volatile fields are what a listing reads from other threads.
 */
final class Neighbor {

    /** The zone of global IPv6 addresses: there is one host of that address, in whichever VLAN. */
    static final int GLOBAL = -1;

    /** Keeps equal addresses of different VLANs apart; {@link #GLOBAL} for those that are in one VLAN only. */
    final int zone;
    final long high;
    final long low;
    /** Place in the table. */
    final int index;

    volatile NeighborState state;
    volatile long mac = MacAddress.NONE;
    /** Where it is; {@link Vlans#ANY} while that is being found out. */
    volatile int vlan;
    volatile boolean router;
    volatile long reachableUntilNanos;

    /** When it was last sent to, learned or confirmed. */
    long usedNanos;
    /**
     * Once answered a solicitation of ours. What only announced itself, as often and under as many addresses as it
     * likes, is the first to go when the table is full.
     */
    boolean confirmed;
    /** The solicitations sent since the state was entered. */
    int solicitations;
    /** Solicit from the link-local address, as the packet that asked for it came from there (RFC 4861 §7.2.2). */
    boolean solicitFromLinkLocal;

    /** Who says to have the address in another VLAN, {@link MacAddress#NONE}: nobody. */
    long claimMac = MacAddress.NONE;
    int claimVlan;

    /** The slots of the waiting packets in {@link WaitingPackets}, oldest first. */
    final int[] waiting = new int[WaitingPackets.PER_NEIGHBOR];
    int waitingCount;

    /** The timer that runs, or null. */
    NeighborTimer timer;
    long deadlineNanos;
    Neighbor earlier;
    Neighbor later;

    Neighbor(int zone, long high, long low, int index, NeighborState state, long nowNanos) {
        this.zone = zone;
        this.vlan = zone;
        this.high = high;
        this.low = low;
        this.index = index;
        this.state = state;
        this.usedNanos = nowNanos;
    }

    /** The state, REACHABLE becoming STALE with time and without an event (RFC 4861 §7.3.3). */
    NeighborState stateAt(long nowNanos) {
        NeighborState current = state;
        return current == NeighborState.REACHABLE && nowNanos - reachableUntilNanos >= 0
                ? NeighborState.STALE
                : current;
    }
}
