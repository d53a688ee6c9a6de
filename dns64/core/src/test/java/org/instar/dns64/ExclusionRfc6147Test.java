// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.4: AAAA records within excluded prefixes. */
class ExclusionRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @Test
    void onlyExcludedRecordsAreAnEmptyAnswer() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80", "www.example. 300 IN AAAA ::ffff:192.0.2.1");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 64:ff9b:1::c000:250");
        assertThat(dns64.counters.get(Dns64Counter.AAAA_EXCLUDED)).isOne();
    }

    @Test
    void excludedRecordsAreTakenFromAmongOthers() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80", "www.example. 300 IN AAAA ::ffff:192.0.2.1",
                "www.example. 300 IN AAAA 2001:db8::80");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactly("www.example. 300 AAAA 2001:db8::80");
        assertThat(dns64.upstream.questions()).startsWith("www.example. AAAA");
    }

    @Test
    void excludedRecordsAreNotReturnedWhenThereIsNothingElse() {
        dns64.upstream.with("www.example. 300 IN AAAA ::ffff:192.0.2.1");

        var response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).isEmpty();
    }

    @Test
    void excludedRecordsAreNotReturnedWhenTheAQueryFails() {
        dns64.upstream.with("www.example. 300 IN AAAA ::ffff:192.0.2.1").silentFor("www.example.", Type.A);

        var response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(answer(response)).isEmpty();
    }

    @Test
    void thePrefixesAreASetting() {
        Dns64Fixture own = Dns64Fixture.of("blocks",
                List.of(Map.of("prefix", "64:ff9b:1::/96", "exclude", "2001:db8:bad::/48")));
        own.upstream.with("www.example. 300 IN A 192.0.2.80", "www.example. 300 IN AAAA 2001:db8:bad::1",
                "mapped.example. 300 IN AAAA ::ffff:192.0.2.1");

        assertThat(answer(own.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 64:ff9b:1::c000:250");
        assertThat(answer(own.ask("mapped.example.", Type.AAAA)))
                .containsExactly("mapped.example. 300 AAAA ::ffff:c000:201");
    }
}
