// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6052 §2: IPv4-embedded IPv6 addresses")
class Prefix64Rfc6052Test {

    @ParameterizedTest(name = "{0}")
    @DisplayName("§2.4, tables 2 and 3: text representation of 192.0.2.33 in each prefix length")
    @CsvSource({
        "2001:db8::/32,               2001:db8:c000:221::",
        "2001:db8:100::/40,           2001:db8:1c0:2:21::",
        "2001:db8:122::/48,           2001:db8:122:c000:2:2100::",
        "2001:db8:122:300::/56,       2001:db8:122:3c0:0:221::",
        "2001:db8:122:344::/64,       2001:db8:122:344:c0:2:2100::",
        "2001:db8:122:344::/96,       2001:db8:122:344::192.0.2.33",
        "64:ff9b::/96,                64:ff9b::192.0.2.33",
    })
    void embedsAndExtracts(String prefixText, String addressText) {
        Prefix64 prefix = Prefix64.parse(prefixText);
        Ip6 expected = Ip6.parse(addressText);
        int v4 = Ip4.parse("192.0.2.33");

        assertThat(prefix.embed(v4)).isEqualTo(expected);
        assertThat(prefix.extract(expected)).isEqualTo(v4);
        assertThat(prefix.contains(expected)).isTrue();
    }

    @ParameterizedTest(name = "/{0}")
    @DisplayName("§2.2: embedding and extracting is identity at the edges, and the u octet stays zero")
    @ValueSource(ints = {32, 40, 48, 56, 64, 96})
    void edges(int length) {
        Prefix64 prefix = Prefix64.of(Prefix6.of(Ip6.of(length == 32 ? 0xfd00000100000000L : 0xfd00000000000000L, 0),
                length));
        for (int v4 : new int[] {0, -1, 1, 0x80000000, 0xff00ff00, 0x00ff00ff, 0x01020304}) {
            Ip6 address = prefix.embed(v4);
            assertThat(prefix.extract(address)).isEqualTo(v4);
            assertThat(address.low() >>> 56).isZero();
            assertThat(prefix.contains(address)).isTrue();
        }
    }

    @ParameterizedTest
    @DisplayName("§2.2: other lengths, a u octet that is not zero and stray bits are refused by name")
    @ValueSource(strings = {"2001:db8::/33", "2001:db8::/128", "2001:db8::/0", "2001:db8:0:0:100::/96",
        "2001:db8::1/96", "2001:db8::/097", "2001:db8::/129", "banana/96", "2001:db8::/"})
    void refuses(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix64.parse(text))
                .withMessageContaining(text.substring(0, 6));
    }
}
