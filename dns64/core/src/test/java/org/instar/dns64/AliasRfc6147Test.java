// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.5: chains of CNAME and DNAME. */
class AliasRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @Test
    void chainIsPartOfTheSynthesisedAnswer() {
        dns64.upstream.withSoa(100, 100).with("www.example. 50 IN CNAME web.example.",
                "web.example. 70 IN CNAME host.example.", "host.example. 300 IN A 192.0.2.80");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactly(
                "www.example. 50 CNAME web.example.", "web.example. 70 CNAME host.example.",
                "host.example. 100 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void dnameIsPartOfTheSynthesisedAnswer() {
        dns64.upstream.with("old.example. 50 IN DNAME new.example.", "www.old.example. 0 IN CNAME www.new.example.",
                "www.new.example. 300 IN A 192.0.2.80");

        assertThat(answer(dns64.ask("www.old.example.", Type.AAAA))).containsExactly(
                "old.example. 50 DNAME new.example.", "www.old.example. 0 CNAME www.new.example.",
                "www.new.example. 300 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void chainToRealAaaaRecordsPasses() {
        dns64.upstream.with("www.example. 50 IN CNAME host.example.", "host.example. 300 IN AAAA 2001:db8::80");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactly(
                "www.example. 50 CNAME host.example.", "host.example. 300 AAAA 2001:db8::80");
        assertThat(dns64.upstream.questions()).filteredOn(question -> question.endsWith(" AAAA")).hasSize(1);
    }

    @Test
    void chainToNothingIsTheAnswerToTheAaaaQuery() {
        dns64.upstream.withSoa(60, 60)
                .with("www.example. 50 IN CNAME host.example.", "host.example. 300 IN MX 10 a.example.");

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).containsExactly("www.example. 50 CNAME host.example.");
    }

    @Test
    void chainToANameErrorPasses() {
        dns64.upstream.with("www.example. 50 IN CNAME none.example.");

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer(response)).containsExactly("www.example. 50 CNAME none.example.");
    }

    @Test
    void chainThatTheUpstreamLeavesOpenIsFollowedToItsEnd() {
        dns64.upstream.leavingAliasesToTheClient().with("www.example. 50 IN CNAME web.test.",
                "web.test. 70 IN CNAME host.test.", "host.test. 300 IN A 192.0.2.80");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactly(
                "www.example. 50 CNAME web.test.", "web.test. 70 CNAME host.test.",
                "host.test. 300 AAAA 64:ff9b:1::c000:250");
        assertThat(dns64.upstream.questions()).containsExactly("www.example. AAAA", "web.test. AAAA", "host.test. AAAA",
                "www.example. A", "web.test. A", "host.test. A");
    }

    @Test
    void chainWithoutEndIsServerFailure() {
        dns64.upstream.leavingAliasesToTheClient().with("a.example. 50 IN CNAME b.example.",
                "b.example. 70 IN CNAME a.example.", "self.example. 50 IN CNAME self.example.");

        assertThat(dns64.ask("a.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(dns64.upstream.questions()).hasSizeLessThanOrEqualTo(16);
        assertThat(dns64.ask("self.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }
}
