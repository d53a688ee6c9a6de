// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.instar.core.TestConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PoolConfigTest {

    private static PoolConfig read(Map<String, ?> fields) throws ConfigException {
        return TestConfig.withPools(withName(fields)).pools().get(0);
    }

    private static Map<String, Object> withName(Map<String, ?> fields) {
        Map<String, Object> pool = new HashMap<>(fields);
        pool.put("name", "main");
        return pool;
    }

    @Test
    void hasTheDefaultsOfTheRfcs() throws ConfigException {
        PoolConfig pool = read(Map.of("prefixes", "192.0.2.64/28"));
        assertThat(pool.blockSize()).isEqualTo(256);
        assertThat(pool.holdDownSeconds()).as("RFC 6888 REQ-8").isEqualTo(120);
        assertThat(pool.holdDownMaxPorts()).isZero();
        assertThat(pool.pairing()).as("RFC 6888 REQ-2").isEqualTo(Pairing.SOFT);
        assertThat(pool.raisePercent()).isEqualTo(90);
        assertThat(pool.clearPercent()).isEqualTo(75);
        assertThat(pool.drain()).isFalse();
        assertThat(pool.deterministic()).isEmpty();
        assertThat(pool.interfaceName()).isEmpty();
        assertThat(pool.portsPerSubscriber()).isZero();
        assertThat(pool).isEqualTo(read(Map.of("prefixes", List.of("192.0.2.64/28")))).hasToString(
                "main [192.0.2.64/28] 1024-65535");
    }

    @Test
    void readsAllFields() throws ConfigException {
        PoolConfig pool = read(Map.of("prefixes", "192.0.2.64/28", "blockSize", 64, "holdDownSeconds", 0,
                "holdDownMaxPorts", 5000, "pairing", "hard", "alarm", Map.of("raisePercent", 50), "drain", true,
                "deterministic", Map.of("clients", "2001:db8:100::/56")));
        assertThat(pool.blockSize()).isEqualTo(64);
        assertThat(pool.holdDownSeconds()).isZero();
        assertThat(pool.holdDownMaxPorts()).isEqualTo(5000);
        assertThat(pool.pairing()).isEqualTo(Pairing.HARD);
        assertThat(pool.raisePercent()).isEqualTo(50);
        assertThat(pool.clearPercent()).as("below raisePercent").isEqualTo(49);
        assertThat(pool.drain()).isTrue();
        assertThat(pool.deterministic()).hasToString("Optional[2001:db8:100::/56 by /64]");
        assertThat(pool).isNotEqualTo(read(Map.of("prefixes", "192.0.2.64/28")));
    }

    @Test
    void readsAPoolThatFollowsAnInterface() throws ConfigException {
        PoolConfig pool = read(Map.of("interface", "eth0.10", "ports", "20000-65535"));
        assertThat(pool.interfaceName()).hasValue("eth0.10");
        assertThat(pool.prefixes()).isEmpty();
        assertThat(pool.addressCount()).isZero();
        assertThat(PoolConfig.ofInterface("eth0").name()).isEqualTo("(eth0)");
    }

    static Stream<Arguments> badFields() {
        String prefix = "192.0.2.64/28";
        return Stream.of(
                bad("prefixes", "is missing", Map.of()),
                bad("interface", "a pool has either prefixes or an interface",
                        Map.of("prefixes", prefix, "interface", "eth0")),
                bad("interface", "not an interface name: 'eth0/1'", Map.of("interface", "eth0/1")),
                bad("ports", "port 0 alone can't be given out", Map.of("prefixes", prefix, "ports", "0")),
                bad("blockSize", "not a power of two from 16 to 65536: '100'", block(100)),
                bad("blockSize", "not a power of two from 16 to 65536: '8'", block(8)),
                bad("blockSize", "not a power of two from 16 to 65536: 'many'", block("many")),
                bad("holdDownSeconds", "not a whole number from 0 to 86400: '-1'",
                        Map.of("prefixes", prefix, "holdDownSeconds", -1)),
                bad("holdDownMaxPorts", "not a whole number from 0",
                        Map.of("prefixes", prefix, "holdDownMaxPorts", -1)),
                bad("pairing", "neither soft nor hard: 'firm'", Map.of("prefixes", prefix, "pairing", "firm")),
                bad("drain", "neither true nor false", Map.of("prefixes", prefix, "drain", "now")),
                bad("alarm.raisePercent", "not a whole number from 1 to 100: '101'", alarm("raisePercent", 101)),
                bad("alarm.clearPercent", "95 is not below raisePercent 90", alarm("clearPercent", 95)),
                bad("alarm.clear", "is unknown", alarm("clear", 95)),
                bad("deterministic", "needs prefixes: the address of an interface may change",
                        Map.of("interface", "eth0", "deterministic", Map.of("clients", "2001:db8::/56"))),
                bad("deterministic.clients", "is missing", fixed(Map.of())),
                bad("deterministic.clients", "not an IPv6 address", fixed(Map.of("clients", "192.0.2.0/24"))),
                bad("deterministic.subscriberLength", "not a whole number from 56 to 128: '48'",
                        fixed(Map.of("clients", "2001:db8::/56", "subscriberLength", 48))),
                bad("deterministic.subscriberLength", "more than 2^28 subscribers",
                        fixed(Map.of("clients", "2001:db8::/32"))),
                bad("deterministic", "65536 subscribers on 16 addresses leave less than 16 ports each",
                        fixed(Map.of("clients", "2001:db8::/48"))));
    }

    private static Map<String, Object> block(Object size) {
        return Map.of("prefixes", "192.0.2.64/28", "blockSize", size);
    }

    private static Map<String, Object> alarm(String field, int value) {
        return Map.of("prefixes", "192.0.2.64/28", "alarm", Map.of(field, value));
    }

    private static Map<String, Object> fixed(Map<String, ?> fields) {
        return Map.of("prefixes", "192.0.2.64/28", "deterministic", fields);
    }

    private static Arguments bad(String path, String reason, Map<String, ?> fields) {
        return Arguments.of(path, reason, fields);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("badFields")
    void namesTheBadField(String path, String reason, Map<String, ?> fields) {
        assertThatThrownBy(() -> read(fields)).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("pools[0]." + path + ": " + reason);
    }

    @Test
    void aDeterministicPoolSharesNoAddress() {
        assertThatThrownBy(() -> TestConfig.withPools(
                Map.of("name", "a", "prefixes", "192.0.2.64/28", "ports", "1024-2047"),
                Map.of("name", "b", "prefixes", "192.0.2.64/30", "ports", "2048-65535",
                        "deterministic", Map.of("clients", "2001:db8:1::/60"))))
                .hasMessage("pools[1].prefixes[0]: 192.0.2.64/30 overlaps pool 'a'");
    }
}
