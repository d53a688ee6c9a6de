// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.Locale;
import org.instar.engine.icmp.IcmpError;

/** Why the way of a packet ended before the engine, or behind it; {@code DropReason} has the engine's own reasons. */
public enum PathDrop {

    SHORT_FRAME("The frame is too short for the headers it should have."),
    NOT_TO_GATEWAY("The frame is for another MAC address than the gateway's: flooded by the switch."),
    VLAN_NOT_SERVED("The frame is of a VLAN, or untagged, that the gateway doesn't serve on that side."),
    VLAN_STACKED("The frame carries a provider's tag (IEEE 802.1ad) or a second one behind the first."),
    PARTIAL_CHECKSUM("The sender left the checksum to its network card; turn transmit offloads off on its side."),
    UNKNOWN_ETHERTYPE("The frame is neither IPv4, IPv6 nor ARP."),
    SOURCE_IN_PREFIX("The IPv6 source lies within a translation prefix: a loop (RFC 6146 3.5)."),
    DESTINATION_NOT_UNICAST("The IPv4 destination is a multicast or broadcast address."),
    SOURCE_NOT_ALLOWED("The IPv6 source may not come in there (ingress); no state was made."),
    PORT_UNKNOWN("A rule for one port might decide, and nobody knows the port that the packet came in at."),
    NOT_TRANSLATED("No rule translates it, or one says not to.", IcmpError.ADMINISTRATIVELY_PROHIBITED),
    FILTERED("An IPv4 packet that the rule's filtering keeps out (RFC 4787 5)."),
    SYN_STORED("A SYN from the IPv4 side that nothing lets in: kept for a simultaneous open (RFC 6146 3.5.2.2)."),
    SYN_STORE_FULL("Such a SYN when limits.maxStoredSyns are kept already, or one of more than 576 bytes."),
    NO_BINDING("An IPv4 packet to a pool address and port that nobody holds (RFC 6146 3.5.1)."),
    TCP_WITHOUT_SYN("A TCP segment that opens nothing, of a client port that has no binding (RFC 6146 3.5.2.2)."),
    STATIC_BINDING_BUSY("One end of the static binding is still another BIB entry's, made before it was configured.",
            IcmpError.ADDRESS_UNREACHABLE),
    NO_ROUTE("No way to the IPv4 destination: off the link, and no next hop is configured.", IcmpError.NO_ROUTE),
    SESSION_LIMIT("The most sessions that are allowed, in all or for one binding, are there (limits).",
            IcmpError.ADDRESS_UNREACHABLE),
    SUBSCRIBER_PORTS("The subscriber has as many ports as it may (RFC 6888 REQ-4).", IcmpError.ADDRESS_UNREACHABLE),
    SUBSCRIBER_SESSIONS("The subscriber has as many sessions as it may (RFC 6888 REQ-4).",
            IcmpError.ADDRESS_UNREACHABLE),
    SUBSCRIBER_RATE("The subscriber opens sessions faster than it may (RFC 6888 REQ-5).",
            IcmpError.ADDRESS_UNREACHABLE),
    POOL_EXHAUSTED("No pool has a transport address left for the protocol (RFC 6146 3.5.1.1).",
            IcmpError.ADDRESS_UNREACHABLE),
    ICMP_REPLY_WITHOUT_BINDING("An echo reply from the IPv6 side that nobody asked for."),
    HELD_FULL("Too many packets wait for the flow rules of one session."),
    SESSION_REMOVED("The session went while the packet waited for its flow rules."),
    PACKET_IN_QUEUE_FULL("Too many packet-ins wait for their shard."),
    HAND_OVER_FULL("Too many packets wait to be handed over to the shard that owns them.");

    private final String description;
    private final IcmpError icmpError;

    PathDrop(String description) {
        this(description, null);
    }

    PathDrop(String description, IcmpError icmpError) {
        this.description = description;
        this.icmpError = icmpError;
    }

    /** What an IPv6 sender is told; null: nothing. Strangers on the IPv4 side are told nothing about bindings. */
    IcmpError icmpError() {
        return icmpError;
    }

    /** One sentence for people. */
    public String description() {
        return description;
    }

    /** The counter's name, {@code drop_...}. */
    public String counterName() {
        return "drop_" + name().toLowerCase(Locale.ROOT);
    }
}
