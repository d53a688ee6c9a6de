// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

/**
 * How long an idle session lives, in whole seconds. Defaults and least values are those of RFC 6146 §4; values below
 * the least are refused unless {@code allowBelowRfcMinimum} is set, which is for demonstrations.
 */
public final class TimerConfig {

    /** UDP_MIN (RFC 6146 §4): 2 minutes. */
    static final int UDP_MIN_SECONDS = 120;
    /** UDP_DEFAULT (RFC 6146 §4): 5 minutes. */
    static final int UDP_DEFAULT_SECONDS = 300;
    /** ICMP_DEFAULT (RFC 6146 §4). */
    static final int ICMP_DEFAULT_SECONDS = 60;
    /** TCP_EST and TCP_TRANS together (RFC 6146 §4): 2 hours 4 minutes. */
    static final int TCP_ESTABLISHED_SECONDS = 7440;
    /** TCP_TRANS (RFC 6146 §4): 4 minutes. */
    static final int TCP_TRANSITORY_SECONDS = 240;
    /** An OpenFlow idle timeout has 16 bits. */
    private static final int MAX_SECONDS = 65535;

    private final int udpSeconds;
    private final int icmpSeconds;
    private final int tcpEstablishedSeconds;
    private final int tcpTransitorySeconds;

    private TimerConfig(int udp, int icmp, int tcpEstablished, int tcpTransitory) {
        this.udpSeconds = udp;
        this.icmpSeconds = icmp;
        this.tcpEstablishedSeconds = tcpEstablished;
        this.tcpTransitorySeconds = tcpTransitory;
    }

    /** The defaults of RFC 6146 §4. */
    public static TimerConfig defaults() {
        return new TimerConfig(UDP_DEFAULT_SECONDS, ICMP_DEFAULT_SECONDS, TCP_ESTABLISHED_SECONDS,
                TCP_TRANSITORY_SECONDS);
    }

    static TimerConfig read(ConfigNode node) throws ConfigException {
        boolean anyLength = node.flag("allowBelowRfcMinimum", false);
        TimerConfig timers = new TimerConfig(
                seconds(node, "udpSeconds", UDP_DEFAULT_SECONDS, UDP_MIN_SECONDS, anyLength),
                seconds(node, "icmpSeconds", ICMP_DEFAULT_SECONDS, ICMP_DEFAULT_SECONDS, anyLength),
                seconds(node, "tcpEstablishedSeconds", TCP_ESTABLISHED_SECONDS, TCP_ESTABLISHED_SECONDS, anyLength),
                seconds(node, "tcpTransitorySeconds", TCP_TRANSITORY_SECONDS, TCP_TRANSITORY_SECONDS, anyLength));
        node.refuseUnknown();
        return timers;
    }

    private static int seconds(ConfigNode node, String field, int fallback, int least, boolean anyLength)
            throws ConfigException {
        int seconds = node.integer(field, fallback, 1, MAX_SECONDS);
        if (seconds < least && !anyLength) {
            throw node.error(field, seconds + " is below the least value " + least
                    + " (RFC 6146 4); timers.allowBelowRfcMinimum permits it");
        }
        return seconds;
    }

    public int udpSeconds() {
        return udpSeconds;
    }

    public int icmpSeconds() {
        return icmpSeconds;
    }

    public int tcpEstablishedSeconds() {
        return tcpEstablishedSeconds;
    }

    public int tcpTransitorySeconds() {
        return tcpTransitorySeconds;
    }
}
