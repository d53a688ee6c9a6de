// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;
import static org.instar.dns64.Dns64Fixture.section;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1.6 and §5.1.7: the data for the answer, and the records made from it. */
class SynthesisRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @BeforeEach
    void zone() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");
    }

    @Test
    void aRecordBecomesAaaaRecordOfTheSameName() {
        dns64.upstream.withSoa(3600, 3600);

        Message response = dns64.ask("WWW.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).containsExactly("WWW.example. 300 AAAA 64:ff9b:1::c000:250");
        assertThat(response.getQuestion().getName()).hasToString("WWW.example.");
        assertThat(dns64.upstream.questions()).containsExactly("WWW.example. AAAA", "WWW.example. A");
        assertThat(dns64.counters.get(Dns64Counter.SYNTHESISED)).isOne();
    }

    @Test
    void everyAddressIsRepresented() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.81");

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactlyInAnyOrder(
                "www.example. 300 AAAA 64:ff9b:1::c000:250", "www.example. 300 AAAA 64:ff9b:1::c000:251");
    }

    @Test
    void ttlIsBoundByTheTtlOfTheSoaRecord() {
        dns64.upstream.withSoa(120, 3600);

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 120 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void ttlIsBoundByTheNegativeTtlOfTheSoaRecord() {
        dns64.upstream.withSoa(3600, 60);

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 60 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void ttlIsBoundBy600SecondsWithoutSoaRecord() {
        dns64.upstream.with("long.example. 86400 IN A 192.0.2.90");

        assertThat(answer(dns64.ask("long.example.", Type.AAAA)))
                .containsExactly("long.example. 600 AAAA 64:ff9b:1::c000:25a");
        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 64:ff9b:1::c000:250");
    }

    @Test
    void emptyAnswerToTheAQueryIsTheAnswer() {
        dns64.upstream.withSoa(3600, 60).with("mail.example. 300 IN MX 10 www.example.");

        Message response = dns64.ask("mail.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).isEmpty();
        assertThat(section(response, Section.AUTHORITY)).singleElement().asString().as("TTL by RFC 2308 5")
                .startsWith("example. 60 SOA");
        assertThat(dns64.counters.get(Dns64Counter.NOTHING_TO_SYNTHESISE)).isOne();
    }

    @Test
    void errorOfTheAQueryIsTheAnswer() {
        dns64.upstream.answering("www.example.", Type.A, Rcode.REFUSED);

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(answer(response)).isEmpty();
    }

    @Test
    void timeoutOfTheAQueryIsServerFailure() {
        dns64.upstream.silentFor("www.example.", Type.A);

        assertThat(dns64.ask("www.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(dns64.counters.get(Dns64Counter.RCODE_SERVFAIL)).isOne();
    }
}
