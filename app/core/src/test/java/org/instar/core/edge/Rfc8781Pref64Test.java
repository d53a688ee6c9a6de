// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 8781 §4: PREF64 option")
class Rfc8781Pref64Test {

    @ParameterizedTest
    @CsvSource({
        "64:ff9b::/96,            0064ff9b0000000000000000, 0",
        "2001:db8:122:344::/64,   20010db80122034400000000, 1",
        "2001:db8:122:300::/56,   20010db80122030000000000, 2",
        "2001:db8:122::/48,       20010db80122000000000000, 3",
        "2001:db8:100::/40,       20010db80100000000000000, 4",
        "2001:db8::/32,           20010db80000000000000000, 5"})
    void section4_prefixAndLengthCode(String prefix, String bits, int code) {
        Advertisement advertisement = Advertisement.builder(600).pref64(Prefix64.parse(prefix)).build();
        ByteBuffer message = ByteBuffer.allocate(RouterAdvertisement.length(advertisement));
        RouterAdvertisement.write(message, 0, advertisement, EdgeFixture.GATEWAY_MAC, false);
        // 3 x 600 s are 225 units of 8 s
        String expected = String.format("2602%04x", 225 << 3 | code) + bits;
        assertThat(Frames.hex(message, 24, 16)).isEqualTo(expected);
        assertThat(message.capacity()).isEqualTo(40);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "7, 1", "8, 1", "9, 2", "90, 12", "1800, 225", "65528, 8191", "65535, 8191"})
    void section4_1_lifetimeIsRoundedUp(int seconds, int scaled) {
        assertThat(RouterAdvertisement.scaledLifetime(seconds)).isEqualTo(scaled);
    }
}
