// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix6;

/** Collects a {@link Rule}; the fields are what the rule says, {@link #build} checks what it says together. */
final class RuleBuilder {

    /** A limit that the rule doesn't state. */
    static final int UNSTATED = -1;

    String port = "";
    int vlan = Ingress.UNKNOWN_VLAN;
    Set<Protocol> protocols = EnumSet.allOf(Protocol.class);
    Prefix6 source = Selector.ANYWHERE;
    PortRanges sourcePorts = PortRanges.ANY;
    Prefix6 destination = Selector.ANYWHERE;
    PortRanges destinationPorts = PortRanges.ANY;
    boolean translates = true;
    final List<String> pools = new ArrayList<>();
    Mapping mapping = Mapping.ENDPOINT_INDEPENDENT;
    /** Null: what goes with the mapping. */
    Filtering filtering;
    boolean inboundRefresh = true;
    Place place = Place.SWITCH;
    /** Null: what the configuration says. */
    Offloading offloading;
    final Map<Timer, Integer> timeouts = new EnumMap<>(Timer.class);
    final SortedMap<Integer, Integer> udpPortTimeouts = new TreeMap<>();
    int maxPorts = UNSTATED;
    int maxSessions = UNSTATED;
    int newSessionsPerSecond = UNSTATED;

    /** What a rule filters when it doesn't say: a shared pool port belongs to a client only together with a remote. */
    static Filtering filteringOf(Mapping mapping) {
        return mapping == Mapping.ENDPOINT_DEPENDENT ? Filtering.ADDRESS_AND_PORT_DEPENDENT
                : Filtering.ENDPOINT_INDEPENDENT;
    }

    /** The timers of a rule with this one's timeouts, above others for what it doesn't state. */
    TimerConfig timersOver(TimerConfig base) {
        TimerConfig timers = base;
        for (Map.Entry<Timer, Integer> timeout : timeouts.entrySet()) {
            timers = timers.with(timeout.getKey(), timeout.getValue());
        }
        for (Map.Entry<Integer, Integer> timeout : udpPortTimeouts.entrySet()) {
            timers = timers.withUdpPort(timeout.getKey(), timeout.getValue());
        }
        return timers;
    }

    SubscriberLimits limitsOver(SubscriberLimits base) {
        return SubscriberLimits.of(
                maxPorts == UNSTATED ? base.maxPorts() : maxPorts,
                maxSessions == UNSTATED ? base.maxSessions() : maxSessions,
                newSessionsPerSecond == UNSTATED ? base.newSessionsPerSecond() : newSessionsPerSecond);
    }

    /**
     * @throws IllegalArgumentException when what is collected contradicts itself
     */
    Rule build(int number, TimerConfig timers, SubscriberLimits limits) {
        if (protocols.contains(Protocol.ICMP) && !(sourcePorts.isAny() && destinationPorts.isAny())) {
            throw new IllegalArgumentException(
                    "a rule with ports is for tcp, udp or both: expected 'proto' with these");
        }
        if (translates && pools.isEmpty()) {
            throw new IllegalArgumentException("names no pool");
        }
        if (mapping == Mapping.ENDPOINT_DEPENDENT && filtering != null
                && filtering != Filtering.ADDRESS_AND_PORT_DEPENDENT) {
            throw new IllegalArgumentException("endpoint-dependent and filter " + filtering.text()
                    + " don't go together:"
                    + " a pool port that clients share belongs to none of them for strangers");
        }
        return new Rule(this, number, timersOver(timers), limitsOver(limits));
    }
}
