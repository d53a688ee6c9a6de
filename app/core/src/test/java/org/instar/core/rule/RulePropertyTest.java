// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/**
 * Any rule prints as a line that parses as the same rule, and the first that matches is the one a slow reader finds.
 */
class RulePropertyTest {

    private static final SubscriberLimits LIMITS = SubscriberLimits.of(7, 8, 9);

    @Provide
    Arbitrary<Rule> rules() {
        return Arbitraries.randomValue(RandomRules::rule);
    }

    @Provide
    Arbitrary<Random> randoms() {
        return Arbitraries.longs().map(Random::new);
    }

    @Property(tries = 5000)
    void parsesWhatItPrints(@ForAll("rules") Rule rule) {
        Rule parsed = Rule.parse(0, rule.toString(), TimerConfig.defaults(), LIMITS);

        assertThat(parsed).as(rule.toString()).usingRecursiveComparison().isEqualTo(rule);
        assertThat(parsed).isEqualTo(rule).hasSameHashCodeAs(rule);
    }

    @Property(tries = 2000)
    void readsAnyBlanksAndNoCommas(@ForAll("rules") Rule rule) {
        String line = "\t" + rule.toString().replaceAll("(?<=[0-9a-z]), (?=[^({]*})", " ").replace(" ", " \t ")
                + "   # as printed";

        assertThat(Rule.parse(0, line, TimerConfig.defaults(), LIMITS)).isEqualTo(rule);
    }

    @Property(tries = 5000)
    void aDamagedLineIsRefusedOrAnotherRule(@ForAll("rules") Rule rule, @ForAll("randoms") Random random) {
        List<String> words = new ArrayList<>(List.of(rule.toString().split(" ")));
        int place = random.nextInt(words.size());
        if (random.nextBoolean()) {
            words.remove(place);
        } else {
            words.add(place, words.get(random.nextInt(words.size())));
        }
        try {
            Rule parsed = Rule.parse(0, String.join(" ", words), TimerConfig.defaults(), LIMITS);
            assertThat(Rule.parse(0, parsed.toString(), TimerConfig.defaults(), LIMITS)).isEqualTo(parsed);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("expected").hasNoSuppressedExceptions();
        }
    }

    @Property(tries = 3000)
    void theFirstThatMatchesDecides(@ForAll("randoms") Random random) {
        List<Rule> rules = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            rules.add(RandomRules.rule(random, rules.size()));
        }
        RuleSet set = RuleSet.of(rules, TimerConfig.defaults(), LIMITS);
        boolean matched = false;
        for (int i = 0; i < 20; i++) {
            Packet packet = new Packet(random);
            Rule expected = rules.stream().filter(packet::isFor).findFirst().orElse(null);
            matched |= expected != null;

            assertThat(packet.match(set)).isSameAs(expected);
        }
        Statistics.collect(matched ? "matched" : "not matched");
    }

    @Test
    void matchingMakesNoObjects() {
        Random random = new Random(1);
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rules.add(RandomRules.rule(random, i));
        }
        RuleSet set = RuleSet.of(rules, TimerConfig.defaults(), LIMITS);
        Packet packet = new Packet(random);
        packet.match(set);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long before = threads.getThreadAllocatedBytes(thread);
        int found = 0;
        for (int i = 0; i < 20_000; i++) {
            found += packet.match(set) == null ? 0 : 1;
        }
        long bytes = threads.getThreadAllocatedBytes(thread) - before;

        assertThat(found).isIn(0, 20_000);
        assertThat(bytes).as("bytes of 20 000 matches").isLessThan(20_000);
    }

    @Test
    void thereAreRandomRulesOfEveryKind() {
        Random random = new Random(7);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            lines.add(RandomRules.rule(random).toString());
        }
        assertThat(lines.stream().flatMap(line -> List.of(line.split(" ")).stream()).collect(Collectors.toSet()))
                .contains("no", "on", "port", "vlan", "proto", "any", "{", "pool", "endpoint-dependent", "filter",
                        "timeout", "udp-port", "tcp-incoming-syn", "limit", "rate", "place", "no-inbound-refresh");
        assertThatThrownBy(() -> Rule.parse(0, "", TimerConfig.defaults(), LIMITS))
                .hasMessage("at the end of the rule: expected 'nat64'");
    }

    /** A packet and a slow way to say what it matches, by numbers and texts of the rule. */
    private static final class Packet {

        private final Ingress ingress;
        private final Protocol protocol;
        private final Ip6 source;
        private final Ip6 destination;
        private final int sourcePort;
        private final int destinationPort;

        Packet(Random random) {
            ingress = random.nextInt(5) == 0 ? Ingress.UNKNOWN
                    : Ingress.of(RandomRules.pick(RandomRules.PORTS, random),
                            RandomRules.pick(RandomRules.VLANS, random));
            protocol = Protocol.values()[random.nextInt(3)];
            source = RandomRules.address(random);
            destination = RandomRules.address(random);
            sourcePort = RandomRules.port(random) ^ random.nextInt(2);
            destinationPort = RandomRules.port(random) ^ random.nextInt(2);
        }

        Rule match(RuleSet set) {
            return set.match(ingress, protocol, source.high(), source.low(), sourcePort,
                    destination.high(), destination.low(), destinationPort);
        }

        boolean isFor(Rule rule) {
            String line = rule.toString();
            return (rule.ingressPort().isEmpty() || !ingress.equals(Ingress.UNKNOWN)
                            && line.contains("on port " + ingress.port() + " "))
                    && (rule.ingressVlan() < 0 || !ingress.equals(Ingress.UNKNOWN)
                            && line.matches("(no )?nat64 on (port \\S+ )?vlan " + ingress.vlan() + " .*"))
                    && (!line.matches("(no )?nat64 (on .*)?proto .*")
                            || line.replaceAll(".*?proto", "").replaceAll("from .*", "").contains(protocol.text()))
                    && in(rule.source(), source) && in(rule.destination(), destination)
                    && in(rule.sourcePorts(), sourcePort) && in(rule.destinationPorts(), destinationPort);
        }

        private static boolean in(Prefix6 prefix, Ip6 address) {
            int rest = 128 - prefix.length();
            return new BigInteger(1, prefix.address().toBytes()).shiftRight(rest)
                    .equals(new BigInteger(1, address.toBytes()).shiftRight(rest));
        }

        private static boolean in(PortRanges ports, int port) {
            for (String range : ports.toString().replaceAll("[{}, ]+", " ").trim().split(" ")) {
                String[] ends = range.split("-");
                if (port >= Integer.parseInt(ends[0]) && port <= Integer.parseInt(ends[ends.length - 1])) {
                    return true;
                }
            }
            return false;
        }
    }
}
