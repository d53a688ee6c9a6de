// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.instar.core.TestConfig;
import org.instar.core.rule.Ingress;
import org.instar.core.rule.SourceCheck;
import org.instar.core.rule.SubscriberLimits;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules, static bindings, ingress, limits, timers and shards of a configuration. */
class PolicyConfigTest {

    private static final Map<String, Object> WEB = Map.of("name", "web", "prefixes", "192.0.2.96/28",
            "protocols", "tcp");
    private static final Map<String, Object> MAIN = Map.of("name", "main", "prefixes", "192.0.2.64/28");

    private static Map<String, Object> advertising() {
        return Map.of("mac", "02:00:5e:00:64:01",
                "ipv6", Map.of("address", "2001:db8:6::1/64",
                        "advertise", Map.of("prefixes", List.of("2001:db8:6::/64", "2001:db8:7::/64"))),
                "ipv4", Map.of("address", "192.0.2.1/24", "nextHop", "192.0.2.254"));
    }

    private static boolean allows(SourceCheck sources, Ingress ingress, String address) {
        return sources.allows(ingress, Ip6.parse(address).high(), Ip6.parse(address).low());
    }

    @Test
    void withoutAnyOfThemThereAreDefaults() {
        Nat64Config config = TestConfig.standard();

        assertThat(config.rules()).hasToString("nat64 from any to any -> pool main\n");
        assertThat(config.rules().rules().get(0).timers()).isEqualTo(config.timers());
        assertThat(config.staticBindings()).isEmpty();
        assertThat(config.shards()).isEqualTo(1);
        assertThat(config.limits().maxSessions()).isEqualTo(200_000);
        assertThat(config.limits().maxStoredSyns()).isEqualTo(256);
        assertThat(config.limits().subscriberPrefixLength()).isEqualTo(64);
        assertThat(config.limits().subscriber()).isEqualTo(SubscriberLimits.NONE);
        assertThat(config.timers().tcpIncomingSynSeconds()).isEqualTo(6);
        assertThat(config.timers().udpPorts()).isEmpty();
        assertThat(allows(config.sources(), Ingress.of("any", 7), "2001:db8:6::a")).isTrue();
        assertThat(allows(config.sources(), Ingress.UNKNOWN, "2001:db8:7::a")).isFalse();
        assertThat(allows(config.sources(), Ingress.UNKNOWN, "fe80::a")).isFalse();
    }

    @Test
    void aGatewayThatAdvertisesKnowsItsHosts() {
        Nat64Config config = TestConfig.of(Map.of("gateway", advertising()));

        assertThat(config.limits().subscriberPrefixLength()).isEqualTo(128);
        assertThat(allows(config.sources(), Ingress.UNKNOWN, "2001:db8:7::a")).isTrue();
        assertThat(allows(config.sources(), Ingress.UNKNOWN, "2001:db8:8::a")).isFalse();
        assertThat(TestConfig.of(Map.of("gateway", advertising(), "limits", Map.of("maxSessions", 5))).limits()
                .subscriberPrefixLength()).isEqualTo(128);
    }

    @Test
    void withoutRulesAProtocolGoesToAllPoolsThatHaveIt() throws ConfigException {
        assertThat(TestConfig.withPools(WEB, MAIN).rules()).hasToString(
                "nat64 proto tcp from any to any -> pool web, main\n"
                + "nat64 proto { udp, icmp } from any to any -> pool main\n");
    }

    @Test
    void readsThemAll() {
        Nat64Config config = TestConfig.of(Map.of(
                "pools", List.of(MAIN, WEB),
                "shards", 8,
                "rules", List.of("no nat64 from any to 64:ff9b:1::a00:0/104",
                        "nat64 proto tcp from any to any port 80 -> pool web limit rate 10",
                        "nat64 from any to any -> pool main timeout udp 130"),
                "timers", Map.of("udpSeconds", 200, "udpPorts", Map.of(53, 10, "123", 20), "tcpIncomingSynSeconds", 7),
                "limits", Map.of("maxStoredSyns", 0, "subscriberPrefixLength", 56, "subscriber",
                        Map.of("maxPorts", 1024, "maxSessions", 2000, "newSessionsPerSecond", 100)),
                "ingress", List.of(Map.of("port", "p1", "vlan", 10, "sources", List.of("2001:db8:a::/48")),
                        Map.of("sources", "2001:db8:6::/64"))));

        assertThat(config.shards()).isEqualTo(8);
        assertThat(config.rules().rules()).extracting(rule -> rule.number() + " " + rule.timers().udpSeconds() + " "
                + rule.limits()).containsExactly(
                "0 200 ports 1024 sessions 2000 rate 100", "1 200 ports 1024 sessions 2000 rate 10",
                "2 130 ports 1024 sessions 2000 rate 100");
        assertThat(config.timers().udpSeconds(53)).isEqualTo(10);
        assertThat(config.timers().udpSeconds(123)).isEqualTo(20);
        assertThat(config.timers().tcpIncomingSynSeconds()).isEqualTo(7);
        assertThat(config.limits().maxStoredSyns()).isZero();
        assertThat(config.limits().subscriberPrefixLength()).isEqualTo(56);
        assertThat(config.sources().entries()).hasToString(
                "[port p1 vlan 10 sources [2001:db8:a::/48], sources [2001:db8:6::/64]]");
    }

    @Test
    void staticBindingsAreLinesOrObjects() {
        Nat64Config config = TestConfig.of(Map.of("staticBindings", List.of(
                "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80",
                Map.of("name", "sip", "protocols", List.of("udp", "tcp"), "client", "2001:db8:6::81",
                        "clientPorts", "5060-5061", "poolAddress", "192.0.2.70", "poolPorts", "6060-6061"),
                Map.of("client", "2001:db8:6::82", "clientPorts", "all", "poolAddress", "192.0.2.9"))));

        assertThat(config.staticBindings()).extracting(Object::toString).containsExactly(
                "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80",
                "rdr64 proto { tcp, udp } from any to 192.0.2.70 port 6060-6061 -> 2001:db8:6::81 port 5060-5061"
                        + " name sip",
                "rdr64 from any to 192.0.2.9 -> 2001:db8:6::82");
        assertThat(config.poolPrefixes()).as("with those outside the pools")
                .hasToString("[192.0.2.64/28, 192.0.2.9/32]");
        assertThat(config.gateway().pools()).as("what ARP answers for").isEqualTo(config.poolPrefixes());
    }

    static Stream<Arguments> badFields() {
        return Stream.concat(badRules(), Stream.concat(badStaticBindings(), Stream.of(
                bad("shards", "not a whole number from 1 to 64: '65'", "shards", 65),
                bad("shards", "not a whole number from 1 to 64: '0'", "shards", 0),
                bad("timers.tcpIncomingSynSeconds", "5 is below the least value 6", "timers",
                        Map.of("tcpIncomingSynSeconds", 5)),
                bad("timers.udpPorts", "is not an object with fields", "timers", Map.of("udpPorts", 53)),
                bad("timers.udpPorts.53", "not a whole number from 1 to 65535: '0'", "timers",
                        Map.of("udpPorts", Map.of(53, 0))),
                bad("timers.udpPorts.5353", "10 is below the least value 120 (of ports above 1023", "timers",
                        Map.of("udpPorts", Map.of(5353, 10))),
                bad("timers.udpPorts.dns", "not a port from 0 to 65535: 'dns'", "timers",
                        Map.of("udpPorts", Map.of("dns", 10))),
                bad("timers.udpPorts.65536", "not a port from 0 to 65535", "timers",
                        Map.of("udpPorts", Map.of(65536, 300))),
                bad("limits.maxStoredSyns", "not a whole number from 0", "limits", Map.of("maxStoredSyns", -1)),
                bad("limits.subscriberPrefixLength", "not a whole number from 32 to 128: '129'", "limits",
                        Map.of("subscriberPrefixLength", 129)),
                bad("limits.subscriber", "is not an object with fields", "limits", Map.of("subscriber", 5)),
                bad("limits.subscriber.maxPorts", "not a whole number from 0", "limits",
                        Map.of("subscriber", Map.of("maxPorts", "many"))),
                bad("limits.subscriber.ports", "is unknown", "limits", Map.of("subscriber", Map.of("ports", 5))),
                bad("ingress", "is empty", "ingress", List.of()),
                bad("ingress[0].sources", "is missing", "ingress", List.of(Map.of("port", "p1"))),
                bad("ingress[0].sources[1]", "not an IPv6 address: 'x'", "ingress",
                        List.of(Map.of("sources", List.of("2001:db8::/32", "x")))),
                bad("ingress[0].sources[0]", "no addresses that packets are forwarded from: 'fe80::/64'", "ingress",
                        List.of(Map.of("sources", "fe80::/64"))),
                bad("ingress[0].vlan", "not a whole number from 0 to 4094: '4095'", "ingress",
                        List.of(Map.of("vlan", 4095, "sources", "2001:db8::/32"))),
                bad("ingress[0].port", "not a port's name without blanks, braces and commas: 'a b'", "ingress",
                        List.of(Map.of("port", "a b", "sources", "2001:db8::/32"))),
                bad("ingress[0].vlans", "is unknown", "ingress",
                        List.of(Map.of("vlans", 1, "sources", "2001:db8::/32"))),
                bad("ingress[1].sources", "ingress[0] is for the same port and VLAN: join them", "ingress",
                        List.of(Map.of("sources", "2001:db8::/32"), Map.of("sources", "2001:db9::/32"))))));
    }

    private static Stream<Arguments> badRules() {
        String good = "nat64 from any to any -> pool main";
        return Stream.of(
                bad("rules", "is empty", "rules", List.of()),
                bad("rules[0]", "is not a single value", "rules", List.of(Map.of("from", "any"))),
                bad("rules[1]", "'form' (word 2): expected '->'", "rules", List.of(good, "nat64 form any")),
                bad("rules[1]", "there is no pool 'other'", "rules", List.of(good, "nat64 -> pool main, other")),
                bad("rules[0]", "none of its pools has udp: say 'proto' with those that they have", "rules",
                        List.of("nat64 -> pool web")),
                bad("rules[0]", "matches nothing: 64:ff9b::/96 is in none of prefixes", "rules",
                        List.of("nat64 from any to 64:ff9b::/96 -> pool main")),
                bad("rules[1]", "'5' (word 7): expected seconds: 5 is below the least value 120", "rules",
                        List.of(good, "nat64 -> pool main timeout udp 5")));
    }

    private static Stream<Arguments> badStaticBindings() {
        String good = "rdr64 proto tcp to 192.0.2.70 port 80-89 -> 2001:db8:6::80";
        Map<String, Object> object = Map.of("client", "2001:db8:6::81", "poolAddress", "192.0.2.71");
        return Stream.of(
                bad("staticBindings[0]", "'nat64' (word 1): expected 'rdr64'", List.of("nat64")),
                bad("staticBindings[0].client", "is missing", List.of(without(object, "client"))),
                bad("staticBindings[0].poolAddress", "is missing", List.of(without(object, "poolAddress"))),
                bad("staticBindings[0].client", "not an IPv6 address: 'x'", List.of(with(object, "client", "x"))),
                bad("staticBindings[0].protocols[0]", "not one of tcp, udp, icmp: 'x'",
                        List.of(with(object, "protocols", "x"))),
                bad("staticBindings[0].poolPorts", "not a range of ports like 1024-65535: 'x'",
                        List.of(with(object, "poolPorts", "x"))),
                bad("staticBindings[0].protocols", "a static binding with ports is for tcp, udp or both",
                        List.of(with(object, "poolPorts", "80"))),
                bad("staticBindings[0].clientPorts", "client ports 1-2 and pool ports 0-65535 aren't two ranges of the"
                        + " same size", List.of(with(object, "clientPorts", "1-2"))),
                bad("staticBindings[0].name", "not a name of letters", List.of(with(object, "name", "a b"))),
                bad("staticBindings[0].ports", "is unknown", List.of(with(object, "ports", "80"))),
                bad("staticBindings[1]", "binds an IPv4 transport address that another binds already: " + "rdr64 proto",
                        List.of(good, "rdr64 proto tcp to 192.0.2.70 port 89 -> 2001:db8:6::81")),
                bad("staticBindings[1]", "binds an IPv6 transport address that another binds already: rdr64 proto tcp",
                        List.of(good, "rdr64 to 192.0.2.71 -> 2001:db8:6::80")),
                bad("staticBindings[2]", "'a' is the name of another static binding",
                        List.of(good, with(object, "name", "a"), "rdr64 to 192.0.2.72 -> 2001:db8:6::82 name a")),
                bad("staticBindings[1]", "'198.51.100.1' is neither in a pool nor on the gateway's link 192.0.2.0/24",
                        List.of(good, with(object, "poolAddress", "198.51.100.1"))),
                bad("staticBindings[0]", "'192.0.2.1' is the gateway's own address",
                        List.of(with(object, "poolAddress", "192.0.2.1"))),
                bad("staticBindings[0]", "'192.0.2.254' is the address of gateway.ipv4.nextHop",
                        List.of(with(object, "poolAddress", "192.0.2.254"))),
                bad("staticBindings[0]", "'192.0.2.255' is the first or last address of the link 192.0.2.0/24",
                        List.of(with(object, "poolAddress", "192.0.2.255"))),
                bad("staticBindings[0]", "not the address of a client: '2001:db8:6::1'",
                        List.of(with(object, "client", "2001:db8:6::1"))),
                bad("staticBindings[0]", "not the address of a client: 'ff02::1'",
                        List.of(with(object, "client", "ff02::1"))),
                bad("staticBindings[0]", "'64:ff9b:1::1' is in the translation prefix 64:ff9b:1::/96",
                        List.of(with(object, "client", "64:ff9b:1::1"))));
    }

    private static Map<String, Object> with(Map<String, Object> object, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(object);
        changed.put(field, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> object, String field) {
        Map<String, Object> changed = new HashMap<>(object);
        changed.remove(field);
        return changed;
    }

    private static Arguments bad(String path, String reason, Object staticBindings) {
        return bad(path, reason, "staticBindings", staticBindings);
    }

    private static Arguments bad(String path, String reason, String field, Object value) {
        Map<String, Object> tree = TestConfig.tree();
        tree.put("pools", List.of(MAIN, WEB));
        tree.put("gateway", advertising());
        tree.put(field, value);
        return Arguments.of(path, reason, tree);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("badFields")
    void namesTheBadField(String path, String reason, Map<String, Object> tree) {
        assertThatThrownBy(() -> ConfigReader.read(tree))
                .isInstanceOfSatisfying(ConfigException.class, e -> assertThat(e.getPath()).isEqualTo(path))
                .hasMessageStartingWith(path + ": " + reason);
    }
}
