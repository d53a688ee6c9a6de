// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** RFC 6147 §5.2 and §5.1.7: which IPv6 addresses stand for an IPv4 address. */
class PrefixesRfc6147Test {

    @ParameterizedTest
    @CsvSource({   // RFC 6052 §2.4
        "2001:db8::/32,          2001:db8:c000:221::",
        "2001:db8:100::/40,      2001:db8:1c0:2:21::",
        "2001:db8:122::/48,      2001:db8:122:c000:2:2100::",
        "2001:db8:122:300::/56,  2001:db8:122:3c0:0:221::",
        "2001:db8:122:344::/64,  2001:db8:122:344:c0:2:2100:0",
        "2001:db8:122:344::/96,  2001:db8:122:344::c000:221"})
    void algorithmIsThatOfRfc6052(String prefix, String address) {
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes(prefix);
        dns64.upstream.with("www.example. 300 IN A 192.0.2.33");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA " + address);
    }

    @Test
    void wellKnownPrefixIsUsedWhenNoneIsConfigured() {
        Dns64Fixture dns64 = Dns64Fixture.of("blocks", List.of(Map.of()));
        dns64.upstream.with("www.example. 300 IN A 8.8.8.8");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 64:ff9b::808:808");
    }

    @Test
    void wellKnownPrefixIsNotUsedWhenAnotherIsConfigured() {
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes("2001:db8:64::/96");
        dns64.upstream.with("www.example. 300 IN A 8.8.8.8");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 2001:db8:64::808:808");
    }

    @Test
    void everyPrefixRepresentsEveryAddress() {
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96", "2001:db8:64::/96");
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80", "www.example. 300 IN A 192.0.2.81");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactlyInAnyOrder(
                "www.example. 300 AAAA 64:ff9b:1::c000:250", "www.example. 300 AAAA 2001:db8:64::c000:250",
                "www.example. 300 AAAA 64:ff9b:1::c000:251", "www.example. 300 AAAA 2001:db8:64::c000:251");
    }

    @Test
    void wellKnownPrefixDoesNotRepresentAddressesThatAreNotGlobal() {   // RFC 6052 §3.1
        Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b::/96");
        dns64.upstream.with("both.example. 300 IN A 10.1.2.3", "both.example. 300 IN A 8.8.8.8",
                "private.example. 300 IN A 192.168.1.1");

        assertThat(answer(dns64.ask("both.example.", Type.AAAA)))
                .containsExactly("both.example. 300 AAAA 64:ff9b::808:808");
        assertThat(answer(dns64.ask("private.example.", Type.AAAA))).isEmpty();
        assertThat(dns64.ask("private.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(dns64.counters.get(Dns64Counter.A_NOT_MAPPED)).isEqualTo(3);
    }
}
