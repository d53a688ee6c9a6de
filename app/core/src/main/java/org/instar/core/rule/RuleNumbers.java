// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;

/**
 * The rules by which the sessions of a shard go, under small numbers that sessions can hold. A changed configuration
 * brings new rules; sessions made under an old one keep it until the last of them is gone. A rule whose text is the
 * same stays the same rule: when only the timers behind it change, its sessions follow. For one thread.
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
     * @throws IllegalStateException when there is no room, see {@link #hasRoomFor}; then nothing has changed
     */
    public void change(RuleSet wanted) {
        if (!hasRoomFor(wanted)) {
            throw new IllegalStateException("more than " + rules.length + " rules, present and past");
        }
        List<Rule> list = wanted.rules();
        boolean[] kept = new boolean[rules.length];
        int[] changed = new int[list.size()];
        for (int i = 0; i < changed.length; i++) {
            changed[i] = sameText(list.get(i), kept);
        }
        int wantedStatic = staticNumber >= 0 ? keep(staticNumber, wanted.staticBindingRule(), kept) : -1;
        for (int number = 0; number < rules.length; number++) {
            if (!kept[number] && sessions[number] == 0) {
                rules[number] = null;
            }
        }
        for (int i = 0; i < changed.length; i++) {
            changed[i] = changed[i] >= 0 ? changed[i] : place(list.get(i));
        }
        staticNumber = wantedStatic >= 0 ? wantedStatic : place(wanted.staticBindingRule());
        numbers = changed;
        current = wanted;
    }

    private int sameText(Rule rule, boolean[] kept) {
        for (int number = 0; number < rules.length; number++) {
            if (rules[number] != null && number != staticNumber && !kept[number]
                    && rules[number].toString().equals(rule.toString())) {
                return keep(number, rule, kept);
            }
        }
        return -1;
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
