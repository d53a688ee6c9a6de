// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import java.util.Locale;

/** Why a packet is not translated. Each reason has a counter of its own; nothing is dropped without one. */
public enum DropReason {

    TRUNCATED("The buffer ends before the IP packet does, or within its header."),
    BAD_VERSION("The version field is not that of the side the packet came from."),
    BAD_HEADER_LENGTH("The IPv4 header length is below 20 bytes or beyond the total length."),
    BAD_HEADER_CHECKSUM("The IPv4 header checksum is wrong."),
    BAD_TRANSPORT_LENGTH("The TCP, UDP or ICMP header does not fit into the packet, or its length field lies."),

    ILLEGAL_SOURCE_ADDRESS("The source address is no unicast address that may cross a router (RFC 7915 4.1, 5.1)."),
    IPV4_OPTIONS("The IPv4 header has options."),
    IPV6_EXTENSION_HEADER("A hop-by-hop options, routing or destination options header is present."),
    FRAGMENT("The packet is a fragment."),
    UNKNOWN_TRANSPORT("The transport protocol is none of TCP, UDP and the ICMP of this IP version (RFC 6146 3.4)."),
    UDP_CHECKSUM_ZERO("An IPv6 UDP packet without a checksum, which RFC 8200 8.1 forbids."),
    ICMP_ERROR("The packet is an ICMP error message."),
    ICMP_TYPE_NOT_TRANSLATED("An ICMP type that RFC 7915 4.2 and 5.2 say is dropped."),

    HOP_LIMIT_EXCEEDED("The hop limit or time to live is 1 or 0 and may not be decremented to forward the packet."),
    PACKET_TOO_BIG("The translated packet exceeds the outgoing MTU and its sender has to send smaller ones."),
    FRAGMENTATION_REQUIRED("The translated packet exceeds the outgoing MTU and would have to leave in fragments."),
    OUTPUT_TOO_SMALL("The output buffer has no room for the translated packet.");

    private final String description;
    private final String counterName;

    DropReason(String description) {
        this.description = description;
        this.counterName = "drop_" + name().toLowerCase(Locale.ROOT);
    }

    /** One sentence for people. */
    public String description() {
        return description;
    }

    /** Name of the counter: "drop_" and the name in lower case. */
    public String counterName() {
        return counterName;
    }
}
