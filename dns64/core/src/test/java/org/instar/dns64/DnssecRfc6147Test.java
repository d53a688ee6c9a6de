// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.5 and §3, cases 1 to 4: a DNS64 that understands DNSSEC and doesn't validate. */
class DnssecRfc6147Test {

    private static final String SIGNATURE = " 8 2 300 20300101000000 20200101000000 1 example. AAAA";

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @BeforeEach
    void signedZone() {
        dns64.upstream.with("www.example. 300 IN CNAME host.example.", "www.example. 300 IN RRSIG CNAME" + SIGNATURE,
                "host.example. 300 IN A 192.0.2.80", "host.example. 300 IN RRSIG A" + SIGNATURE);
    }

    @Test
    void signedDataIsNotSynthesisedForClientsThatWantSignatures() {   // BIND's default
        Message response = dns64.ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA));

        assertThat(response.getSection(Section.ANSWER)).extracting(record -> Type.string(record.getType()))
                .containsExactly("CNAME", "RRSIG");
        assertThat(dns64.counters.get(Dns64Counter.SIGNED_NOT_SYNTHESISED)).isOne();
        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).contains("host.example. 300 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void synthesisLeavesOffTheSignatureOfTheARecords() {
        dns64.reload(Map.of("blocks", List.of(Map.of("prefix", "64:ff9b:1::/96", "break-dnssec", "yes"))));
        Message response = dns64.ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA));

        assertThat(response.getSection(Section.ANSWER)).extracting(record -> Type.string(record.getType()))
                .containsExactly("CNAME", "RRSIG", "AAAA");
        assertThat(dns64.counters.get(Dns64Counter.SYNTHESISED)).isOne();
    }

    @Test
    void authenticDataIsNeverClaimed() {
        assertThat(dns64.ask("www.example.", Type.AAAA).getHeader().getFlag(Flags.AD)).isFalse();
        assertThat(dns64.ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA)).getHeader().getFlag(Flags.AD))
                .isFalse();
        assertThat(dns64.ask(Dns64Fixture.dnssecQuery("www.example.", Type.A, Flags.AD)).getHeader().getFlag(Flags.AD))
                .isFalse();
    }

    @Test
    void nothingIsSynthesisedForClientsThatCheck() {
        Message response = dns64.ask(Dns64Fixture.dnssecQuery("www.example.", Type.AAAA, Flags.CD));

        assertThat(answer(response)).hasSize(2).allMatch(record -> !record.contains(" AAAA 64:ff9b"));
        assertThat(response.getHeader().getFlag(Flags.CD)).isTrue();
        assertThat(dns64.upstream.questions()).containsExactly("www.example. AAAA");
        assertThat(dns64.upstream.lastQuery().getHeader().getFlag(Flags.CD)).isTrue();
        assertThat(dns64.counters.get(Dns64Counter.CHECKING_DISABLED)).isOne();
    }

    @Test
    void nothingIsTakenAwayFromClientsThatCheck() {
        dns64.upstream.with("mapped.example. 300 IN AAAA ::ffff:192.0.2.1");

        assertThat(answer(dns64.ask(Dns64Fixture.dnssecQuery("mapped.example.", Type.AAAA, Flags.CD))))
                .containsExactly("mapped.example. 300 AAAA ::ffff:c000:201");
    }

    @Test
    void exclusionLeavesOffTheSignatureItBreaks() {
        dns64.upstream.with("mapped.example. 300 IN AAAA ::ffff:192.0.2.1", "mapped.example. 300 IN AAAA 2001:db8::1",
                "mapped.example. 300 IN RRSIG AAAA" + SIGNATURE);

        assertThat(answer(dns64.ask(Dns64Fixture.dnssecQuery("mapped.example.", Type.AAAA))))
                .containsExactly("mapped.example. 300 AAAA 2001:db8::1");
    }

    @Test
    void signaturesOfWhatPassesStay() {
        assertThat(answer(dns64.ask(Dns64Fixture.dnssecQuery("host.example.", Type.A)))).hasSize(2);
    }
}
