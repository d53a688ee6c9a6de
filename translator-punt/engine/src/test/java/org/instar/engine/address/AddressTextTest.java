// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0:0:0:0:1,        2001:db8::1",
        "2001:db8:0:1:1:1:1:1,        2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,          2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1,        2001:db8::1:0:0:1",
        "0:0:0:0:0:0:0:0,             ::",
        "::ffff:192.0.2.1,            ::ffff:c000:201",
        "64:ff9b::192.0.2.33,         64:ff9b::c000:221",
        "1::,                         1::",
        "::1,                         ::1",
        "fe80::200:ff:fe00:1,         fe80::200:ff:fe00:1",
    })
    void printsAsRfc5952(String text, String canonical) {
        Ip6 address = Ip6.parse(text);
        assertThat(address).hasToString(canonical);
        assertThat(Ip6.parse(canonical)).isEqualTo(address);
        assertThat(Ip6.of(address.toBytes())).isEqualTo(address);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::", "1:2",
        "::1.2.3", "::1.2.3.256", "1.2.3.4::", "1.2.3.4::1.2.3.4", "1.2.3.4:1::", "fe80::1%eth0",
        "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7::8", "host"})
    void refusesOtherText(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ip6.parse(text)).withMessageContaining(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.x", "1..2.3", "-1.2.3.4", "host"})
    void refusesOtherIpv4Text(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Ip4.parse(text)).withMessageContaining(text);
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix4.parse(text + "/8"));
    }

    @Test
    void prefixesKnowWhatTheyContain() {
        Prefix4 pool = Prefix4.parse("192.0.2.64/26");
        assertThat(pool.contains(Ip4.parse("192.0.2.127"))).isTrue();
        assertThat(pool.contains(Ip4.parse("192.0.2.128"))).isFalse();
        assertThat(pool.size()).isEqualTo(64);
        assertThat(pool.overlaps(Prefix4.parse("192.0.2.0/24"))).isTrue();
        assertThat(pool.overlaps(Prefix4.parse("192.0.2.0/26"))).isFalse();
        assertThat(Prefix4.parse("0.0.0.0/0").size()).isEqualTo(1L << 32);
        assertThat(Prefix6.parse("::/0").contains(Ip6.parse("ffff::"))).isTrue();
        assertThat(Prefix6.parse("2001:db8::/68").contains(Ip6.parse("2001:db8:0:0:0fff::"))).isTrue();
        assertThat(Prefix6.parse("2001:db8::/68").contains(Ip6.parse("2001:db8:0:0:1fff::"))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix4.parse("192.0.2.65/26"));
        assertThatIllegalArgumentException().isThrownBy(() -> Prefix6.parse("2001:db8::1/64"));
    }
}
