// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;

/** Rules of every shape, from few ports, VLANs and prefixes, so that packets from the same few match often. */
final class RandomRules {

    static final List<String> PORTS = List.of("p1", "eth0.10", "vlan", "(x)");
    static final List<Integer> VLANS = List.of(0, 1, 10, 4094);
    private static final List<String> POOLS = List.of("main", "a", "pool", "filter", "(eth0)", "(br-lan)", "x_1.2-3");
    private static final int[] EDGES = {0, 1, 80, 443, 1023, 1024, 65534, 65535};

    private RandomRules() {
    }

    static Rule rule(Random random) {
        return rule(random, 0);
    }

    static Rule rule(Random random, int number) {
        RuleBuilder rule = new RuleBuilder();
        rule.translates = random.nextInt(5) > 0;
        if (random.nextInt(3) == 0) {
            rule.port = pick(PORTS, random);
        }
        if (random.nextInt(3) == 0) {
            rule.vlan = pick(VLANS, random);
        }
        rule.protocols = protocols(random);
        rule.source = prefix(random);
        rule.destination = prefix(random);
        if (!rule.protocols.contains(Protocol.ICMP)) {
            rule.sourcePorts = ports(random);
            rule.destinationPorts = ports(random);
        }
        if (rule.translates) {
            action(rule, random);
        }
        return rule.build(number, TimerConfig.defaults(), SubscriberLimits.of(7, 8, 9));
    }

    private static void action(RuleBuilder rule, Random random) {
        for (String pool : POOLS) {
            if (random.nextInt(POOLS.size()) < 2) {
                rule.pools.add(pool);
            }
        }
        if (rule.pools.isEmpty()) {
            rule.pools.add(pick(POOLS, random));
        }
        rule.mapping = Mapping.values()[random.nextInt(2)];
        int filtering = random.nextInt(4);
        boolean impossible = filtering < 2 && rule.mapping == Mapping.ENDPOINT_DEPENDENT;
        rule.filtering = filtering == 3 || impossible ? null : Filtering.values()[filtering];
        rule.inboundRefresh = random.nextBoolean();
        rule.place = Place.values()[random.nextInt(Place.values().length)];
        for (Timer timer : Timer.values()) {
            if (random.nextInt(3) == 0) {
                rule.timeouts.put(timer, timer.leastSeconds() + random.nextInt(65536 - timer.leastSeconds()));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            rule.udpPortTimeouts.put(random.nextInt(1024), 1 + random.nextInt(65535));
        }
        rule.maxPorts = limit(random);
        rule.maxSessions = limit(random);
        rule.newSessionsPerSecond = limit(random);
    }

    private static int limit(Random random) {
        return random.nextBoolean() ? RuleBuilder.UNSTATED : random.nextInt(3) * 1024;
    }

    static Set<Protocol> protocols(Random random) {
        Set<Protocol> protocols = EnumSet.noneOf(Protocol.class);
        for (Protocol protocol : Protocol.values()) {
            if (random.nextBoolean()) {
                protocols.add(protocol);
            }
        }
        return protocols.isEmpty() ? EnumSet.of(Protocol.TCP) : protocols;
    }

    private static PortRanges ports(Random random) {
        if (random.nextInt(3) == 0) {
            return PortRanges.ANY;
        }
        List<PortRanges> sets = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int one = port(random);
            int other = random.nextBoolean() ? one : port(random);
            sets.add(PortRanges.of(Math.min(one, other), Math.max(one, other)));
        }
        return PortRanges.union(sets);
    }

    static int port(Random random) {
        return EDGES[random.nextInt(EDGES.length)];
    }

    /** One of few addresses that differ in bits at both halves' ends. */
    static Ip6 address(Random random) {
        long high = 0x2001_0db8_0000_0000L | random.nextInt(2) | (long) random.nextInt(2) << 33;
        return Ip6.of(high, random.nextInt(2) | (long) random.nextInt(2) << 63);
    }

    private static Prefix6 prefix(Random random) {
        int[] lengths = {0, 1, 30, 31, 32, 63, 64, 65, 127, 128};
        int length = lengths[random.nextInt(lengths.length)];
        Ip6 address = address(random);
        long highMask = length == 0 ? 0 : length >= 64 ? -1L : -1L << 64 - length;
        long lowMask = length <= 64 ? 0 : -1L << 128 - length;
        return Prefix6.of(Ip6.of(address.high() & highMask, address.low() & lowMask), length);
    }

    static <T> T pick(List<T> values, Random random) {
        return values.get(random.nextInt(values.size()));
    }
}
