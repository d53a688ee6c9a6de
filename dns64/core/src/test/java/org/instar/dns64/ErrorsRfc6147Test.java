// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;
import static org.instar.dns64.Dns64Fixture.section;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.2 and §5.1.3: errors and silence as the answer to the AAAA query. */
class ErrorsRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @Test
    void nameErrorGoesToTheClient() {
        dns64.upstream.withSoa(3600, 60);

        Message response = dns64.ask("none.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(section(response, Section.AUTHORITY)).hasSize(1);
        assertThat(dns64.upstream.questions()).startsWith("none.example. AAAA");
    }

    @ParameterizedTest
    @ValueSource(ints = {Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED, Rcode.NOTAUTH})
    void anyOtherErrorIsTreatedAsAnEmptyAnswer(int rcode) {
        dns64.upstream.with("www.example. 3600 IN A 192.0.2.80").answering("www.example.", Type.AAAA, rcode);

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).containsExactly("www.example. 600 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void anErrorForAaaaAndNoARecordIsAnEmptyAnswer() {
        dns64.upstream.withSoa(3600, 60).with("mail.example. 300 IN MX 10 www.example.")
                .answering("mail.example.", Type.AAAA, Rcode.SERVFAIL);

        Message response = dns64.ask("mail.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).isEmpty();
        assertThat(section(response, Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void silenceIsTreatedAsServerFailureSoAsAnEmptyAnswer() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80").silentFor("www.example.", Type.AAAA);

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void silenceToBothQueriesIsServerFailure() {
        dns64.upstream.silentFor("www.example.", Type.AAAA).silentFor("www.example.", Type.A);

        assertThat(dns64.ask("www.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(dns64.counters.get(Dns64Counter.RCODE_SERVFAIL)).isOne();
        assertThat(dns64.counters.get(Dns64Counter.INTERNAL_ERRORS)).isZero();
    }

    @Test
    void silenceToAnyOtherQueryIsServerFailure() {
        dns64.upstream.silentFor("example.", Type.MX);

        assertThat(dns64.ask("example.", Type.MX).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(dns64.counters.get(Dns64Counter.PASSED)).isZero();
    }
}
