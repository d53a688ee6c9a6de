// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.instar.core.TestConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigDiffTest {

    private static final String ONE = "rdr64 to 192.0.2.70 -> 2001:db8:6::80";
    private static final String TWO = "rdr64 to 192.0.2.71 -> 2001:db8:6::81";
    private static final Map<String, Object> BASE = Map.of(
            "pools", List.of(pool("main", "192.0.2.64/28"), pool("b", "192.0.2.96/28")),
            "rules", List.of("nat64 from any to any -> pool main timeout udp 200"),
            "staticBindings", List.of(ONE, TWO),
            "gateway", gateway("ipv6", Map.of("address", "2001:db8:6::1/64", "advertise", advertise(Map.of()))),
            "dns64", Map.of("listen", "[::1]:53", "upstreams", "192.0.2.53:53"));

    private static Map<String, Object> pool(String name, String prefix) {
        return Map.of("name", name, "prefixes", prefix);
    }

    private static Map<String, Object> gateway(String field, Object value) {
        Map<String, Object> gateway = new HashMap<>(Map.of(
                "mac", "02:00:5e:00:64:01",
                "ipv6", Map.of("address", "2001:db8:6::1/64", "advertise", advertise(Map.of())),
                "ipv4", Map.of("address", "192.0.2.1/24", "nextHop", "192.0.2.254")));
        gateway.put(field, value);
        return gateway;
    }

    private static Map<String, Object> advertise(Map<String, Object> changes) {
        Map<String, Object> advertise = new HashMap<>(Map.of("prefixes", "2001:db8:6::/64", "rdnss", "2001:db8:6::53"));
        advertise.putAll(changes);
        return advertise;
    }

    private static ConfigDiff to(Map<String, ?> changes) {
        Map<String, Object> wanted = new HashMap<>(BASE);
        wanted.putAll(changes);
        return ConfigDiff.between(TestConfig.of(BASE), TestConfig.of(wanted));
    }

    @Test
    void nothingDiffersWhenReadAgain() {
        assertThat(to(Map.of()).isEmpty()).isTrue();
        assertThat(to(Map.of())).hasToString("nothing");
    }

    static Stream<Arguments> liveChanges() {
        Object main = pool("main", "192.0.2.64/28");
        Object b = pool("b", "192.0.2.96/28");
        String rule = "nat64 from any to any -> pool main timeout udp 200";
        return Stream.of(
                Arguments.of("pools", List.of(main, b, pool("c", "192.0.2.128/28")), "pools added [c]"),
                Arguments.of("pools", List.of(main), "pools removed [b]"),
                Arguments.of("pools", List.of(b, main), "nothing"),
                Arguments.of("pools", List.of(main, pool("b", "192.0.2.96/29")), "pools changed [b]"),
                Arguments.of("pools", List.of(main, Map.of("name", "b", "prefixes", "192.0.2.96/28", "ports", "5-99")),
                        "pools changed [b]"),
                Arguments.of("pools", List.of(main,
                        Map.of("name", "b", "prefixes", "192.0.2.96/28", "protocols", "tcp")), "pools changed [b]"),
                Arguments.of("rules", List.of("no nat64 from 2001:db8:6::9 to any", rule), "rules changed"),
                Arguments.of("rules", List.of(rule + " limit rate 5"), "rules changed"),
                Arguments.of("rules", List.of("nat64 -> pool main timeout udp 200"), "nothing"),
                Arguments.of("staticBindings", List.of(TWO, ONE), "nothing"),
                Arguments.of("staticBindings", List.of(ONE), "static bindings removed [" + full(TWO) + "]"),
                Arguments.of("staticBindings", List.of(ONE, TWO + "0"), "static bindings added [" + full(TWO) + "0];"
                        + " static bindings removed [" + full(TWO) + "]"),
                Arguments.of("timers", Map.of("icmpSeconds", 61), "rules changed; timers changed"),
                Arguments.of("limits", Map.of("maxSessions", 9), "limits changed"),
                Arguments.of("limits", Map.of("subscriber", Map.of("maxPorts", 9)), "rules changed; limits changed"),
                Arguments.of("offload", Map.of("when", "after 9"), "offload changed"),
                Arguments.of("ingress", List.of(Map.of("sources", "2001:db8::/32")), "ingress changed"));
    }

    private static String full(String line) {
        return line.replace("rdr64 to", "rdr64 from any to");
    }

    @ParameterizedTest
    @MethodSource("liveChanges")
    void saysWhatCanChangeLive(String field, Object value, String change) {
        ConfigDiff diff = to(Map.of(field, value));

        assertThat(diff).hasToString(change);
        assertThat(diff.notLive()).isEmpty();
        assertThat(diff.isEmpty()).isEqualTo(change.equals("nothing"));
    }

    static Stream<Arguments> changesForARestart() {
        return Stream.of(
                Arguments.of("shards", 2, List.of("shards")),
                Arguments.of("prefixes", List.of("64:ff9b:1::/96", "64:ff9b:2::/96"), List.of("prefixes")),
                Arguments.of("prefixes", List.of("64:ff9b:2::/96"), List.of("prefixes")),
                Arguments.of("limits", Map.of("subscriberPrefixLength", 56), List.of("limits.subscriberPrefixLength")),
                Arguments.of("gateway", gateway("mac", "02:00:5e:00:64:02"), List.of("gateway.mac")),
                Arguments.of("gateway", gateway("ipv4", Map.of("address", "192.0.2.2/24", "nextHop", "192.0.2.254")),
                        List.of("gateway.ipv4.address")),
                Arguments.of("gateway", gateway("ipv4", Map.of("address", "192.0.2.1/24")),
                        List.of("gateway.ipv4.nextHop")),
                Arguments.of("gateway", gateway("ipv6", Map.of("address", "2001:db8:6::2/64", "advertise",
                        advertise(Map.of()))), List.of("gateway.ipv6.address")),
                Arguments.of("gateway", gateway("ipv6", Map.of("address", "2001:db8:6::1/64")),
                        List.of("limits.subscriberPrefixLength", "gateway.ipv6.advertise")),
                Arguments.of("gateway", advertising("mtu", 1400), List.of("gateway.ipv6.advertise.mtu")),
                Arguments.of("gateway", advertising("intervalSeconds", 9),
                        List.of("gateway.ipv6.advertise.intervalSeconds")),
                Arguments.of("gateway", advertising("pref64", false), List.of("gateway.ipv6.advertise.pref64")),
                Arguments.of("gateway", advertising("rdnss", "2001:db8:6::54"),
                        List.of("gateway.ipv6.advertise.rdnss")),
                Arguments.of("gateway", advertising("prefixes", List.of("2001:db8:6::/64", "2001:db8:7::/64")),
                        List.of("gateway.ipv6.advertise.prefixes")),
                Arguments.of("translation", Map.of("mtu6", 1400, "trafficClass6", 1),
                        List.of("translation.mtu6", "translation.trafficClass6")),
                Arguments.of("translation", Map.of("mtu4", 1400, "lowestMtu6", 1300, "typeOfService4", 1),
                        List.of("translation.mtu4", "translation.lowestMtu6", "translation.typeOfService4")),
                Arguments.of("translation", Map.of("alwaysDontFragment", true, "mssClamp", false,
                        "nonGlobalInWellKnownPrefix", true, "udpZeroChecksum", "drop"),
                        List.of("translation.alwaysDontFragment", "translation.mssClamp",
                                "translation.nonGlobalInWellKnownPrefix", "translation.udpZeroChecksum")),
                Arguments.of("dns64", null, List.of("dns64")));
    }

    private static Map<String, Object> advertising(String field, Object value) {
        return gateway("ipv6", Map.of("address", "2001:db8:6::1/64", "advertise", advertise(Map.of(field, value))));
    }

    @ParameterizedTest
    @MethodSource("changesForARestart")
    void namesTheFieldsThatCannotChangeLive(String field, Object value, List<String> paths) {
        Map<String, Object> change = new HashMap<>();
        change.put(field, value);

        assertThat(to(change).notLive()).isEqualTo(paths);
        assertThat(to(change).isEmpty()).isFalse();
    }

    @Test
    void theOptionsOfTheDns64ChangeLive() {
        ConfigDiff diff = to(Map.of("dns64", Map.of("listen", "[::1]:53", "upstreams", "192.0.2.54:53")));

        assertThat(diff.dns64Changed()).isTrue();
        assertThat(diff.notLive()).isEmpty();
        assertThat(diff).hasToString("dns64 changed");
    }
}
