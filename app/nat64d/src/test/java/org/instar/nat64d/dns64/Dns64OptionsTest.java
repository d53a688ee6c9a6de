// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.instar.core.config.ConfigException;
import org.instar.core.config.ConfigReader;
import org.instar.core.config.Nat64Config;
import org.instar.core.config.PoolConfig;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.dns64.choice.TranslatorLoad;
import org.instar.dns64.settings.Dns64Settings;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class Dns64OptionsTest {

    private static final Map<String, Object> DNS64 = Map.of("listen", "[::1]:53", "upstreams", "192.0.2.53:53");

    private static Nat64Config config(Map<String, Object> more) throws ConfigException {
        Map<String, Object> options = new HashMap<>(DNS64);
        options.putAll(more);
        return ConfigReader.read(Map.of("prefixes", List.of("64:ff9b:1::/96", "2001:db8:64::/96"),
                "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/28")),
                "gateway", Map.of("mac", "02:00:5e:00:64:01", "ipv6", Map.of("address", "2001:db8:6::1/64"),
                        "ipv4", Map.of("address", "192.0.2.1/24")), "dns64", options));
    }

    @Test
    void theTranslatorsFirstPrefixIsTheDefault() throws ConfigException {
        Dns64Settings settings = Dns64Options.read(config(Map.of())).orElseThrow();

        assertThat(settings.whole().blocks()).extracting(Object::toString).containsExactly("64:ff9b:1::/96");
    }

    @Test
    void prefixesOfOtherTranslatorsAreKnownByThem() throws ConfigException {
        Map<String, Object> options = Map.of("blocks", List.of(Map.of("prefix", "2001:db8:99::/96")),
                "translators", List.of(Map.of("prefix", "2001:db8:99::/96", "url", "http://192.0.2.9:8064")));

        assertThat(Dns64Options.read(config(options))).isPresent();
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of(Map.of("listen", "2001:db8:6::53:53"),
                        "dns64.listen[0]: an IPv6 address with a port is [ADDRESS]:PORT"),
                Arguments.of(Map.of("listen", List.of()), "dns64.listen: is missing"),
                Arguments.of(Map.of("upstreams", "192.0.2.53:99999"), "dns64.upstreams[0]: not a port"),
                Arguments.of(Map.of("prefix", "64:ff9b::/96"),
                        "dns64.blocks[0].prefix: 64:ff9b::/96 is not among prefixes"),
                Arguments.of(Map.of("views", List.of(Map.of("name", "guests", "clients", "any", "blocks",
                        List.of(Map.of("prefix", "64:ff9b:1::/96"), Map.of())))),
                        "dns64.views.guests.blocks[1].prefix: 64:ff9b::/96 is not among prefixes"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void errorsNameTheOption(Map<String, Object> options, String message) {
        assertThatThrownBy(() -> Dns64Options.read(config(options))).isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void ownLoadFollowsSessionsPoolsAndHealth() throws ConfigException {
        Nat64Config config = config(Map.of());
        PoolDirectory pools = new PoolDirectory(config.pools(), 1, bound -> 0, PoolEvents.NONE);
        AtomicBoolean healthy = new AtomicBoolean(true);
        AtomicInteger sessions = new AtomicInteger(7);
        AtomicLong nanos = new AtomicLong();
        Prefix64 own = Prefix64.parse("64:ff9b:1::/96");
        OwnLoad load = new OwnLoad(Set.of(own), healthy::get, sessions::get, pools::status, nanos::get);

        assertThat(load.of(own).state()).isEqualTo(TranslatorLoad.State.UP);
        assertThat(load.of(own).sessions()).isEqualTo(7);
        assertThat(load.of(own).headroom()).isEqualTo(1.0);
        assertThat(load.of(Prefix64.WELL_KNOWN)).isSameAs(TranslatorLoad.UNKNOWN);
        healthy.set(false);
        nanos.addAndGet(200_000_000);
        assertThat(load.of(own).state()).isEqualTo(TranslatorLoad.State.DEAD);
        healthy.set(true);
        pools.reconfigure(draining(), true);
        nanos.addAndGet(200_000_000);
        assertThat(load.of(own).state()).isEqualTo(TranslatorLoad.State.DRAINING);
    }

    private static List<PoolConfig> draining() throws ConfigException {
        return ConfigReader.read(Map.of("prefixes", "64:ff9b:1::/96",
                "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/28", "drain", true)),
                "gateway", Map.of("mac", "02:00:5e:00:64:01", "ipv6", Map.of("address", "2001:db8:6::1/64"),
                        "ipv4", Map.of("address", "192.0.2.1/24")))).pools();
    }
}
