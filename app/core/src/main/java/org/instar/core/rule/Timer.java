// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

/** The timers of sessions, with the defaults and least values of RFC 6146 §4. All in whole seconds. */
public enum Timer {

    /** UDP_DEFAULT, 5 minutes; at least UDP_MIN, 2 minutes. */
    UDP("udp", "udpSeconds", 300, 120),
    /** ICMP_DEFAULT. */
    ICMP("icmp", "icmpSeconds", 60, 60),
    /** TCP_EST and TCP_TRANS together: 2 hours 4 minutes. */
    TCP_ESTABLISHED("tcp-established", "tcpEstablishedSeconds", 7440, 7440),
    /** TCP_TRANS while a connection opens: 4 minutes, which may be less (RFC 7857 §2.1). */
    TCP_OPENING("tcp-opening", "tcpOpeningSeconds", 240, 1),
    /** TCP_TRANS after both FINs, after a RST and after the probe: 4 minutes. */
    TCP_CLOSING("tcp-closing", "tcpClosingSeconds", 240, 240),
    /** TCP_INCOMING_SYN: how long a SYN from the IPv4 side is kept for a simultaneous open. */
    TCP_INCOMING_SYN("tcp-incoming-syn", "tcpIncomingSynSeconds", 6, 6);

    /** The word in rules for {@link #TCP_OPENING} and {@link #TCP_CLOSING} together. */
    static final String TCP_TRANSITORY_TEXT = "tcp-transitory";
    /** The field of the configuration's {@code timers} for both. */
    public static final String TCP_TRANSITORY_FIELD = "tcpTransitorySeconds";

    private final String text;
    private final String field;
    private final int defaultSeconds;
    private final int leastSeconds;

    Timer(String text, String field, int defaultSeconds, int leastSeconds) {
        this.text = text;
        this.field = field;
        this.defaultSeconds = defaultSeconds;
        this.leastSeconds = leastSeconds;
    }

    /** The word in rules. */
    public String text() {
        return text;
    }

    /** The field of the configuration's {@code timers}. */
    public String field() {
        return field;
    }

    public int defaultSeconds() {
        return defaultSeconds;
    }

    /** The least value the RFCs allow. */
    public int leastSeconds() {
        return leastSeconds;
    }

    /** The timer of a word in rules, null for none. */
    static Timer ofText(String text) {
        for (Timer timer : values()) {
            if (timer.text.equals(text)) {
                return timer;
            }
        }
        return null;
    }
}
