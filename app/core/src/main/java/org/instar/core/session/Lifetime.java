// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

/** What a packet does to the lifetime of its session. */
public enum Lifetime {

    /** It stays what it was. */
    UNCHANGED,
    /** UDP's (RFC 6146 §3.5.1). */
    UDP,
    /** ICMP queries' (RFC 6146 §3.5.3). */
    ICMP,
    /** TCP_EST (RFC 6146 §4). */
    TCP_ESTABLISHED,
    /** TCP_TRANS (RFC 6146 §4). */
    TCP_TRANSITORY
}
