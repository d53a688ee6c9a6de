// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.EnumSet;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix6;

/** Reads a rule's line; docs/rules.md has the grammar. */
final class RuleParser {

    private static final String POOL = "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}";
    private static final String INTERFACE = "\\([A-Za-z0-9_][A-Za-z0-9_.@-]{0,14}\\)";

    private final Words words;
    private final TimerConfig base;
    private final RuleBuilder rule = new RuleBuilder();

    /**
     * @param base says whether timers below the RFCs' least are permitted
     */
    RuleParser(String line, TimerConfig base) {
        this.words = new Words(line, "rule");
        this.base = base;
    }

    RuleBuilder parse() {
        rule.translates = !words.accept("no");
        words.expect("nat64");
        if (words.accept("on")) {
            ingress();
        }
        if (words.accept("proto")) {
            rule.protocols = protocols(words);
        }
        if (words.accept("from")) {
            rule.source = prefix("a source prefix or 'any'");
            rule.sourcePorts = ports(words);
        }
        if (words.accept("to")) {
            rule.destination = prefix("a destination prefix or 'any'");
            rule.destinationPorts = ports(words);
        }
        if (rule.translates) {
            words.expect("->");
            pools();
            new RuleOptions(words, rule, base).parse();
        } else if (!words.atEnd()) {
            throw words.expected("the end of a rule that doesn't translate");
        }
        return rule;
    }

    private void ingress() {
        boolean port = words.accept("port");
        if (port) {
            rule.port = words.take("a port's name", name -> name);
        }
        if (words.accept("vlan")) {
            rule.vlan = words.takeNumber("a VLAN, 0 for untagged packets", Ingress.MAX_VLAN);
        } else if (!port) {
            throw words.expected("'port' or 'vlan'");
        }
    }

    static Set<Protocol> protocols(Words words) {
        return EnumSet.copyOf(words.takeList("tcp, udp or icmp", Protocol::parse));
    }

    static PortRanges ports(Words words) {
        return words.accept("port") ? PortRanges.union(words.takeList("a port or a range of ports", PortRanges::parse))
                : PortRanges.ANY;
    }

    private Prefix6 prefix(String what) {
        return words.take(what, text -> text.equals("any") ? Selector.ANYWHERE : Prefix6.parse(text));
    }

    private void pools() {
        boolean named = words.accept("pool");
        if (!named && !words.peek().startsWith("(")) {
            throw words.expected("'pool' or an interface like (eth0)");
        }
        do {
            rule.pools.add(words.take(named ? "a pool's name" : "an interface like (eth0)",
                    text -> newPool(text, named)));
        } while (words.accept(","));
    }

    private String newPool(String text, boolean named) {
        if (!text.matches(INTERFACE) && !(named && text.matches(POOL))) {
            throw new IllegalArgumentException(named
                    ? "neither a name of letters, digits, '_', '.', '-' nor an interface in parentheses"
                    : "names of pools follow the word 'pool'");
        }
        if (rule.pools.contains(text)) {
            throw new IllegalArgumentException("is there twice");
        }
        return text;
    }
}
