// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import org.instar.core.Protocol;
import org.instar.core.rule.TimerConfig;

/** What a packet does to the lifetime of its session. */
public enum Lifetime {

    /** It stays what it was. */
    UNCHANGED,
    /** UDP's (RFC 6146 §3.5.1). */
    UDP,
    /** ICMP queries' (RFC 6146 §3.5.3). */
    ICMP,
    /** TCP_EST (RFC 6146 §4): until the probe, after which {@link #TCP_CLOSING} remains. */
    TCP_ESTABLISHED,
    /** One side has closed: as long as an established one, but no probe follows (RFC 5382 REQ-5). */
    TCP_HALF_CLOSED,
    /** TCP_TRANS (RFC 6146 §4) of a connection that isn't established yet. */
    TCP_OPENING,
    /** TCP_TRANS of one that was; configured apart from the other (RFC 7857 §2.1). */
    TCP_CLOSING;

    private static final int MILLIS_PER_SECOND = 1000;

    /** What a session in this state was given last. */
    public static Lifetime of(Protocol protocol, TcpState state) {
        switch (protocol) {
            case UDP:
                return UDP;
            case ICMP:
                return ICMP;
            default:
                return ofTcp(state);
        }
    }

    private static Lifetime ofTcp(TcpState state) {
        switch (state) {
            case ESTABLISHED:
                return TCP_ESTABLISHED;
            case V4_FIN_RCV:
            case V6_FIN_RCV:
                return TCP_HALF_CLOSED;
            case V4_INIT:
            case V6_INIT:
                return TCP_OPENING;
            default:
                return TCP_CLOSING;
        }
    }

    /** How long that is; not for {@link #UNCHANGED}. */
    public int millis(TimerConfig timers, int remotePort) {
        switch (this) {
            case UDP:
                return timers.udpSeconds(remotePort) * MILLIS_PER_SECOND;
            case ICMP:
                return timers.icmpSeconds() * MILLIS_PER_SECOND;
            case TCP_ESTABLISHED:
                return Math.max(1, timers.tcpEstablishedSeconds() - timers.tcpClosingSeconds()) * MILLIS_PER_SECOND;
            case TCP_HALF_CLOSED:
                return timers.tcpEstablishedSeconds() * MILLIS_PER_SECOND;
            case TCP_OPENING:
                return timers.tcpOpeningSeconds() * MILLIS_PER_SECOND;
            case TCP_CLOSING:
                return timers.tcpClosingSeconds() * MILLIS_PER_SECOND;
            default:
                throw new IllegalArgumentException(name());
        }
    }
}
