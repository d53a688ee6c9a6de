// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.Arrays;
import java.util.Optional;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;
import org.instar.openflow.pipeline.Table;

/**
 * The rules of the translation that are in the switch whether or not there is a session; several flows may make up one.
 * All flows of a rule have one cookie: what the datapath remembers between passes may hold the cookie, and were it
 * another for each flow, every flow of the datapath would come once for each.
 */
public enum TranslationRule {
    ENTER_6TO4(1, Table.CLASSIFY.id(), 750, "To a translation prefix: offered to the switch before the fast path."),
    ENTER_4TO6(2, Table.CLASSIFY.id(), 750, "To a pool address: offered to the switch before the fast path."),

    MEASURE_6TO4(3, TranslationTable.SIZE_6TO4, 0, "Measures the packet."),
    TOO_BIG_6TO4(4, TranslationTable.OFFER_6TO4, 400, "Wants Packet Too Big (RFC 7915 §5.1)."),
    LAST_HOP_6TO4(5, TranslationTable.OFFER_6TO4, 300, "Hop limit 0 or 1: wants Time Exceeded (RFC 7915 §5.1)."),
    FRAGMENT_6TO4(6, TranslationTable.OFFER_6TO4, 300, "Is a fragment."),
    TCP_STATE_6TO4(7, TranslationTable.OFFER_6TO4, 300, "SYN, FIN or RST: moves the state (RFC 6146 §3.5.2.2)."),
    NO_SESSION_6TO4(8, TranslationTable.OFFER_6TO4, 0, "No session that the switch translates."),
    HOP_LIMIT(9, TranslationTable.HOP_LIMIT, 10, "TTL = hop limit - 1."),
    DSCP(10, TranslationTable.DSCP, 10, "DSCP copied."),
    ECN(11, TranslationTable.ECN, 10, "ECN copied."),
    REPARSE_6TO4(12, TranslationTable.REPARSE_6TO4, 10, "Second pass."),
    NEXT_HEADER(13, TranslationTable.NEXT_HEADER, 10, "TCP or UDP behind the fixed header."),
    EXTENSION_HEADER(14, TranslationTable.NEXT_HEADER, 1, "Has extension headers, if only that of an atomic fragment"
            + " (RFC 6946). They show too late to go back: the controller hears of it and takes the session out."),
    LENGTH_6TO4(15, TranslationTable.LENGTH_6TO4, 10, "LEN = PLEN + 20."),
    HEADER_4(16, TranslationTable.HEADER_4, 10, "Third pass."),
    POOL_ADDRESS(17, TranslationTable.POOL_ADDRESS, 10, "A block of 256 pool addresses."),
    NEXT_HOP_4(18, TranslationTable.NEXT_HOP_4, 10, "Out to the IPv4 side."),
    PROBE_4(19, TranslationTable.NEXT_HOP_4, 1000, "The probe's packets, back to the controller."),

    MEASURE_4TO6(20, TranslationTable.SIZE_4TO6, 0, "Measures the packet."),
    TOO_BIG_4TO6(21, TranslationTable.OFFER_4TO6, 400, "Wants Fragmentation Needed, or fragments (RFC 7915 §4)."),
    LAST_HOP_4TO6(22, TranslationTable.OFFER_4TO6, 300, "TTL 0 or 1: wants Time Exceeded (RFC 7915 §4.1)."),
    FRAGMENT_4TO6(23, TranslationTable.OFFER_4TO6, 300, "Is a fragment."),
    TCP_STATE_4TO6(24, TranslationTable.OFFER_4TO6, 300, "SYN, FIN or RST: moves the state (RFC 6146 §3.5.2.2)."),
    NO_SESSION_4TO6(25, TranslationTable.OFFER_4TO6, 0, "No session that the switch translates."),
    REPARSE_4TO6(26, TranslationTable.REPARSE_4TO6, 10, "Second pass."),
    LENGTH_4TO6(27, TranslationTable.LENGTH_4TO6, 10, "PLEN = LEN - 20."),
    OPTIONS(28, TranslationTable.LENGTH_4TO6, 1, "Has IPv4 options, which show too late to go back: the controller"
            + " hears of it and takes the session out."),
    HEADER_6(29, TranslationTable.HEADER_6, 10, "Third pass."),
    TRAFFIC_CLASS(30, TranslationTable.TRAFFIC_CLASS, 10, "Hop limit and traffic class copied."),
    NEXT_HOP_6(31, TranslationTable.NEXT_HOP_6, 10, "Out to the IPv6 side."),
    PROBE_6(32, TranslationTable.NEXT_HOP_6, 1000, "The probe's packets, back to the controller.");

    private final int number;
    private final int table;
    private final int priority;
    private final String purpose;

    TranslationRule(int number, TranslationTable table, int priority, String purpose) {
        this(number, table.id(), priority, purpose);
    }

    TranslationRule(int number, int table, int priority, String purpose) {
        this.number = number;
        this.table = table;
        this.priority = priority;
        this.purpose = purpose;
    }

    /** Lower 16 bits of the cookie; stable between releases. */
    public int number() {
        return number;
    }

    /** OpenFlow table number. */
    public int table() {
        return table;
    }

    /** Priority of the rule's flows; next hops add to it by the length of their prefix. */
    public int priority() {
        return priority;
    }

    /** One sentence for people. */
    public String purpose() {
        return purpose;
    }

    /** Cookie of the rule's flows in this version of the tables. */
    public long cookie() {
        return TranslationCookies.rule(number);
    }

    /** The rule with this cookie; empty if it is none of this version's rules. */
    public static Optional<TranslationRule> ofCookie(long cookie) {
        return Arrays.stream(values()).filter(rule -> rule.cookie() == cookie).findFirst();
    }

    /** A flow of this rule. The switch tells when it leaves: only somebody else can have taken it out. */
    FlowMod.Builder flow(FlowMatchBuilder match) {
        return FlowMod.add(table).priority(priority).cookie(cookie()).match(match).sendFlowRemoved();
    }
}
