// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;
import java.util.stream.Collectors;

/** Prints rules; {@link RuleParser} reads them. What is a default isn't printed. */
final class RuleText {

    private RuleText() {
    }

    static String of(Rule rule, RuleBuilder stated) {
        if (!rule.translates()) {
            return "no nat64 " + rule.selector();
        }
        StringBuilder text = new StringBuilder("nat64 ").append(rule.selector()).append(" -> ")
                .append(pools(rule.pools()));
        if (rule.mapping() != Mapping.ENDPOINT_INDEPENDENT) {
            text.append(' ').append(rule.mapping().text());
        }
        if (rule.filtering() != RuleBuilder.filteringOf(rule.mapping())) {
            text.append(" filter ").append(rule.filtering().text());
        }
        timeouts(text, stated);
        limits(text, stated);
        if (rule.place() != Place.SWITCH) {
            text.append(" place ").append(rule.place().text());
        }
        return text.append(rule.inboundRefresh() ? "" : " no-inbound-refresh").toString();
    }

    private static String pools(List<String> pools) {
        boolean interfacesOnly = pools.stream().allMatch(pool -> pool.startsWith("("));
        return pools.stream().collect(Collectors.joining(", ", interfacesOnly ? "" : "pool ", ""));
    }

    private static void timeouts(StringBuilder text, RuleBuilder stated) {
        if (!stated.timeouts.isEmpty() || !stated.udpPortTimeouts.isEmpty()) {
            text.append(" timeout");
        }
        stated.timeouts.forEach((timer, seconds) -> text.append(' ').append(timer.text()).append(' ').append(seconds));
        stated.udpPortTimeouts.forEach((port, seconds) ->
                text.append(" udp-port ").append(port).append(' ').append(seconds));
    }

    private static void limits(StringBuilder text, RuleBuilder stated) {
        String limits = limit("ports", stated.maxPorts) + limit("sessions", stated.maxSessions)
                + limit("rate", stated.newSessionsPerSecond);
        text.append(limits.isEmpty() ? "" : " limit").append(limits);
    }

    private static String limit(String word, int value) {
        return value == RuleBuilder.UNSTATED ? "" : " " + word + " " + value;
    }
}
