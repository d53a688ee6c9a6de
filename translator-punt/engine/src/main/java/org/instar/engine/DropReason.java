// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import java.util.Locale;
import org.instar.engine.icmp.IcmpError;

/**
 * Why a packet is not translated. Each reason has a counter of its own; nothing is dropped without one. Some are to be
 * told to the sender: {@link #icmpError()}.
 */
public enum DropReason {

    TRUNCATED("The buffer ends before the IP packet does, or within its header."),
    BAD_VERSION("The version field is not that of the side the packet came from."),
    BAD_HEADER_LENGTH("The IPv4 header is shorter than 20 bytes, or a header reaches beyond the packet."),
    BAD_HEADER_CHECKSUM("The IPv4 header checksum is wrong."),
    BAD_TRANSPORT_LENGTH("The TCP, UDP or ICMP header does not fit into the packet, or its length field lies."),

    ILLEGAL_SOURCE_ADDRESS("The source address is no unicast address that may cross a router (RFC 7915 4.1, 5.1)."),
    NON_GLOBAL_ADDRESS("The well-known prefix may not stand for a non-global IPv4 address (RFC 6052 3.1).",
            IcmpError.ADMINISTRATIVELY_PROHIBITED),
    SOURCE_ROUTE("The IPv4 header has an unexpired source route option (RFC 7915 4.1).", IcmpError.SOURCE_ROUTE_FAILED),
    SEGMENTS_LEFT("The IPv6 packet has a routing header with segments left (RFC 7915 5.1).", IcmpError.SEGMENTS_LEFT),
    TOO_MANY_EXTENSION_HEADERS("The IPv6 packet has more than 16 extension headers."),
    UNKNOWN_TRANSPORT("The transport protocol is none of TCP, UDP and the ICMP of this IP version (RFC 6146 3.4).",
            IcmpError.UNKNOWN_TRANSPORT),
    UDP_CHECKSUM_ZERO("A UDP packet without a checksum, from IPv6 (RFC 8200 8.1) or refused by the configuration."),

    ICMP_TYPE_NOT_TRANSLATED("An ICMP type or code that RFC 7915 4.2 and 5.2 say is dropped."),
    ICMP_CHECKSUM("The checksum of an ICMP error message is wrong."),
    ICMP_ERROR_QUOTED_CHECKSUM("The checksum of the IPv4 header within an ICMP error message is wrong (RFC 5508 3.2)."),
    ICMP_ERROR_ABOUT_ERROR("The packet within an ICMP error message is one, too (RFC 6146 3.4)."),
    ICMP_ERROR_WITHOUT_TUPLE("The packet within an ICMP error message does not tell its ports (RFC 6146 3.4)."),
    ICMP_ERROR_MISDIRECTED("An ICMP error message is about a packet that its destination has not sent."),

    BAD_FRAGMENT("A fragment's length is no multiple of eight, or it reaches beyond 65535 bytes."),
    FRAGMENT_OF_EXTENSION_HEADER("The fragmentable part begins with an extension header (RFC 7915 5.1.1)."),
    FRAGMENTED_ICMP_ERROR("An ICMP error message came in fragments."),
    FRAGMENT_DUPLICATE("The same fragment came twice."),
    FRAGMENT_OVERLAP("Fragments of a packet overlap, so all of them are refused."),
    FRAGMENT_TABLE_FULL("There is no room for another fragmented packet or another fragment."),
    FRAGMENT_TIMEOUT("The rest of the packet did not arrive in time."),

    HOP_LIMIT_EXCEEDED("The hop limit or time to live is 1 or 0 and may not be decremented to forward the packet.",
            IcmpError.HOP_LIMIT_EXCEEDED),
    PACKET_TOO_BIG("The translated packet exceeds the outgoing MTU and its sender has to send smaller ones.",
            IcmpError.PACKET_TOO_BIG),
    OUTPUT_TOO_SMALL("The output buffer has no room for the translated packet.");

    private final String description;
    private final String counterName;
    private final IcmpError icmpError;

    DropReason(String description) {
        this(description, null);
    }

    DropReason(String description, IcmpError icmpError) {
        this.description = description;
        this.counterName = "drop_" + name().toLowerCase(Locale.ROOT);
        this.icmpError = icmpError;
    }

    /** One sentence for people. */
    public String description() {
        return description;
    }

    /** Name of the counter: "drop_" and the name in lower case. */
    public String counterName() {
        return counterName;
    }

    /** What the sender is to be told; null when the packet is dropped silently. */
    public IcmpError icmpError() {
        return icmpError;
    }
}
