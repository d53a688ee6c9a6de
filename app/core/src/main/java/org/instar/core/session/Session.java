// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.ArrayDeque;
import java.util.Deque;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;

/**
 * One session table entry (RFC 6146 §3.2): a BIB entry and a remote transport address. The remote IPv6 address follows
 * from the IPv4 one and the prefix. Written by the thread that owns the session; others may read, and see numbers that
 * are a moment old.
 */
public final class Session extends TimerWheel.Entry {

    /** Where the session's flow rules stand in the switch. */
    public enum Rules {
        /** Not asked for, or gone. */
        ABSENT,
        /** Sent, the barrier not yet answered. */
        PENDING,
        /** In the switch. */
        CONFIRMED
    }

    private final long id;
    private final BibEntry binding;
    private final int remoteAddress;
    private final int remotePort;
    private final long createdMillis;
    private final Deque<byte[]> held = new ArrayDeque<>(1);
    private Prefix64 prefix;
    private TcpState tcpState = TcpState.CLOSED;
    private Rules rules = Rules.ABSENT;
    private long rulesRetryNanos = Long.MIN_VALUE;
    private long packets6to4;
    private long packets4to6;
    private long bytes6to4;
    private long bytes4to6;

    Session(long id, BibEntry binding, int remoteAddress, int remotePort, Prefix64 prefix, long createdMillis) {
        this.id = id;
        this.binding = binding;
        this.remoteAddress = remoteAddress;
        this.remotePort = remotePort;
        this.prefix = prefix;
        this.createdMillis = createdMillis;
    }

    /** Grows with every session made; never used twice. */
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

    /**
     * A client may reach one remote endpoint through several prefixes: answers come from the one it used last. The
     * rules don't match the new one yet.
     */
    public void changePrefix(Prefix64 newPrefix) {
        prefix = newPrefix;
        rules = Rules.ABSENT;
    }

    /** IPv6 address of the remote endpoint. */
    public Ip6 remoteAddress6() {
        return prefix.embed(remoteAddress);
    }

    /** Wall clock, milliseconds since 1970. */
    public long createdMillis() {
        return createdMillis;
    }

    /** CLOSED for UDP and ICMP. */
    public TcpState tcpState() {
        return tcpState;
    }

    public void setTcpState(TcpState newState) {
        tcpState = newState;
    }

    public Rules rules() {
        return rules;
    }

    public void setRules(Rules newRules) {
        rules = newRules;
    }

    /** The switch refused the rules: they are not asked for again before this time. */
    public void refuseRules(long retryNanos) {
        rules = Rules.ABSENT;
        rulesRetryNanos = retryNanos;
    }

    /** Whether the rules are wanted and may be asked for now. */
    public boolean wantsRules(long nowNanos) {
        return rules == Rules.ABSENT && (rulesRetryNanos == Long.MIN_VALUE || nowNanos - rulesRetryNanos >= 0);
    }

    /** Frames that wait for the rules to be confirmed, oldest first. For the owning thread only. */
    public Deque<byte[]> held() {
        return held;
    }

    /** Counts a packet of this many IPv6 bytes on its way to the IPv4 side. */
    public void count6to4(int bytes) {
        packets6to4++;
        bytes6to4 += bytes;
    }

    /** Counts a packet of this many IPv4 bytes on its way to the IPv6 side. */
    public void count4to6(int bytes) {
        packets4to6++;
        bytes4to6 += bytes;
    }

    public long packets6to4() {
        return packets6to4;
    }

    public long packets4to6() {
        return packets4to6;
    }

    public long bytes6to4() {
        return bytes6to4;
    }

    public long bytes4to6() {
        return bytes4to6;
    }

    @Override
    public String toString() {
        return binding + " <-> " + Ip4.toString(remoteAddress) + ":" + remotePort;
    }
}
