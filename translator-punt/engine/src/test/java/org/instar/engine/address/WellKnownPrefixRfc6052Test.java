// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6052 §3.1: the well-known prefix and non-global IPv4 addresses")
class WellKnownPrefixRfc6052Test {

    @ParameterizedTest
    @DisplayName("§3.1: addresses of RFC 1918, RFC 5735 §3 and RFC 6598 are refused")
    @ValueSource(strings = {"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "127.0.0.1", "169.254.0.0", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255",
        "192.0.2.0", "192.0.2.255", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
        "198.51.100.7", "203.0.113.255", "224.0.0.1", "239.255.255.255", "240.0.0.0", "255.255.255.255"})
    void refused(String text) {
        int address = Ip4.parse(text);
        assertThat(Ip4.isGlobal(address)).isFalse();
        assertThat(Prefix64.WELL_KNOWN.mayRepresent(address)).isFalse();
        assertThat(Prefix64.isRefused(Prefix64.WELL_KNOWN.embedHigh(address), Prefix64.WELL_KNOWN.embedLow(address)))
                .isTrue();
    }

    @ParameterizedTest
    @DisplayName("§3.1: their neighbours are not")
    @ValueSource(strings = {"1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0",
        "192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0",
        "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255", "8.8.8.8"})
    void global(String text) {
        int address = Ip4.parse(text);
        assertThat(Ip4.isGlobal(address)).isTrue();
        assertThat(Prefix64.WELL_KNOWN.mayRepresent(address)).isTrue();
        assertThat(Prefix64.isRefused(Prefix64.WELL_KNOWN.embedHigh(address), Prefix64.WELL_KNOWN.embedLow(address)))
                .isFalse();
    }

    @Test
    @DisplayName("RFC 8215: other prefixes, 64:ff9b:1::/48 among them, may stand for any address")
    void otherPrefixes() {
        int address = Ip4.parse("10.1.2.3");
        for (String text : new String[] {"64:ff9b:1::/96", "64:ff9b:1:fffe::/64", "2001:db8::/32", "64:ff9b:1::/48"}) {
            Prefix64 prefix = Prefix64.parse(text);
            assertThat(prefix.mayRepresent(address)).isTrue();
            assertThat(Prefix64.isRefused(prefix.embedHigh(address), prefix.embedLow(address))).isFalse();
        }
    }

    @ParameterizedTest
    @DisplayName("§2.2, §2.3: u octet and suffix are zero when written, and are ignored when read")
    @ValueSource(ints = {32, 40, 48, 56, 64})
    void suffix(int length) {
        Prefix64 prefix = Prefix64.parse("2001:db8::/" + length);
        int address = Ip4.parse("203.0.113.33");
        Ip6 embedded = prefix.embed(address);
        int suffixBits = 88 - length;
        assertThat(embedded.low() >>> 56).isZero();
        assertThat(embedded.low() & (1L << suffixBits) - 1).isZero();
        assertThat(prefix.extract(embedded.high(), embedded.low() | (1L << suffixBits) - 1)).isEqualTo(address);
        assertThat(prefix.extract(embedded.high(), embedded.low() | 0xffL << 56)).isEqualTo(address);
    }
}
