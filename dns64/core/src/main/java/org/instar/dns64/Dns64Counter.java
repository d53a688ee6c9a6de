// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.Locale;
import org.xbill.DNS.Rcode;

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
    /** A records that no prefix may represent: by mapped, or not global (RFC 6052 §3.1). */
    A_NOT_MAPPED,
    /** PTR queries under a translation prefix, answered through in-addr.arpa (RFC 6147 §5.3.1). */
    PTR_MAPPED,
    /** PTR queries for addresses within a translation prefix that stand for no IPv4 address: NXDOMAIN. */
    PTR_UNMAPPED,
    /** Queries for ipv4only.arpa and names below, answered locally (RFC 8880 §7). */
    IPV4ONLY_ARPA,
    /** AAAA queries of views without prefixes, or for names of domains without synthesis: passed. */
    SYNTHESIS_OFF,
    /** AAAA queries of clients that validate, for signed data: passed (RFC 6147 §5.5, BIND's break-dnssec). */
    SIGNED_NOT_SYNTHESISED,
    /** AAAA records left off because a message over TCP holds no more. */
    SYNTHESIS_CUT,
    /** AAAA queries whose error or silence was handed on by the error policy. */
    ERROR_PASSED,
    /** Queries that no upstream answered: SERVFAIL. */
    UPSTREAMS_SILENT,
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
    /** Clients that allow-query of their view doesn't have: REFUSED. */
    CLIENT_REFUSED,
    /** Queries of clients on the blackhole list: dropped. */
    BLACKHOLED,
    /** Queries dropped because their client sends too many, or has too many waiting. */
    CLIENT_LIMITED,
    /** Answers not sent because too many of the same went to the same client. */
    RATE_LIMITED,
    /** Of those, the ones sent truncated so that a real client comes over TCP. */
    RATE_SLIPPED,
    /** Answers given from the ready messages. */
    READY_HITS,
    /** Answers of upstreams found in the cache. */
    CACHE_HITS,
    /** Answers of upstreams that had to be fetched. */
    CACHE_MISSES,
    /** Answers fetched anew before their end. */
    PREFETCHES,
    /** Answers past their end that stood in for what nobody answered (RFC 8767). */
    STALE,
    /** Answers that validation found to be forged or broken: SERVFAIL. */
    BOGUS,
    /** Answers that validation found to be authentic. */
    SECURE,
    /** Answers of upstreams thrown away: another case of the name, or another cookie, than asked with. */
    UPSTREAM_SPOOFED,
    /** Questions asked over TCP, since the answer over UDP was truncated or doubtful. */
    UPSTREAM_TCP,
    /** Tries to ask an upstream. */
    UPSTREAM_QUERIES,
    /** Tries that got no answer in time. */
    UPSTREAM_TIMEOUTS,
    /** Tries that failed otherwise: port unreachable, connection refused, an answer that is none. */
    UPSTREAM_ERRORS,
    /** Answers with RCODE 0, the truncated ones too. */
    RCODE_NOERROR,
    RCODE_FORMERR,
    /** Answers with SERVFAIL, the upstream's or our own. */
    RCODE_SERVFAIL,
    RCODE_NXDOMAIN,
    RCODE_NOTIMP,
    RCODE_REFUSED,
    RCODE_OTHER,
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

    /** The counter of answers with an RCODE. */
    static Dns64Counter ofRcode(int rcode) {
        switch (rcode) {
            case Rcode.NOERROR:
                return RCODE_NOERROR;
            case Rcode.FORMERR:
                return RCODE_FORMERR;
            case Rcode.SERVFAIL:
                return RCODE_SERVFAIL;
            case Rcode.NXDOMAIN:
                return RCODE_NXDOMAIN;
            case Rcode.NOTIMP:
                return RCODE_NOTIMP;
            case Rcode.REFUSED:
                return RCODE_REFUSED;
            default:
                return RCODE_OTHER;
        }
    }
}
