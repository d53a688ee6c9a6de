// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.TestConfig;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.rule.Ingress;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** VLANs, further links and routes of the gateway. */
class VlanConfigTest {

    private static final Map<String, Object> TRUNK6 = Map.of("address", "2001:db8:6::1/64",
            "vlans", List.of("untagged", 10, Map.of("vlan", 20, "prefixes", List.of("2001:db8:20::/64"))),
            "advertise", Map.of("prefixes", List.of("2001:db8:6::/64")));
    private static final Map<String, Object> TRUNK4 = Map.of("address", "192.0.2.1/24", "vlan", 100,
            "links", List.of(Map.of("address", "198.51.100.1/24", "vlan", 200)), "nextHop", "192.0.2.254",
            "routes", List.of(Map.of("to", "203.0.113.0/24", "nextHop", "198.51.100.254")));

    private static Map<String, Object> gateway(Map<String, Object> ipv6, Map<String, Object> ipv4) {
        return Map.of("mac", "02:00:5e:00:64:01", "ipv6", ipv6, "ipv4", ipv4);
    }

    private static Map<String, Object> with(Map<String, Object> tree, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(tree);
        changed.put(field, value);
        return changed;
    }

    @Test
    void withoutAnyOnlyUntaggedFramesAreServed() {
        EdgeConfig gateway = TestConfig.standard().gateway();
        assertThat(gateway.serves6(0)).isTrue();
        assertThat(gateway.serves4(0)).isTrue();
        assertThat(gateway.serves6(10)).isFalse();
        assertThat(gateway.serves4(4094)).isFalse();
    }

    @Test
    void aTrunkHasVlansOnBothSides() {
        Nat64Config config = TestConfig.of(Map.of("gateway", gateway(TRUNK6, TRUNK4)));
        EdgeConfig gateway = config.gateway();
        assertThat(gateway.links6()).hasToString(
                "[untagged [2001:db8:6::/64], 10 [2001:db8:6::/64], 20 [2001:db8:20::/64]]");
        assertThat(gateway.links6()).extracting(link -> link.advertisement().prefixes().get(0).prefix().toString())
                .containsExactly("2001:db8:6::/64", "2001:db8:6::/64", "2001:db8:20::/64");
        assertThat(gateway.links4()).hasToString("[100 192.0.2.1/24, 200 198.51.100.1/24]");
        assertThat(gateway.serves6(0) && gateway.serves6(20) && gateway.serves4(100) && gateway.serves4(200)).isTrue();
        assertThat(gateway.serves6(100) || gateway.serves4(0) || gateway.serves4(10)).isFalse();
        assertThat(gateway.hasRoute4(Ip4.parse("203.0.113.1"))).isTrue();
        assertThat(gateway.hasRoute4(Ip4.parse("198.51.100.1"))).as("own").isFalse();
        assertThat(gateway.hasRoute4(Ip4.parse("198.51.100.255"))).isFalse();
    }

    @Test
    void withoutIngressEachVlanMayHaveItsPrefixes() {
        Nat64Config config = TestConfig.of(Map.of("gateway", gateway(TRUNK6, TRUNK4)));
        assertThat(allows(config, 0, "2001:db8:6::a")).isTrue();
        assertThat(allows(config, 10, "2001:db8:6::a")).isTrue();
        assertThat(allows(config, 20, "2001:db8:6::a")).isFalse();
        assertThat(allows(config, 20, "2001:db8:20::a")).isTrue();
        assertThat(allows(config, 10, "2001:db8:20::a")).isFalse();
    }

    private static boolean allows(Nat64Config config, int vlan, String source) {
        Ip6 address = Ip6.parse(source);
        return config.sources().allows(Ingress.of("", vlan), address.high(), address.low());
    }

    @Test
    void changesNeedARestart() {
        Nat64Config trunk = TestConfig.of(Map.of("gateway", gateway(TRUNK6, TRUNK4)));
        assertThat(ConfigDiff.between(trunk, TestConfig.of(Map.of("gateway", gateway(TRUNK6, TRUNK4)))).notLive())
                .isEmpty();
        assertThat(ConfigDiff.between(trunk, TestConfig.of(Map.of("gateway", gateway(
                with(TRUNK6, "vlans", List.of(10)), Map.of("address", "192.0.2.1/24"))))).notLive())
                .containsExactly("gateway.ipv4.nextHop", "gateway.ipv4.vlan", "gateway.ipv4.links",
                        "gateway.ipv4.routes", "gateway.ipv6.vlans");
    }

    static List<Arguments> bad() {
        return List.of(
                Arguments.of("gateway.ipv6.vlans[1]: neither 'untagged' nor a VLAN from 1 to 4094: '4095'",
                        with(TRUNK6, "vlans", List.of(10, 4095)), TRUNK4),
                Arguments.of("gateway.ipv6.vlans[0]: neither 'untagged' nor a VLAN from 1 to 4094: '0'",
                        with(TRUNK6, "vlans", List.of(0)), TRUNK4),
                Arguments.of("gateway.ipv6.vlans: is empty", with(TRUNK6, "vlans", List.of()), TRUNK4),
                Arguments.of("gateway.ipv6.vlans[1]: 10 is there twice",
                        with(TRUNK6, "vlans", List.of(10, 10)), TRUNK4),
                Arguments.of("gateway.ipv6.vlans[0].prefixes: is missing",
                        with(TRUNK6, "vlans", List.of(Map.of("vlan", 10))), TRUNK4),
                Arguments.of("prefixes[0]: 64:ff9b:1::/96 overlaps the hosts' own link 64:ff9b:1::/64",
                        with(TRUNK6, "vlans", List.of(Map.of("vlan", 10, "prefixes", "64:ff9b:1::/64"))), TRUNK4),
                Arguments.of("gateway.ipv4.vlan: neither 'untagged' nor a VLAN from 1 to 4094: 'x'",
                        TRUNK6, with(TRUNK4, "vlan", "x")),
                Arguments.of("gateway.ipv4.links[0].address: 192.0.2.128/25 overlaps the link 192.0.2.0/24",
                        TRUNK6, with(TRUNK4, "links", List.of(Map.of("address", "192.0.2.129/25")))),
                Arguments.of("gateway.ipv4.routes[0].to: everything is what gateway.ipv4.nextHop is for",
                        TRUNK6, with(TRUNK4, "routes", List.of(Map.of("to", "0.0.0.0/0", "nextHop", "192.0.2.9")))),
                Arguments.of("gateway.ipv4.routes[0].nextHop: not the address of another host in 192.0.2.0/24,"
                        + " 198.51.100.0/24: '203.0.113.1'", TRUNK6,
                        with(TRUNK4, "routes", List.of(Map.of("to", "203.0.113.0/24", "nextHop", "203.0.113.1")))));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void errorsNameTheField(String message, Map<String, Object> ipv6, Map<String, Object> ipv4) {
        Map<String, Object> tree = TestConfig.tree();
        tree.put("gateway", gateway(ipv6, ipv4));
        assertThatThrownBy(() -> ConfigReader.read(tree)).isInstanceOf(ConfigException.class).hasMessage(message);
    }
}
