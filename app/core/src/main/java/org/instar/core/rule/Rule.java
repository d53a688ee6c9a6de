// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix6;

/**
 * One line of the operator's: for which new sessions it decides, and what. Decided once: a session keeps the rule it
 * was made by; its timers and limits may change, see {@link RuleNumbers}. Two rules with the same text and number may
 * differ in what they take from the configuration: the timers and limits that the text doesn't state. Immutable.
 */
public final class Rule {

    private final int number;
    private final Selector selector;
    private final boolean translates;
    private final List<String> pools;
    private final Mapping mapping;
    private final Filtering filtering;
    private final boolean inboundRefresh;
    private final Place place;
    private final Offloading offloading;
    private final TimerConfig timers;
    private final SubscriberLimits limits;
    private final String text;
    private final String decision;

    Rule(RuleBuilder builder, int number, TimerConfig timers, SubscriberLimits limits) {
        this.number = number;
        this.selector = new Selector(builder);
        this.translates = builder.translates;
        this.pools = List.copyOf(builder.pools);
        this.mapping = builder.mapping;
        this.filtering = builder.filtering == null ? RuleBuilder.filteringOf(mapping) : builder.filtering;
        this.inboundRefresh = builder.inboundRefresh;
        this.place = builder.place;
        this.offloading = builder.offloading;
        this.timers = timers;
        this.limits = limits;
        this.text = RuleText.of(this, builder);
        this.decision = RuleText.decision(this);
    }

    /**
     * Reads a rule's line.
     *
     * @param number its place among the rules, from 0
     * @param timers where the line states none
     * @param limits where the line states none
     * @throws IllegalArgumentException naming the word that doesn't fit and what was expected
     */
    public static Rule parse(int number, String line, TimerConfig timers, SubscriberLimits limits) {
        return new RuleParser(line, timers).parse().build(number, timers, limits);
    }

    /**
     * The same line above other timers and limits. Timers that it states stay as they are, even where these would be
     * too short for a new rule.
     */
    Rule over(TimerConfig otherTimers, SubscriberLimits otherLimits) {
        return parse(number, text, otherTimers.permittingShort(), otherLimits);
    }

    /** Whether this rule decides for a new session whose first packet is this one of a client's. */
    public boolean matches(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        return selector.matches(ingress, protocol, sourceHigh, sourceLow, sourcePort,
                destinationHigh, destinationLow, destinationPort);
    }

    /** Whether it would at one of the ports. */
    boolean matchesAtSomePort(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        return selector.matchesAtSomePort(ingress, protocol, sourceHigh, sourceLow, sourcePort,
                destinationHigh, destinationLow, destinationPort);
    }

    /** Its place among the rules, from 0; {@link RuleSet#STATIC_BINDINGS} for the rule of static bindings. */
    public int number() {
        return number;
    }

    /** The OpenFlow port's name the rule is for, "" for all. */
    public String ingressPort() {
        return selector.port();
    }

    /** The VLAN the rule is for, {@link Ingress#UNTAGGED}, or {@link Ingress#UNKNOWN_VLAN} for all packets. */
    public int ingressVlan() {
        return selector.vlan();
    }

    /** The protocols the rule is for, at least one. */
    public Set<Protocol> protocols() {
        return selector.protocols();
    }

    /** The clients the rule is for. */
    public Prefix6 source() {
        return selector.source();
    }

    public PortRanges sourcePorts() {
        return selector.sourcePorts();
    }

    /** The destinations the rule is for, as clients see them. */
    public Prefix6 destination() {
        return selector.destination();
    }

    public PortRanges destinationPorts() {
        return selector.destinationPorts();
    }

    /** False: packets that match are not translated. */
    public boolean translates() {
        return translates;
    }

    /** Names of the pools to take transport addresses from; "(eth0)" is the address of that interface. */
    public List<String> pools() {
        return pools;
    }

    public Mapping mapping() {
        return mapping;
    }

    public Filtering filtering() {
        return filtering;
    }

    /** Whether packets from the IPv4 side keep a session alive (RFC 4787 REQ-6a). */
    public boolean inboundRefresh() {
        return inboundRefresh;
    }

    public Place place() {
        return place;
    }

    /** When its sessions go into the switch; empty: when the configuration says. */
    public Optional<Offloading> offloading() {
        return Optional.ofNullable(offloading);
    }

    /** The timers of its sessions: what the line states, else the configuration's. */
    public TimerConfig timers() {
        return timers;
    }

    /** What a subscriber may have, all its rules together, for this rule to let it have one more. */
    public SubscriberLimits limits() {
        return limits;
    }

    /** The line without timers and limits: what is decided once for each session. */
    String decision() {
        return decision;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Rule)) {
            return false;
        }
        Rule that = (Rule) other;
        return number == that.number && selector.equals(that.selector) && translates == that.translates
                && pools.equals(that.pools) && mapping == that.mapping && filtering == that.filtering
                && inboundRefresh == that.inboundRefresh && place == that.place
                && Objects.equals(offloading, that.offloading)
                && timers.equals(that.timers) && limits.equals(that.limits) && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + number;
    }

    /** The line: {@link #parse} makes an equal rule of it. */
    @Override
    public String toString() {
        return text;
    }

    Selector selector() {
        return selector;
    }
}
