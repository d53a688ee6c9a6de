// SPDX-License-Identifier: Apache-2.0
package org.instar.core;

import java.util.Locale;

/** What sessions are made of. Each has a BIB and a session table of its own (RFC 6146 §3.1, §3.2). */
public enum Protocol {

    /** IP protocol 6. */
    TCP(6),
    /** IP protocol 17. */
    UDP(17),
    /** ICMP queries: IP protocol 1 on the IPv4 side, 58 on the IPv6 side; the identifier takes the port's place. */
    ICMP(1);

    private final int number;

    Protocol(int number) {
        this.number = number;
    }

    /** The IPv4 protocol number. */
    public int number() {
        return number;
    }

    /** Lower case name, as in the configuration and in REST. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the text when it is none of tcp, udp, icmp
     */
    public static Protocol parse(String text) {
        for (Protocol protocol : values()) {
            if (protocol.text().equals(text)) {
                return protocol;
            }
        }
        throw new IllegalArgumentException("not one of tcp, udp, icmp: '" + text + "'");
    }

    /**
     * The protocol of an IPv4 protocol number.
     *
     * @throws IllegalArgumentException for a number that has no sessions
     */
    public static Protocol ofNumber(int number) {
        switch (number) {
            case 6:
                return TCP;
            case 17:
                return UDP;
            case 1:
                return ICMP;
            default:
                throw new IllegalArgumentException("no sessions for IP protocol " + number);
        }
    }
}
