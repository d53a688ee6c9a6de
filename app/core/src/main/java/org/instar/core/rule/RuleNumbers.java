// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;
import java.util.function.Function;

/**
 * The rules by which the sessions of a shard go, under small numbers that sessions can hold. A changed configuration
 * brings new rules; sessions made under an old one keep it until the last of them is gone. A rule that decides the
 * same stays the same rule: when only its timers and limits change, in its line or in the configuration behind it, its
 * sessions follow. A past rule keeps what its line states and takes the rest from the configuration, as present ones
 * do. For one thread.
 */
public final class RuleNumbers {

    private final Rule[] rules;
    private final int[] sessions;
    private RuleSet current;
    private int[] numbers = new int[0];
    private int staticNumber = -1;

    /**
     * @param most how many rules there may be, present and past
     */
    public RuleNumbers(RuleSet first, int most) {
        rules = new Rule[most];
        sessions = new int[most];
        change(first);
    }

    /** Whether {@link #change} has room for these rules beside the past ones that sessions still go by. */
    public boolean hasRoomFor(RuleSet wanted) {
        int past = 0;
        for (int number = 0; number < rules.length; number++) {
            past += sessions[number] > 0 ? 1 : 0;
        }
        return past + wanted.rules().size() + 1 <= rules.length;
    }

    /**
     * From now on new sessions go by these rules.
     *
     * @return whether sessions may be there that have other timers now
     * @throws IllegalStateException when there is no room, see {@link #hasRoomFor}; then nothing has changed
     */
    public boolean change(RuleSet wanted) {
        if (!hasRoomFor(wanted)) {
            throw new IllegalStateException("more than " + rules.length + " rules, present and past");
        }
        List<Rule> list = wanted.rules();
        Rule[] before = rules.clone();
        boolean[] kept = new boolean[rules.length];
        int[] changed = same(list, kept);
        int wantedStatic = staticNumber >= 0 ? keep(staticNumber, wanted.staticBindingRule(), kept) : -1;
        for (int number = 0; number < rules.length; number++) {
            if (!kept[number]) {
                rules[number] = sessions[number] == 0 ? null : past(rules[number], wanted);
            }
        }
        for (int i = 0; i < changed.length; i++) {
            changed[i] = changed[i] >= 0 ? changed[i] : place(list.get(i));
        }
        staticNumber = wantedStatic >= 0 ? wantedStatic : place(wanted.staticBindingRule());
        numbers = changed;
        current = wanted;
        return haveOtherTimers(before);
    }

    /** The numbers that rules have already, -1 for others. Equal lines go before lines that only decide the same. */
    private int[] same(List<Rule> list, boolean[] kept) {
        int[] same = new int[list.size()];
        for (int i = 0; i < same.length; i++) {
            same[i] = same(list.get(i), Rule::toString, kept);
        }
        for (int i = 0; i < same.length; i++) {
            same[i] = same[i] >= 0 ? same[i] : same(list.get(i), Rule::decision, kept);
        }
        return same;
    }

    private int same(Rule rule, Function<Rule, String> text, boolean[] kept) {
        String wanted = text.apply(rule);
        for (int number = 0; number < rules.length; number++) {
            if (rules[number] != null && number != staticNumber && !kept[number]
                    && text.apply(rules[number]).equals(wanted)) {
                return keep(number, rule, kept);
            }
        }
        return -1;
    }

    private Rule past(Rule rule, RuleSet wanted) {
        Rule defaults = wanted.staticBindingRule();
        Rule defaultsBefore = current.staticBindingRule();
        return defaults.timers().equals(defaultsBefore.timers()) && defaults.limits().equals(defaultsBefore.limits())
                ? rule : rule.over(defaults.timers(), defaults.limits());
    }

    private boolean haveOtherTimers(Rule[] before) {
        for (int number = 0; number < rules.length; number++) {
            if (sessions[number] > 0 && !rules[number].timers().equals(before[number].timers())) {
                return true;
            }
        }
        return false;
    }

    private int keep(int number, Rule rule, boolean[] kept) {
        rules[number] = rule;
        kept[number] = true;
        return number;
    }

    private int place(Rule rule) {
        for (int number = 0; number < rules.length; number++) {
            if (rules[number] == null) {
                rules[number] = rule;
                return number;
            }
        }
        throw new AssertionError("no free number");
    }

    /** The rules for new sessions. */
    public RuleSet current() {
        return current;
    }

    /** The number of a rule of {@link #current()}. */
    public int numberOf(Rule rule) {
        return rule.number() == RuleSet.STATIC_BINDINGS ? staticNumber : numbers[rule.number()];
    }

    /** The rule of a number that a session holds. */
    public Rule rule(int number) {
        return rules[number];
    }

    /** The number of the rule with this line, present or past; -1 when there is none. */
    public int numberOf(String line) {
        for (int number = 0; number < rules.length; number++) {
            if (rules[number] != null && number != staticNumber && rules[number].toString().equals(line)) {
                return number;
            }
        }
        return -1;
    }

    /**
     * Takes up a rule of before a restart as a past one: sessions may go by it, new ones don't. It is forgotten as any
     * other.
     *
     * @return its number; -1 when there is no room for more
     */
    public int addPast(Rule rule) {
        for (int number = 0; number < rules.length; number++) {
            if (rules[number] == null) {
                rules[number] = rule;
                return number;
            }
        }
        return -1;
    }

    /** A session goes by this number from now on. */
    public void addSession(int number) {
        sessions[number]++;
    }

    /** A session of this number is gone. */
    public void removeSession(int number) {
        sessions[number]--;
    }

    /** Whether a session may hold this number: there is a rule, and it counts sessions. */
    public boolean isInUse(int number) {
        return rules[number] != null && sessions[number] > 0;
    }

    /** Sessions that go by any rule. */
    public long sessions() {
        long sum = 0;
        for (int count : sessions) {
            sum += count;
        }
        return sum;
    }
}
