// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

/**
 * The tables of the translation inside the switch, beside those of {@link org.instar.openflow.pipeline.Table}. A packet
 * passes the datapath three times, and is parsed anew each time; docs/pipeline.md draws it.
 *
 * <p>V0 to V9 are the 32-bit words of an IPv6 header, W0 to W4 those of an IPv4 header, hi and lo their halves. Sums
 * are those of RFC 1071: one's complement, that is modulo 0xffff; ~ is their negation. Because Ethernet headers have 14
 * bytes, an IP header parsed as one is seen two bytes off its words, and the tables make use of it.
 */
public enum TranslationTable {

    /** A packet too long for the other side's MTU must be answered by ICMP, and its length shows in no header field. */
    SIZE_6TO4(10, 1, "Finds out which IPv6 packets are too big for the IPv4 side."),
    /**
     * Table of the sessions' first rules, {@link TranslatedSession#to4}. What is not for the switch leaves here,
     * untouched, for the table of the fast path's sessions: see {@link TranslationRule}.
     */
    OFFER_6TO4(11, 1, "Sessions that the switch translates: ports and the words of both headers; all else goes to the"
            + " fast path untouched."),
    /**
     * V8 is to be X and ~X, X the next hop's TTL in the upper byte and the traffic class in the lower: then V8 is no
     * part of any sum. The TTL is that of the packet less one (RFC 7915 §5.1): one row for each.
     */
    HOP_LIMIT(12, 1, "Writes the TTL, and its complement, into V8."),
    /** Bits 2 to 7 of the traffic class (RFC 2474 §3), copied (RFC 7915 §5.1). */
    DSCP(13, 1, "Writes the DSCP, and its complement, into V8."),
    /** Bits 0 and 1 of the traffic class (RFC 3168 §5). */
    ECN(14, 1, "Writes the ECN bits, and their complement, into V8."),
    /** A label pushed and popped has the datapath parse what was behind it as an Ethernet frame: the IPv6 header. */
    REPARSE_6TO4(15, 1, "Has the IPv6 header parsed as an Ethernet frame."),
    /**
     * Ethernet source is next header (8 bits), hop limit (8), V2. Only here the next header of the fixed header shows;
     * ip_proto is that behind all extension headers.
     */
    NEXT_HEADER(16, 2, "Lets pass what has TCP or UDP right behind the fixed header."),
    /**
     * Ethernet destination is V0 and the payload length; the first context header of the NSH header that V3lo begins is
     * V5lo and V6hi, the length and the identification to be. LEN = PLEN + 40 - 20. Identification ~LEN makes their sum
     * 0, so the header checksum does not depend on the length. With DF set the identification means nothing (RFC 6864
     * §4.1).
     */
    LENGTH_6TO4(17, 2, "One row for each payload length: total length and identification."),
    /** Takes off V0 to V3hi and leaves 8 bytes that end up as the beginning of an Ethernet header before W0. */
    HEADER_4(18, 2, "Makes an Ethernet frame with the IPv4 header of V5 to V9."),
    /**
     * The source address is X and ~X still: TTL and traffic class go to their places and the pool address takes theirs,
     * by actions that keep both checksums right. Ethernet source, bits 22 to 27: block of 256 pool addresses, bits 0 to
     * 7: the address in it.
     */
    POOL_ADDRESS(19, 3, "TTL, traffic class and the pool address."),
    NEXT_HOP_4(20, 3, "MAC addresses and the port, by IPv4 destination."),

    /** As {@link #SIZE_6TO4}: RFC 7915 §4 adds 20 bytes. */
    SIZE_4TO6(30, 1, "Finds out which IPv4 packets are too big for the IPv6 side."),
    /** Table of the sessions' rules that know the IPv4 packet, {@link TranslatedSession#take4}. */
    OFFER_4TO6(31, 1, "Sessions that the switch translates: the handle; all else goes to the fast path untouched."),
    /**
     * TTL less one (RFC 7915 §4.1) and traffic class go to where they outlive the header: W3 is 0x894f, the type of
     * NSH, and 00 TTL 000010; W4 is the handle's upper 4 bits, 0010, the type of service, the handle's lower 16 bits.
     * So W3lo and W4hi are the first word of an NSH header of version 0, length 2 words and MD type 2 (RFC 8300 §2.2),
     * which a parser takes whatever TTL, type of service and session.
     */
    REPARSE_4TO6(32, 1, "Stows TTL and traffic class away, and has the IPv4 header parsed as an Ethernet frame."),
    /**
     * Ethernet destination is version, IHL, type of service, LEN, identification; source is fragment offset, TTL,
     * protocol, checksum. One row for each length and protocol: W0 to W3hi go, and 46 constant bytes come: type 0x86dd,
     * V0 to V7, V8hi. V2 to V7 are 0, V8hi is 0x894f as W3hi was: the pseudo-headers of RFC 9293 §3.1 and RFC 8200 §8.1
     * have the same sum.
     */
    LENGTH_4TO6(33, 2, "One row for each length and protocol: the fixed words of the IPv6 header."),
    HEADER_6(34, 2, "Makes an Ethernet frame with the IPv6 header."),
    /** V8lo is W3lo, V9 is W4. */
    TRAFFIC_CLASS(35, 3, "Hop limit and traffic class."),
    /** Table of the sessions' rules that know the handle, {@link TranslatedSession#restore6}. */
    ADDRESSES_6(36, 3, "Sessions by handle: both addresses and the client's port."),
    NEXT_HOP_6(37, 3, "MAC addresses and the port, by IPv6 destination.");

    private final int id;
    private final int pass;
    private final String purpose;

    TranslationTable(int id, int pass, String purpose) {
        this.id = id;
        this.pass = pass;
        this.purpose = purpose;
    }

    /** OpenFlow table number. */
    public int id() {
        return id;
    }

    /** In which of the three passes through the datapath the table is looked at. */
    public int pass() {
        return pass;
    }

    /** One sentence for people. */
    public String purpose() {
        return purpose;
    }
}
