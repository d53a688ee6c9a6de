// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.instar.core.Protocol;

/** Rules in order: the first that matches decides. Matching makes no objects. Immutable. */
public final class RuleSet {

    /** The number of {@link #staticBindingRule()}. */
    public static final int STATIC_BINDINGS = -1;

    private final List<Rule> rules;
    private final Rule[] inOrder;
    private final boolean namesPorts;
    private final Rule staticBindingRule;

    private RuleSet(List<Rule> rules, TimerConfig timers, SubscriberLimits limits) {
        this.rules = List.copyOf(rules);
        this.inOrder = rules.toArray(new Rule[0]);
        this.namesPorts = rules.stream().anyMatch(rule -> !rule.ingressPort().isEmpty());
        RuleBuilder builder = new RuleBuilder();
        builder.translates = false;
        this.staticBindingRule = builder.build(STATIC_BINDINGS, timers, limits);
    }

    /**
     * @param rules  numbered from 0 in order
     * @param timers the configuration's, which apply where no rule does: to sessions of static bindings
     * @param limits as the timers
     */
    public static RuleSet of(List<Rule> rules, TimerConfig timers, SubscriberLimits limits) {
        return new RuleSet(rules, timers, limits);
    }

    /**
     * What applies where no rules are given: everything is translated, each protocol to all pools that have it, in
     * their order. A protocol that no pool has is not translated.
     *
     * @param pools the pools' protocols by name, in order
     */
    public static RuleSet defaultFor(Map<String, Set<Protocol>> pools, TimerConfig timers, SubscriberLimits limits) {
        Map<Protocol, List<String>> byProtocol = new EnumMap<>(Protocol.class);
        pools.forEach((pool, protocols) -> protocols.forEach(
                protocol -> byProtocol.computeIfAbsent(protocol, none -> new ArrayList<>()).add(pool)));
        Map<List<String>, Set<Protocol>> protocolsByPools = new LinkedHashMap<>();
        byProtocol.forEach((protocol, names) ->
                protocolsByPools.computeIfAbsent(names, none -> EnumSet.noneOf(Protocol.class)).add(protocol));
        List<Rule> rules = new ArrayList<>();
        protocolsByPools.forEach((names, protocols) -> {
            RuleBuilder builder = new RuleBuilder();
            builder.protocols = protocols;
            builder.pools.addAll(names);
            rules.add(builder.build(rules.size(), timers, limits));
        });
        return new RuleSet(rules, timers, limits);
    }

    /** In order; a rule's number is its place. */
    public List<Rule> rules() {
        return rules;
    }

    /**
     * The first rule for a new session whose first packet is this one of a client's; null when there is none, and then
     * it is not translated. For ICMP queries the identifier takes the ports' place, and no rule looks at it.
     */
    public Rule match(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        for (Rule rule : inOrder) {
            if (rule.matches(ingress, protocol, sourceHigh, sourceLow, sourcePort,
                    destinationHigh, destinationLow, destinationPort)) {
                return rule;
            }
        }
        return null;
    }

    /** Whether a rule is for packets of one port only. */
    public boolean namesPorts() {
        return namesPorts;
    }

    /**
     * Whether another rule than {@link #match} finds might decide, if the port were known that the packet came in at:
     * then none may, or a rule for a port were got round by a packet that doesn't tell it.
     */
    public boolean needsPort(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        if (!namesPorts || !ingress.lacksPort()) {
            return false;
        }
        for (Rule rule : inOrder) {
            if (rule.matchesAtSomePort(ingress, protocol, sourceHigh, sourceLow, sourcePort,
                    destinationHigh, destinationLow, destinationPort)) {
                return !rule.ingressPort().isEmpty();
            }
        }
        return false;
    }

    /**
     * What holds for sessions of static bindings, for which {@link #rules()} aren't asked: the configuration's timers
     * and limits, mapping and filtering endpoint-independent. It has no pools; its number is {@link #STATIC_BINDINGS}.
     */
    public Rule staticBindingRule() {
        return staticBindingRule;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleSet && ((RuleSet) other).rules.equals(rules)
                && ((RuleSet) other).staticBindingRule.equals(staticBindingRule);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    /** One line for each rule. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        rules.forEach(rule -> text.append(rule).append('\n'));
        return text.toString();
    }
}
