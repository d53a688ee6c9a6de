// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigReaderTest {

    @Test
    void readsAMinimalConfigurationWithTheDefaultsOfTheRfcs() throws ConfigException {
        Nat64Config config = ConfigReader.read(TestConfig.tree());

        assertThat(config.prefixes()).hasToString("[64:ff9b:1::/96]");
        assertThat(config.pools().get(0).ports()).hasToString("1024-65535");
        assertThat(config.pools().get(0).protocols()).containsExactly(Protocol.values());
        assertThat(config.timers().udpSeconds()).isEqualTo(300);
        assertThat(config.timers().icmpSeconds()).isEqualTo(60);
        assertThat(config.timers().tcpEstablishedSeconds()).isEqualTo(7440);
        assertThat(config.timers().tcpOpeningSeconds()).isEqualTo(240);
        assertThat(config.timers().tcpClosingSeconds()).isEqualTo(240);
        assertThat(config.gateway().address4()).isEqualTo(Ip4.parse("192.0.2.1"));
        assertThat(config.gateway().linkLocal()).hasToString("fe80::5eff:fe00:6401");
        assertThat(config.gateway().advertisement()).isNull();
        assertThat(config.dns64()).isEmpty();
    }

    @Test
    void readsAWholeOne() throws ConfigException {
        Map<String, Object> tree = TestConfig.tree();
        tree.put("timers", Map.of("udpSeconds", 5, "allowBelowRfcMinimum", true));
        tree.put("dns64", Map.of("listen", "[2001:db8:6::53]:53", "upstreams", List.of("192.0.2.53:53")));
        tree.put("gateway", Map.of(
                "mac", "02:00:5e:00:64:01",
                "ipv6", Map.of("address", "2001:db8:6::1/64", "advertise", Map.of(
                        "prefixes", List.of("2001:db8:6::/64"), "intervalSeconds", 30, "rdnss", "2001:db8:6::53")),
                "ipv4", Map.of("address", "192.0.2.1/24", "nextHop", "192.0.2.254")));
        Nat64Config config = ConfigReader.read(tree);

        assertThat(config.timers().udpSeconds()).isEqualTo(5);
        assertThat(config.dns64().get().options()).containsEntry("listen", "[2001:db8:6::53]:53");
        assertThat(config.gateway().advertisement().pref64()).isEqualTo(config.prefixes());
        assertThat(config.gateway().advertisement().intervalSeconds()).isEqualTo(30);
        assertThat(config.gateway().nextHop4()).hasValue(Ip4.parse("192.0.2.254"));
    }

    static Stream<Arguments> badFields() {
        return Stream.of(
                bad("prefixes", "is missing", "prefixes", null),
                bad("prefixes[0]", "not an IPv6 address: 'banana'", "prefixes", List.of("banana/96")),
                bad("prefixes[1]", "64:ff9b:1::/96 overlaps 64:ff9b:1::/48", "prefixes",
                        List.of("64:ff9b:1::/48", "64:ff9b:1::/96")),
                bad("pools", "is empty", "pools", List.of()),
                bad("pools[0]", "is not an object with fields", "pools", List.of("192.0.2.0/24")),
                bad("pools[0].name", "is missing", "pools", List.of(Map.of("prefixes", "192.0.2.64/28"))),
                bad("pools[0].prefixes[1]", "not an IPv4 address: '192.0.2.300'", "pools",
                        List.of(Map.of("name", "a", "prefixes", List.of("192.0.2.64/28", "192.0.2.300/32")))),
                bad("pools[0].prefixes[1]", "192.0.2.65/32 overlaps 192.0.2.64/28", "pools",
                        List.of(Map.of("name", "a", "prefixes", List.of("192.0.2.64/28", "192.0.2.65")))),
                bad("pools[1].prefixes[0]", "192.0.2.72/29 overlaps pool 'a'", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.64/28"),
                                Map.of("name", "b", "prefixes", "192.0.2.72/29"))),
                bad("pools[1].name", "'a' is the name of another pool", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.64/28"),
                                Map.of("name", "a", "prefixes", "192.0.2.80/28"))),
                bad("pools[0].ports", "not a range of ports", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.64/28", "ports", "2000-1000"))),
                bad("pools[0].prots", "is unknown", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.64/28", "prots", "80"))),
                bad("pools[0].protocols[0]", "not one of tcp, udp, icmp: 'sctp'", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.64/28", "protocols", "sctp"))),
                bad("pools[0].prefixes", "more than 65536 addresses", "pools",
                        List.of(Map.of("name", "a", "prefixes", "10.0.0.0/8"))),
                bad("timers.udpSeconds", "119 is below the least value 120", "timers", Map.of("udpSeconds", 119)),
                bad("timers.udpSeconds", "not a whole number", "timers", Map.of("udpSeconds", "soon")),
                bad("timers.tcpTransitorySeconds", "not a whole number from 1 to 65535", "timers",
                        Map.of("tcpTransitorySeconds", 0, "allowBelowRfcMinimum", true)),
                bad("gateway.mac", "not a MAC address: '02:00'", "gateway", gateway("mac", "02:00")),
                bad("gateway.ipv4.address", "not ADDRESS/LENGTH: '192.0.2.1'", "gateway",
                        gateway("ipv4", Map.of("address", "192.0.2.1"))),
                bad("gateway.ipv4.address", "'192.0.2.65' is in the pool prefix 192.0.2.64/28", "gateway",
                        gateway("ipv4", Map.of("address", "192.0.2.65/24"))),
                bad("gateway.ipv6.advertise.rdnss[0]", "not an IPv6 address", "gateway",
                        gateway("ipv6", Map.of("address", "2001:db8:6::1/64", "advertise",
                                Map.of("prefixes", "2001:db8:6::/64", "rdnss", "x")))),
                bad("gateway.ipv6.advertise.rdnss", "not a unicast address: 'ff02::1'", "gateway",
                        gateway("ipv6", Map.of("address", "2001:db8:6::1/64", "advertise",
                                Map.of("prefixes", "2001:db8:6::/64", "rdnss", "ff02::1")))),
                bad("dns64", "is not an object", "dns64", "on"),
                bad("prefixes[0]", "2001:db8:6::/96 overlaps the hosts' own link 2001:db8:6::/64", "prefixes",
                        List.of("2001:db8:6::/96")),
                bad("pools[0].prefixes[0]", "not addresses that hosts can have: '127.0.0.0/28'", "pools",
                        List.of(Map.of("name", "a", "prefixes", "127.0.0.0/28"))),
                bad("pools[0].prefixes[0]", "not addresses that hosts can have: '224.0.0.0/28'", "pools",
                        List.of(Map.of("name", "a", "prefixes", "224.0.0.0/28"))),
                bad("pools[0].prefixes[0]", "192.0.2.248/29 contains the first or last address of the link", "pools",
                        List.of(Map.of("name", "a", "prefixes", "192.0.2.248/29"))),
                bad("limits.maxSessions", "not a whole number from 1", "limits", Map.of("maxSessions", 0)),
                bad("offload.when", "'soon' (word 1): expected never, at-once, established or after N", "offload",
                        Map.of("when", "soon")),
                bad("offload.when", "'x' (word 2): expected nothing more", "offload", Map.of("when", "never x")),
                bad("offload.maxSessions", "not a whole number from 1 to 1000000", "offload",
                        Map.of("maxSessions", 1_000_001)),
                bad("offload.strikt", "is unknown", "offload", Map.of("strikt", true)),
                bad("translation.trafficClass6", "neither copy nor a number from 0 to 255: '256'", "translation",
                        Map.of("trafficClass6", 256)),
                bad("translation.udpZeroChecksum", "not one of compute, drop, forward: 'guess'", "translation",
                        Map.of("udpZeroChecksum", "guess")),
                bad("translation.mtu6", "not a whole number from 1280", "translation", Map.of("mtu6", 1279)),
                bad("translation.df", "is unknown", "translation", Map.of("df", "always")),
                bad("tmers", "is unknown", "tmers", Map.of()));
    }

    private static Map<String, Object> gateway(String field, Object value) {
        @SuppressWarnings("unchecked")
        Map<String, Object> gateway = new HashMap<>((Map<String, Object>) TestConfig.tree().get("gateway"));
        gateway.put(field, value);
        return gateway;
    }

    private static Arguments bad(String path, String reason, String field, Object value) {
        Map<String, Object> tree = TestConfig.tree();
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

    @Test
    void aListWithAHoleIsRefused() {
        Map<String, Object> tree = TestConfig.tree();
        tree.put("prefixes", Arrays.asList("64:ff9b:1::/96", null));
        assertThatThrownBy(() -> ConfigReader.read(tree)).hasMessage("prefixes[1]: is not a single value");
    }
}
