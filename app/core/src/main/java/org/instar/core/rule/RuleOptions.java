// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

/** Reads what follows the pools of a rule: options in any order, each at most once. */
final class RuleOptions {

    private static final String OPTIONS = "an option (endpoint-dependent, filter, timeout, limit, place,"
            + " offload, no-inbound-refresh) or the end of the rule";
    private static final String UDP_PORT = "udp-port";
    private static final Set<String> LIMITS = Set.of("ports", "sessions", "rate");

    private final Words words;
    private final RuleBuilder rule;
    private final TimerConfig base;
    private final Set<String> seen = new HashSet<>();

    RuleOptions(Words words, RuleBuilder rule, TimerConfig base) {
        this.words = words;
        this.rule = rule;
        this.base = base;
    }

    void parse() {
        while (!words.atEnd()) {
            once(words.peek());
            option();
        }
    }

    private void option() {
        if (words.accept("endpoint-dependent")) {
            rule.mapping = Mapping.ENDPOINT_DEPENDENT;
        } else if (words.accept("filter")) {
            rule.filtering = words.take("a filtering", Filtering::parse);
        } else if (words.accept("timeout")) {
            do {
                timeout();
            } while (isTimer(words.peek()));
        } else if (words.accept("limit")) {
            do {
                limit();
            } while (LIMITS.contains(words.peek()));
        } else if (words.accept("place")) {
            rule.place = words.take("a place", Place::parse);
        } else if (words.accept("offload")) {
            rule.offloading = Offloading.read(words);
        } else if (words.accept("no-inbound-refresh")) {
            rule.inboundRefresh = false;
        } else {
            throw words.expected(OPTIONS);
        }
    }

    private static boolean isTimer(String word) {
        return Timer.ofText(word) != null || word.equals(Timer.TCP_TRANSITORY_TEXT) || word.equals(UDP_PORT);
    }

    private void timeout() {
        Timer timer = Timer.ofText(words.peek());
        if (timer != null) {
            once(timer.text());
            words.expect(timer.text());
            rule.timeouts.put(timer, seconds(value -> base.with(timer, value)));
            return;
        }
        if (words.peek().equals(Timer.TCP_TRANSITORY_TEXT)) {
            once(Timer.TCP_OPENING.text());
            once(Timer.TCP_CLOSING.text());
            words.expect(Timer.TCP_TRANSITORY_TEXT);
            int value = seconds(base::withTcpTransitory);
            rule.timeouts.put(Timer.TCP_OPENING, value);
            rule.timeouts.put(Timer.TCP_CLOSING, value);
            return;
        }
        if (!words.accept(UDP_PORT)) {
            throw words.expected("udp, icmp, tcp-established, tcp-transitory, tcp-opening, tcp-closing,"
                    + " tcp-incoming-syn or udp-port");
        }
        int port = words.takeNumber("a remote port", 65535);
        if (rule.udpPortTimeouts.containsKey(port)) {
            throw words.expected("no second timer of port " + port);
        }
        rule.udpPortTimeouts.put(port, seconds(value -> base.withUdpPort(port, value)));
    }

    /** Reads seconds that the timer concerned can be set to. */
    private int seconds(IntFunction<TimerConfig> setting) {
        return words.take("seconds", text -> {
            int value = Words.number(text, TimerConfig.MAX_SECONDS);
            setting.apply(value);
            return value;
        });
    }

    private void limit() {
        once(words.peek());
        if (words.accept("ports")) {
            rule.maxPorts = limitValue();
        } else if (words.accept("sessions")) {
            rule.maxSessions = limitValue();
        } else if (words.accept("rate")) {
            rule.newSessionsPerSecond = limitValue();
        } else {
            throw words.expected("ports, sessions or rate");
        }
    }

    private int limitValue() {
        return words.takeNumber("a number, 0 for no limit", SubscriberLimits.LARGEST);
    }

    private void once(String word) {
        if (!seen.add(word)) {
            throw words.expected("no second '" + word + "'");
        }
    }
}
