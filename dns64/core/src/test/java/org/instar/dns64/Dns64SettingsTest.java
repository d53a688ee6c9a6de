// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.util.List;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;

class Dns64SettingsTest {

    private static Dns64Settings.Builder valid() {
        return Dns64Settings.builder().upstreams(List.of(new InetSocketAddress("192.0.2.53", 53)));
    }

    private static void refused(Dns64Settings.Builder settings, String message) {
        assertThatIllegalArgumentException().isThrownBy(settings::build).withMessageStartingWith(message);
    }

    @Test
    void defaultsAreThoseOfTheRfc() {
        Dns64Settings settings = valid().build();

        assertThat(settings.prefixes()).containsExactly(Prefix64.WELL_KNOWN);
        assertThat(settings.excludedPrefixes()).containsExactly(Prefix6.parse("::ffff:0:0/96"));
    }

    @Test
    void wrongValuesAreNamed() {
        refused(Dns64Settings.builder(), "upstreams: at least one");
        refused(valid().upstreams(List.of(InetSocketAddress.createUnresolved("ns.example", 53))), "upstreams: ");
        refused(valid().upstreams(List.of(new InetSocketAddress("192.0.2.53", 0))), "upstreams: ");
        refused(valid().queryTimeoutMillis(0), "queryTimeoutMillis: 1 to 60000, not 0");
        refused(valid().tries(11), "tries: 1 to 10, not 11");
        refused(valid().prefixes(List.of(Prefix64.WELL_KNOWN, Prefix64.WELL_KNOWN)), "prefixes: one is there twice");
    }
}
