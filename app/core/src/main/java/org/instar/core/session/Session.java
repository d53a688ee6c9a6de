// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;

/**
 * What a session was at one moment: a BIB entry and a remote transport address (RFC 6146 §3.2). Made from the record in
 * the {@link SessionTable} for people, switches and logs; packets go by the record itself. Immutable.
 */
public final class Session {

    /** Where the session's flow rules stand in the switch. */
    public enum Rules {
        /** Not asked for, or gone. */
        ABSENT,
        /** Sent, the barrier not yet answered. */
        PENDING,
        /** In the switch. */
        CONFIRMED,
        /** The switch doesn't take them for now. */
        REFUSED
    }

    /** Whether the switch translates the session's data packets itself. */
    public enum Offload {
        /** It doesn't. */
        OUT,
        /** It is to. */
        JOINING,
        /** It does. */
        IN,
        /** Its rules are being taken out. */
        LEAVING
    }

    private final long id;
    private final BibEntry binding;
    private final int remoteAddress;
    private final int remotePort;
    private final Prefix64 prefix;
    private final int rule;
    private final boolean from6;
    private final long createdSeconds;
    private final TcpState tcpState;
    private final Rules rules;
    private final Offload offload;
    private final int deadlineMillis;
    private final long originNanos;
    private final long[] counters;

    Session(long id, BibEntry binding, int remoteAddress, int remotePort, Prefix64 prefix, int rule, boolean from6,
            long createdSeconds, TcpState tcpState, Rules rules, Offload offload,
            int deadlineMillis, long originNanos, long[] counters) {
        this.id = id;
        this.binding = binding;
        this.remoteAddress = remoteAddress;
        this.remotePort = remotePort;
        this.prefix = prefix;
        this.rule = rule;
        this.from6 = from6;
        this.createdSeconds = createdSeconds;
        this.tcpState = tcpState;
        this.rules = rules;
        this.offload = offload;
        this.deadlineMillis = deadlineMillis;
        this.originNanos = originNanos;
        this.counters = counters;
    }

    /** See {@link SessionTable#id}. */
    public long id() {
        return id;
    }

    public Protocol protocol() {
        return binding.protocol();
    }

    public BibEntry binding() {
        return binding;
    }

    /** IPv4 address of the remote endpoint. */
    public int remoteAddress() {
        return remoteAddress;
    }

    /** Port of the remote endpoint, the same on both sides; 0 for ICMP. */
    public int remotePort() {
        return remotePort;
    }

    /** The prefix under which the client sees the remote endpoint. */
    public Prefix64 prefix() {
        return prefix;
    }

    /** IPv6 address of the remote endpoint. */
    public Ip6 remoteAddress6() {
        return prefix.embed(remoteAddress);
    }

    /** Number that the session's rule has in its shard. */
    public int rule() {
        return rule;
    }

    /** Whether the session's first packet came from the IPv6 side. */
    public boolean isFrom6() {
        return from6;
    }

    /** Wall clock, seconds since 1970. */
    public long createdSeconds() {
        return createdSeconds;
    }

    /** CLOSED for UDP and ICMP. */
    public TcpState tcpState() {
        return tcpState;
    }

    public Rules rules() {
        return rules;
    }

    public Offload offload() {
        return offload;
    }

    /** How long it would still live without a packet; below 0: it is about to end. */
    public int expiresInMillis(long nowNanos) {
        return deadlineMillis - (int) ((nowNanos - originNanos) / SessionTable.NANOS_PER_MILLI);
    }

    public long packets6to4() {
        return counters[0];
    }

    public long packets4to6() {
        return counters[1];
    }

    public long bytes6to4() {
        return counters[2];
    }

    public long bytes4to6() {
        return counters[3];
    }

    @Override
    public String toString() {
        return binding + " <-> " + Ip4.toString(remoteAddress) + ":" + remotePort;
    }
}
