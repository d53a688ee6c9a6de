// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 8106 §5.1: recursive DNS server option")
class Rfc8106ResolverTest {

    @Test
    void section5_1_allResolversAreInOneOptionFor3Intervals() {
        Advertisement advertisement = Advertisement.builder(600)
                .rdnss(Ip6.parse("2001:db8::53")).rdnss(Ip6.parse("fe80::53")).build();
        ByteBuffer message = ByteBuffer.allocate(RouterAdvertisement.length(advertisement));
        RouterAdvertisement.write(message, 0, advertisement, EdgeFixture.GATEWAY_MAC, false);
        assertThat(Frames.hex(message, 24, message.capacity() - 24)).isEqualTo("1905000000000708"
                + "20010db8000000000000000000000053" + "fe800000000000000000000000000053");
    }

    @Test
    void section5_1_noResolversNoOption() {
        assertThat(RouterAdvertisement.length(Advertisement.builder(600).build())).isEqualTo(24);
    }
}
