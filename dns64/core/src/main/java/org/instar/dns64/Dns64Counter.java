// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Locale;

/** What is counted; the name of each in {@link Dns64Counters#asMap()} is {@link #counterName()}. */
public enum Dns64Counter {
    /** Queries that reached the responder, answered in whatever way. */
    QUERIES,
    /** Answers of an upstream that went to the client with nothing added or removed. */
    PASSED,
    /** AAAA answers made from A records (RFC 6147 §5.1.7). */
    SYNTHESISED,
    /** AAAA queries without usable AAAA and without A records to synthesise from (RFC 6147 §5.1.6). */
    NOTHING_TO_SYNTHESISE,
    /** AAAA answers from which records of excluded prefixes were taken (RFC 6147 §5.1.4). */
    AAAA_EXCLUDED,
    /** A records that the Well-Known Prefix must not represent (RFC 6052 §3.1). */
    A_NOT_GLOBAL,
    /** PTR queries under a translation prefix, answered through in-addr.arpa (RFC 6147 §5.3.1). */
    PTR_MAPPED,
    /** PTR queries for addresses within a translation prefix that stand for no IPv4 address: NXDOMAIN. */
    PTR_UNMAPPED,
    /** Queries for ipv4only.arpa and names below, answered locally (RFC 8880 §7). */
    IPV4ONLY_ARPA,
    /** Queries with CD set: nothing is synthesised for them (RFC 6147 §5.5). */
    CHECKING_DISABLED,
    /** Queries of a class other than IN: passed (RFC 6147 §5.1). */
    OTHER_CLASS,
    /** Queries that are no DNS message, or hold not exactly one question, or two OPT records: FORMERR. */
    MALFORMED,
    /** Messages shorter than a DNS header: dropped. */
    TOO_SHORT_DROPPED,
    /** Messages with QR set, responses that is: dropped. */
    RESPONSES_DROPPED,
    /** Opcodes other than QUERY: NOTIMP. */
    NOT_IMPLEMENTED,
    /** AXFR and IXFR: REFUSED. */
    TRANSFERS_REFUSED,
    /** EDNS versions above 0: BADVERS (RFC 6891 §6.1.3). */
    BAD_EDNS_VERSION,
    /** Tries to ask an upstream. */
    UPSTREAM_QUERIES,
    /** Tries that got no answer in time. */
    UPSTREAM_TIMEOUTS,
    /** Tries that failed otherwise: port unreachable, connection refused, an answer that is none. */
    UPSTREAM_ERRORS,
    /** Answers with SERVFAIL, the upstream's or our own. */
    SERVFAIL,
    /** Answers with SERVFAIL because of a fault in this program; each is logged. */
    INTERNAL_ERRORS,
    /** Answers over UDP that did not fit and went out with TC set. */
    TRUNCATED,
    /** Queries dropped because too many were being answered. */
    OVERLOAD_DROPPED,
    /** TCP connections accepted. */
    TCP_CONNECTIONS,
    /** TCP connections closed at once because too many were open. */
    TCP_CONNECTIONS_REFUSED,
    /** TCP connections closed because no query came for the idle time. */
    TCP_IDLE_CLOSED,
    /** Answers that could not be sent, and connections that broke. */
    CLIENT_SOCKET_ERRORS;

    private final String counterName = name().toLowerCase(Locale.ROOT);

    /** The name for people and REST, lower case with underscores: {@code upstream_timeouts}. */
    public String counterName() {
        return counterName;
    }
}
