// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints rules; {@link RuleParser} reads them. What is a default isn't printed. What a rule decides once for each
 * session is told apart from its timers and limits, which sessions follow.
 */
final class RuleText {

    private RuleText() {
    }

    /** The whole line. */
    static String of(Rule rule, RuleBuilder stated) {
        return head(rule) + numbers(stated) + tail(rule);
    }

    /** The line without timers and limits. */
    static String decision(Rule rule) {
        return head(rule) + tail(rule);
    }

    private static String head(Rule rule) {
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
        return text.toString();
    }

    private static String tail(Rule rule) {
        return (rule.place() == Place.SWITCH ? "" : " place " + rule.place().text())
                + rule.offloading().map(offloading -> " offload " + offloading).orElse("")
                + (rule.inboundRefresh() ? "" : " no-inbound-refresh");
    }

    private static String numbers(RuleBuilder stated) {
        StringBuilder text = new StringBuilder();
        timeouts(text, stated);
        limits(text, stated);
        return text.toString();
    }

    private static String pools(List<String> pools) {
        boolean interfacesOnly = pools.stream().allMatch(pool -> pool.startsWith("("));
        return pools.stream().collect(Collectors.joining(", ", interfacesOnly ? "" : "pool ", ""));
    }

    private static void timeouts(StringBuilder text, RuleBuilder stated) {
        if (!stated.timeouts.isEmpty() || !stated.udpPortTimeouts.isEmpty()) {
            text.append(" timeout");
        }
        Integer opening = stated.timeouts.get(Timer.TCP_OPENING);
        boolean transitory = opening != null && opening.equals(stated.timeouts.get(Timer.TCP_CLOSING));
        stated.timeouts.forEach((timer, seconds) -> {
            if (!transitory || timer != Timer.TCP_CLOSING) {
                text.append(' ').append(transitory && timer == Timer.TCP_OPENING ? Timer.TCP_TRANSITORY_TEXT
                        : timer.text()).append(' ').append(seconds);
            }
        });
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
