// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

/** An error that the translator tells a sender, with its type and code in both versions of ICMP. */
public enum IcmpError {

    /** The hop limit ends here (RFC 7915 §4.1, §5.1). */
    HOP_LIMIT_EXCEEDED(3, 0, 11, 0),
    /** The translated packet exceeds the MTU of the other side (RFC 7915 §1.4, §4.1, §5.1.1). */
    PACKET_TOO_BIG(2, 0, 3, 4),
    /** A routing header with segments left; the pointer is its segments left field (RFC 7915 §5.1). IPv6 only. */
    SEGMENTS_LEFT(4, 0, -1, -1),
    /** An unexpired source route (RFC 7915 §4.1). IPv4 only. */
    SOURCE_ROUTE_FAILED(-1, -1, 3, 5),
    /** A transport protocol that the translator doesn't know (RFC 6146 §3.4). */
    UNKNOWN_TRANSPORT(1, 4, 3, 2),
    /** Nothing more special is said (RFC 7915 §4.4, §5.4). */
    ADMINISTRATIVELY_PROHIBITED(1, 1, 3, 13),
    /** No address or port is left for the sender, or no binding exists for the destination (RFC 6146 §3.5). */
    ADDRESS_UNREACHABLE(1, 3, 3, 1),
    /** Nobody opened the connection from the other end (RFC 6146 §3.5.2.2, V4 INIT). IPv4 only. */
    PORT_UNREACHABLE(-1, -1, 3, 3),
    /** The next hop does not answer, or there is none. */
    NO_ROUTE(1, 0, 3, 0);

    private final int type6;
    private final int code6;
    private final int type4;
    private final int code4;

    IcmpError(int type6, int code6, int type4, int code4) {
        this.type6 = type6;
        this.code6 = code6;
        this.type4 = type4;
        this.code4 = code4;
    }

    /** ICMPv6 type; -1 when an IPv6 packet can't cause this error. */
    public int type6() {
        return type6;
    }

    public int code6() {
        return code6;
    }

    /** ICMPv4 type; -1 when an IPv4 packet can't cause this error. */
    public int type4() {
        return type4;
    }

    public int code4() {
        return code4;
    }
}
