// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RuleNumbersTest {

    private static final TimerConfig TIMERS = TimerConfig.defaults();

    private static RuleSet set(TimerConfig timers, String... lines) {
        List<Rule> rules = new ArrayList<>();
        for (String line : lines) {
            rules.add(Rule.parse(rules.size(), line, timers, SubscriberLimits.NONE));
        }
        return RuleSet.of(rules, timers, SubscriberLimits.NONE);
    }

    private static String line(String pool) {
        return "nat64 from any to any -> pool " + pool;
    }

    @Test
    void aRuleWithTheSameTextKeepsItsNumberAndTakesTheNewTimers() {
        RuleSet first = set(TIMERS, line("a"), line("b"));
        RuleNumbers numbers = new RuleNumbers(first, 10);
        int a = numbers.numberOf(first.rules().get(0));
        int b = numbers.numberOf(first.rules().get(1));
        assertThat(a).isNotEqualTo(b);

        RuleSet second = set(TIMERS.with(Timer.UDP, 200), line("b"), line("a"));
        numbers.change(second);
        assertThat(numbers.numberOf(second.rules().get(0))).as("its place is another").isEqualTo(b);
        assertThat(numbers.numberOf(second.rules().get(1))).isEqualTo(a);
        assertThat(numbers.rule(a)).isSameAs(second.rules().get(1));
        assertThat(numbers.rule(a).timers().udpSeconds()).isEqualTo(200);
    }

    @Test
    void aRuleOfWhichOnlyTimersAndLimitsChangeIsTheSameRule() {
        RuleSet first = set(TIMERS, line("a") + " timeout udp 200", line("b"));
        RuleNumbers numbers = new RuleNumbers(first, 10);
        int a = numbers.numberOf(first.rules().get(0));
        RuleSet second = set(TIMERS, line("b"), line("a") + " timeout icmp 90 limit ports 7");
        assertThat(numbers.change(second)).as("nobody goes by it").isFalse();
        assertThat(numbers.numberOf(second.rules().get(1))).isEqualTo(a);
        assertThat(numbers.rule(a)).isSameAs(second.rules().get(1));
        numbers.addSession(a);
        assertThat(numbers.change(set(TIMERS, line("a") + " timeout icmp 90 limit ports 8"))).isFalse();
        assertThat(numbers.change(set(TIMERS, line("a") + " timeout icmp 91"))).as("other timers").isTrue();
        assertThat(numbers.rule(a).timers().icmpSeconds()).isEqualTo(91);
    }

    @Test
    void ofRulesThatDecideTheSameEachWithTheSameLineStaysItself() {
        RuleSet first = set(TIMERS, line("a") + " timeout udp 200", line("a") + " timeout udp 300", line("a"));
        RuleNumbers numbers = new RuleNumbers(first, 10);
        int second = numbers.numberOf(first.rules().get(1));
        RuleSet wanted = set(TIMERS, line("a") + " timeout udp 250", line("a") + " timeout udp 300");
        numbers.change(wanted);
        assertThat(numbers.numberOf(wanted.rules().get(1))).isEqualTo(second);
    }

    @Test
    void aRuleThatDecidesOtherwiseIsAnother() {
        RuleSet first = set(TIMERS, line("a"));
        RuleNumbers numbers = new RuleNumbers(first, 10);
        int a = numbers.numberOf(first.rules().get(0));
        numbers.addSession(a);
        for (String option : List.of(" filter address-dependent", " endpoint-dependent", " place software",
                " offload never", " no-inbound-refresh")) {
            RuleSet wanted = set(TIMERS, line("a") + option);
            numbers.change(wanted);
            assertThat(numbers.numberOf(wanted.rules().get(0))).as(option).isNotEqualTo(a);
        }
    }

    @Test
    void aPastRuleTakesWhatItDoesNotStateFromTheConfiguration() {
        TimerConfig any = TIMERS.permittingShort();
        RuleSet first = set(any, line("a") + " timeout udp 5 limit ports 7");
        RuleNumbers numbers = new RuleNumbers(first, 4);
        int a = numbers.numberOf(first.rules().get(0));
        numbers.addSession(a);
        TimerConfig timers = TIMERS.with(Timer.UDP, 200).with(Timer.ICMP, 90);
        assertThat(numbers.change(RuleSet.of(set(timers, line("b")).rules(), timers, SubscriberLimits.of(1, 2, 3))))
                .isTrue();
        Rule past = numbers.rule(a);
        assertThat(past).hasToString(first.rules().get(0).toString());
        assertThat(past.timers().udpSeconds()).as("stated, however short").isEqualTo(5);
        assertThat(past.timers().icmpSeconds()).isEqualTo(90);
        assertThat(past.limits()).isEqualTo(SubscriberLimits.of(7, 2, 3));
    }

    @Test
    void aPastRuleStaysAsLongAsItHasSessions() {
        RuleSet first = set(TIMERS, line("a"));
        RuleNumbers numbers = new RuleNumbers(first, 4);
        int a = numbers.numberOf(first.rules().get(0));
        numbers.addSession(a);
        numbers.change(set(TIMERS, line("b")));
        assertThat(numbers.rule(a)).isSameAs(first.rules().get(0));
        assertThat(numbers.sessions()).isEqualTo(1);
        assertThat(numbers.isInUse(a)).isTrue();

        numbers.removeSession(a);
        numbers.change(set(TIMERS, line("c")));
        assertThat(numbers.rule(a)).as("its number is free again").isNotSameAs(first.rules().get(0));
        assertThat(numbers.isInUse(a)).isFalse();
    }

    @Test
    void theRuleOfStaticBindingsHasANumberOfItsOwnWhichStays() {
        RuleSet first = set(TIMERS, "no nat64 from any to any");
        RuleNumbers numbers = new RuleNumbers(first, 10);
        int number = numbers.numberOf(first.staticBindingRule());
        assertThat(number).isNotEqualTo(numbers.numberOf(first.rules().get(0)));
        RuleSet second = set(TIMERS.with(Timer.UDP, 200), line("a"));
        numbers.change(second);
        assertThat(numbers.numberOf(second.staticBindingRule())).isEqualTo(number);
        assertThat(numbers.rule(number).timers().udpSeconds()).isEqualTo(200);
    }

    @Test
    void twoRulesWithTheSameTextHaveTwoNumbers() {
        RuleSet twice = set(TIMERS, line("a"), line("a"));
        RuleNumbers numbers = new RuleNumbers(twice, 10);
        assertThat(numbers.numberOf(twice.rules().get(0))).isNotEqualTo(numbers.numberOf(twice.rules().get(1)));
    }

    @Test
    void thereIsRoomForSoManyPresentAndPast() {
        RuleSet first = set(TIMERS, line("a"), line("b"));
        RuleNumbers numbers = new RuleNumbers(first, 4);
        numbers.addSession(numbers.numberOf(first.rules().get(0)));
        assertThat(numbers.hasRoomFor(set(TIMERS, line("c"), line("d")))).isTrue();
        numbers.addSession(numbers.numberOf(first.rules().get(1)));
        RuleSet tooMany = set(TIMERS.with(Timer.UDP, 200), line("c"), line("d"));
        assertThat(numbers.hasRoomFor(tooMany)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> numbers.change(tooMany));
        assertThat(numbers.current()).as("refused, nothing has changed").isSameAs(first);
        assertThat(numbers.rule(numbers.numberOf(first.staticBindingRule()))).isSameAs(first.staticBindingRule());
        assertThat(numbers.rule(numbers.numberOf(first.rules().get(0)))).isSameAs(first.rules().get(0));
    }

    @Property(tries = 200)
    void everySessionKeepsTheTextOfItsRule(@ForAll @Size(max = 60) List<@IntRange(max = 100_000) Integer> steps) {
        RuleSet current = set(TIMERS, line("p0"));
        RuleNumbers numbers = new RuleNumbers(current, 40);
        List<Integer> sessions = new ArrayList<>();
        Map<Integer, String> texts = new HashMap<>();
        for (int step : steps) {
            if (step % 4 == 0) {
                RuleSet wanted = set(TIMERS, line("p" + step % 7), line("p" + step % 11), line("p" + step % 13));
                if (numbers.hasRoomFor(wanted)) {
                    numbers.change(wanted);
                    current = wanted;
                }
            } else if (step % 4 < 3 || sessions.isEmpty()) {
                Rule rule = current.rules().get(step % current.rules().size());
                int number = numbers.numberOf(rule);
                numbers.addSession(number);
                sessions.add(number);
                texts.put(number, rule.toString());
            } else {
                numbers.removeSession(sessions.remove(step % sessions.size()));
            }
            assertThat(numbers.sessions()).isEqualTo(sessions.size());
            for (int number : sessions) {
                assertThat(numbers.rule(number)).hasToString(texts.get(number));
            }
            for (Rule rule : current.rules()) {
                assertThat(numbers.rule(numbers.numberOf(rule))).isSameAs(rule);
            }
        }
    }
}
