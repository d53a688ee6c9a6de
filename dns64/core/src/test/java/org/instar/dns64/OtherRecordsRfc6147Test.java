// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;
import static org.instar.dns64.Dns64Fixture.section;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.1 (classes), §5.3.2 and §5.3.3: what DNS64 leaves as it is. */
class OtherRecordsRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @ParameterizedTest
    @CsvSource({"A, 192.0.2.80", "MX, 10 mail.example.", "TXT, \"64\"", "NS, ns.example.", "TYPE65280, \\# 2 abcd"})
    void recordsOfOtherTypesAreUnchanged(String type, String rdata) {
        dns64.upstream.with("www.example. 300 IN " + type + " " + rdata);

        Message response = dns64.ask("www.example.", Type.value(type));

        assertThat(response.getSection(Section.ANSWER)).containsExactly(
                ScriptedUpstream.record("www.example. 300 IN " + type + " " + rdata));
        assertThat(dns64.counters.get(Dns64Counter.PASSED)).isOne();
    }

    @Test
    void additionalAndAuthoritySectionOfASynthesisedAnswerAreUnchanged() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80")
                .withAuthority("example. 300 IN NS ns.example.").withAdditional("ns.example. 300 IN A 192.0.2.53");

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(section(response, Section.AUTHORITY)).containsExactly("example. 300 NS ns.example.");
        assertThat(section(response, Section.ADDITIONAL)).containsExactly("ns.example. 300 A 192.0.2.53");
    }

    @Test
    void classesOtherThanInternetKnowNoDns64() {
        Message query = Message.newQuery(Record.newRecord(Name.fromConstantString("www.example."), Type.AAAA,
                DClass.CH));
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");

        Message response = dns64.ask(query);

        assertThat(dns64.upstream.questions()).containsExactly("www.example. AAAA");
        assertThat(answer(response)).isEmpty();
        assertThat(dns64.upstream.lastQuery().getQuestion().getDClass()).isEqualTo(DClass.CH);
        assertThat(dns64.counters.get(Dns64Counter.OTHER_CLASS)).isOne();
    }
}
