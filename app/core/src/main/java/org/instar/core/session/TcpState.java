// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

/** The states of RFC 6146 §3.5.2.1. */
public enum TcpState {

    /** No session. */
    CLOSED,
    /** A SYN came from the IPv4 side. */
    V4_INIT,
    /** A SYN came from the IPv6 side. */
    V6_INIT,
    /** SYNs were seen from both sides. */
    ESTABLISHED,
    /** The IPv4 side sent a FIN. */
    V4_FIN_RCV,
    /** The IPv6 side sent a FIN. */
    V6_FIN_RCV,
    /** Both sides sent a FIN. */
    V6_FIN_V4_FIN_RCV,
    /** A RST was seen; the session goes unless more data comes. */
    TRANS
}
