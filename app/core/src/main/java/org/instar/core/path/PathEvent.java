// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.Locale;

/** What happens on the way of packets besides drops. */
public enum PathEvent {

    PACKETS_6TO4("IPv6 packets translated to IPv4."),
    PACKETS_4TO6("IPv4 packets translated to IPv6."),
    PACKETS_HANDED_OVER("Packets that came in at one shard and were another's."),
    PACKETS_HAIRPINNED("Packets between two clients, translated twice (RFC 6146 3.8)."),
    ICMP_ERRORS_SENT("ICMP errors of the translator's own (docs/icmp.md)."),
    ICMP_ERRORS_WITHHELD("Such errors not sent: over the rate, or about a packet that none may be sent about."),
    BINDINGS_CREATED("BIB entries made."),
    BINDINGS_REMOVED("BIB entries given up."),
    SESSIONS_CREATED("Sessions made."),
    SESSIONS_EXPIRED("Sessions that ended because nothing came for their lifetime."),
    SESSIONS_PROBED("Established TCP sessions that were idle for their lifetime, and were probed (RFC 6146 3.5.2.2)."),
    SESSIONS_REMOVED("Sessions that were removed by hand."),
    RULES_REQUESTED("Requests to put the flow rules of a session into the switch."),
    RULES_CONFIRMED("Such requests that the switch confirmed."),
    RULES_FAILED("Such requests that the switch refused or did not answer."),
    RULES_LOST("Flow rules of live sessions that left the switch by their idle timeout."),
    FLOWS_REMOVED_UNEXPECTEDLY("Flows of Instar that somebody else took out of the switch."),
    FRAMES_HELD("Frames that waited for their session's flow rules to be confirmed."),
    SWITCH_JOINS("Sessions that were handed to the switch, which translates them from then on."),
    SWITCH_JOINS_FAILED("Such sessions that the switch did not take, or that did not pause for it."),
    SWITCH_LEAVES("Sessions that were taken out of the switch."),
    SWITCH_EVICTIONS("Such sessions that made room for more active ones (offload.maxSessions)."),
    SWITCH_STRAYS("Packets lost as the switch saw too late that it can't translate them; their session leaves it."),
    SWITCH_PACKETS_6TO4("IPv6 packets that the switch translated to IPv4."),
    SWITCH_PACKETS_4TO6("IPv4 packets that the switch translated to IPv6.");

    private final String description;

    PathEvent(String description) {
        this.description = description;
    }

    /** One sentence for people. */
    public String description() {
        return description;
    }

    public String counterName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
