// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import java.util.concurrent.CompletableFuture;
import org.instar.core.edge.Hop;
import org.instar.core.edge.Vlans;
import org.instar.openflow.inswitch.TranslatedSession;

/** A session that the switch translates, or is about to, or has translated until now. */
final class SwitchSession {

    private static final int ETHERNET_HEADER_BYTES = 14;
    private static final int TAG_BYTES = 4;

    enum State { JOINING, IN, LEAVING }

    final long id;
    final TranslatedSession rules;
    final Hop to6;
    final Hop to4;
    final CompletableFuture<Void> left = new CompletableFuture<>();
    State state = State.JOINING;
    /** Its counters have been asked for. */
    boolean asked;
    /** Rules of it that left the switch by themselves. */
    int idleRules;
    /** When the switch had confirmed that its rules are gone. */
    long goneNanos;
    /** Packets in a second, lately. */
    double packetsPerSecond;
    private final long[] packets = new long[2];
    private final long[] bytes = new long[2];
    private long countedNanos;

    SwitchSession(long id, TranslatedSession rules, Hop to6, Hop to4, long nowNanos) {
        this.id = id;
        this.rules = rules;
        this.to6 = to6;
        this.to4 = to4;
        this.countedNanos = nowNanos;
    }

    /** The way from IPv6 to IPv4. */
    static final int UP = 0;
    /** The way from IPv4 to IPv6. */
    static final int DOWN = 1;

    /** How many packets there have been one way since the last time, by the flow's counters, which count up. */
    long newPackets(int way, long flowPackets) {
        long more = Math.max(0, flowPackets - packets[way]);
        packets[way] += more;
        return more;
    }

    /** How many IP bytes that was; flows count Ethernet headers too. */
    long newBytes(int way, long flowBytes, long newPackets) {
        long more = Math.max(0, flowBytes - bytes[way]);
        bytes[way] += more;
        int tag = (way == UP ? to6 : to4).vlan() == Vlans.UNTAGGED ? 0 : TAG_BYTES;
        return Math.max(0, more - newPackets * (ETHERNET_HEADER_BYTES + tag));
    }

    /** So many packets came since the last time. */
    void active(long newPackets, long nowNanos) {
        double seconds = Math.max(1e-3, (nowNanos - countedNanos) / 1e9);
        packetsPerSecond = (packetsPerSecond + newPackets / seconds) / 2;
        countedNanos = nowNanos;
    }
}
