// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.instar.core.Protocol;
import org.instar.core.rule.Rule;
import org.instar.core.rule.RuleSet;
import org.instar.core.rule.SubscriberLimits;
import org.instar.core.rule.TimerConfig;
import org.instar.engine.address.Prefix64;

/** Reads {@code rules}: a list of lines, checked against prefixes and pools. */
final class RuleReader {

    private static final String FIELD = "rules";

    private RuleReader() {
    }

    static RuleSet read(ConfigNode root, TimerConfig timers, SubscriberLimits limits, List<PoolConfig> pools,
            List<Prefix64> prefixes) throws ConfigException {
        if (!root.has(FIELD)) {
            Map<String, Set<Protocol>> protocols = new LinkedHashMap<>();
            pools.forEach(pool -> protocols.put(pool.name(), pool.protocols()));
            return RuleSet.defaultFor(protocols, timers, limits);
        }
        List<Rule> rules = lines(root, timers, limits);
        for (Rule rule : rules) {
            check(root, rule, pools, prefixes);
        }
        return RuleSet.of(rules, timers, limits);
    }

    /** The pools that rules name as "(eth0)" where no pool has that name, each once: the interface's address. */
    static List<PoolConfig> interfacePools(ConfigNode root, List<PoolConfig> pools) throws ConfigException {
        List<PoolConfig> made = new ArrayList<>();
        if (!root.has(FIELD)) {
            return made;
        }
        for (Rule rule : lines(root, TimerConfig.defaults().permittingShort(), SubscriberLimits.NONE)) {
            for (String name : rule.pools()) {
                if (name.startsWith("(") && named(name, pools) == null && named(name, made) == null) {
                    made.add(PoolConfig.ofInterface(name.substring(1, name.length() - 1)));
                }
            }
        }
        return made;
    }

    private static List<Rule> lines(ConfigNode root, TimerConfig timers, SubscriberLimits limits)
            throws ConfigException {
        List<Rule> rules = new ArrayList<>();
        root.list(FIELD, line -> rules.add(Rule.parse(rules.size(), line, timers, limits)));
        return rules;
    }

    private static void check(ConfigNode root, Rule rule, List<PoolConfig> pools, List<Prefix64> prefixes)
            throws ConfigException {
        String field = FIELD + "[" + rule.number() + "]";
        if (prefixes.stream().noneMatch(prefix -> prefix.prefix().overlaps(rule.destination()))) {
            throw root.error(field, "matches nothing: " + rule.destination() + " is in none of prefixes");
        }
        for (String name : rule.pools()) {
            if (named(name, pools) == null) {
                throw root.error(field, "there is no pool '" + name + "'");
            }
        }
        for (Protocol protocol : rule.protocols()) {
            Predicate<String> has = name -> named(name, pools).protocols().contains(protocol);
            if (rule.translates() && rule.pools().stream().noneMatch(has)) {
                throw root.error(field, "none of its pools has " + protocol.text()
                        + ": say 'proto' with those that they have");
            }
        }
    }

    private static PoolConfig named(String name, List<PoolConfig> pools) {
        return pools.stream().filter(pool -> pool.name().equals(name)).findFirst().orElse(null);
    }
}
