// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.Locale;

/** What the router edge counts: every drop has a reason here, in packets unless said otherwise. */
public enum EdgeCounter {

    // done
    ARP_REPLIES_SENT,
    ARP_REQUESTS_SENT,
    NEIGHBOR_ADVERTISEMENTS_SENT,
    NEIGHBOR_SOLICITATIONS_SENT,
    ROUTER_ADVERTISEMENTS_SENT,
    ECHO_REPLIES_SENT,
    /** Packets that wait, or waited, for the link-layer address of their next hop. */
    PACKETS_QUEUED,

    // frames
    DROP_FRAME_TOO_SHORT,
    DROP_FRAME_INVALID_SOURCE,
    DROP_FRAME_NOT_FOR_GATEWAY,
    DROP_FRAME_UNKNOWN_TYPE,

    // ARP (RFC 826)
    DROP_ARP_MALFORMED,
    DROP_ARP_INVALID_HARDWARE_ADDRESS,
    DROP_ARP_INVALID_SENDER,
    DROP_ARP_TARGET_NOT_SERVED,
    DROP_ARP_REPLY_WITHOUT_ENTRY,

    // IPv4 to the gateway
    DROP_IPV4_MALFORMED,
    DROP_IPV4_BAD_CHECKSUM,
    DROP_IPV4_INVALID_SOURCE,
    DROP_IPV4_DESTINATION_NOT_SERVED,
    DROP_IPV4_FRAGMENT,
    DROP_IPV4_PROTOCOL_NOT_SERVED,
    DROP_ICMPV4_TOO_SHORT,
    DROP_ICMPV4_BAD_CHECKSUM,
    DROP_ICMPV4_TYPE_NOT_SERVED,

    // IPv6 to the gateway
    DROP_IPV6_MALFORMED,
    DROP_IPV6_INVALID_SOURCE,
    DROP_IPV6_DESTINATION_NOT_SERVED,
    DROP_IPV6_EXTENSION_HEADER,
    DROP_IPV6_PROTOCOL_NOT_SERVED,
    DROP_ICMPV6_TOO_SHORT,
    DROP_ICMPV6_BAD_CHECKSUM,
    DROP_ICMPV6_TYPE_NOT_SERVED,

    // validation of neighbor discovery messages (RFC 4861 §6.1.1, §7.1)
    DROP_ND_BAD_HOP_LIMIT,
    DROP_ND_BAD_CODE,
    DROP_ND_TOO_SHORT,
    DROP_ND_OPTION_LENGTH_ZERO,
    DROP_ND_OPTION_TRUNCATED,
    /** A link-layer address option that holds no address a station can have, or the gateway's own. */
    DROP_ND_INVALID_LINK_LAYER_ADDRESS,
    DROP_ND_UNSPECIFIED_SOURCE_WITH_LINK_LAYER_ADDRESS,
    DROP_ND_MULTICAST_TARGET,
    DROP_NS_UNSPECIFIED_SOURCE_TO_UNICAST,
    DROP_NS_TARGET_NOT_SERVED,
    DROP_NA_SOLICITED_TO_MULTICAST,
    DROP_NA_WITHOUT_ENTRY,
    DROP_NA_WITHOUT_LINK_LAYER_ADDRESS,
    DROP_NA_NOT_OVERRIDING,
    /** An advertisement in another VLAN than the neighbor's. */
    DROP_NA_IN_OTHER_VLAN,
    DROP_RS_NOT_ADVERTISING,
    DROP_RA_OF_OTHER_ROUTER,
    DROP_REDIRECT,

    /** Someone else claims an address of the gateway or of a pool. */
    DROP_ADDRESS_CONFLICT,

    // next hops
    DROP_NO_ROUTE,
    /** The next hop did not answer the solicitations. */
    DROP_UNREACHABLE,
    /** The oldest waiting packet made room for a new one. */
    DROP_QUEUE_OVERFLOW,
    /** The packet's next hop would need a new entry, and all entries are in use. */
    DROP_NEIGHBOR_TABLE_FULL,
    DROP_OUTPUT_TOO_SHORT,
    /** An answer to a packet whose source address belongs to a host of another VLAN. */
    DROP_ANSWER_TO_OTHER_VLAN,

    // neighbor entries
    /** Neighbors not learned because all entries are in use. */
    NEIGHBORS_NOT_LEARNED,
    /** Neighbors not learned because their prefix isn't on-link in the VLAN they came from. */
    NEIGHBORS_OF_OTHER_VLAN,
    /** Neighbors that showed up in another VLAN than the one they are known in. */
    NEIGHBORS_CLAIMED,
    /** Neighbors that moved to another VLAN, having ceased to answer where they were. */
    NEIGHBORS_MOVED,
    /** Neighbors forgotten to make room. */
    NEIGHBORS_EVICTED,
    /** Neighbors forgotten because they were not used for ten minutes. */
    NEIGHBORS_EXPIRED,
    /** Neighbors forgotten because they did not answer the probes. */
    NEIGHBORS_UNREACHABLE;

    private final String key = "edge_" + name().toLowerCase(Locale.ROOT);

    /** The name in REST and metrics, such as "edge_drop_no_route". */
    public String key() {
        return key;
    }
}
