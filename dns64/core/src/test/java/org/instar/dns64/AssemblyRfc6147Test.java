// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.4: header, question and EDNS of the response; RFC 6891 for the OPT record. */
class AssemblyRfc6147Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96");

    @BeforeEach
    void zone() {
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80");
    }

    @Test
    void headerIsThatOfARecursiveServer() {
        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(response.getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(response.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(response.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(response.getHeader().getOpcode()).isEqualTo(Opcode.QUERY);
        assertThat(response.getSection(Section.QUESTION))
                .containsExactly(Dns64Fixture.query("www.example.", Type.AAAA).getQuestion());
    }

    @Test
    void recursionDesiredIsCopiedToResponseAndUpstream() {
        Message query = Dns64Fixture.query("www.example.", Type.AAAA);
        query.getHeader().unsetFlag(Flags.RD);

        assertThat(dns64.ask(query).getHeader().getFlag(Flags.RD)).isFalse();
        assertThat(dns64.upstream.lastQuery().getHeader().getFlag(Flags.RD)).isFalse();
    }

    @Test
    void clientsWithEdnsGetOurOptRecord() {
        Message query = Dns64Fixture.query("www.example.", Type.AAAA);
        query.addRecord(new OPTRecord(4096, 0, 0, ExtendedFlags.DO, List.of(new CookieOption(new byte[8]))),
                Section.ADDITIONAL);

        OPTRecord opt = dns64.ask(query).getOPT();

        assertThat(opt.getPayloadSize()).isEqualTo(1232);
        assertThat(opt.getFlags()).isEqualTo(ExtendedFlags.DO);
        assertThat(opt.getOptions()).as("no cookie, but that it was synthesised").singleElement()
                .isEqualTo(new ExtendedErrorCodeOption(Reply.SYNTHESIZED));
        assertThat(dns64.upstream.lastQuery().getOPT().getFlags()).isEqualTo(ExtendedFlags.DO);
        assertThat(dns64.upstream.lastQuery().getOPT().getOptions()).isEmpty();
    }

    @Test
    void clientsWithoutEdnsGetNoOptRecord() {
        assertThat(dns64.ask("www.example.", Type.AAAA).getOPT()).isNull();
        assertThat(dns64.ask("www.example.", Type.A).getOPT()).isNull();
    }

    @Test
    void laterVersionsOfEdnsAreAnsweredWithBadvers() {
        Message query = Dns64Fixture.query("www.example.", Type.AAAA);
        query.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);

        assertThat(dns64.ask(query).getRcode()).isEqualTo(Rcode.BADVERS);
        assertThat(dns64.upstream.questions()).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.BAD_EDNS_VERSION)).isOne();
    }

    @Test
    void twoOptRecordsAreMalformed() {
        Message query = Dns64Fixture.dnssecQuery("www.example.", Type.AAAA);
        query.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);

        assertThat(dns64.ask(query).getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(dns64.counters.get(Dns64Counter.MALFORMED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void anyNumberOfQuestionsButOneIsMalformed(int questions) {
        Message query = new Message();
        for (int i = 0; i < questions; i++) {
            query.addRecord(Dns64Fixture.query("www.example.", Type.AAAA).getQuestion(), Section.QUESTION);
        }

        assertThat(dns64.ask(query).getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(dns64.counters.get(Dns64Counter.MALFORMED)).isOne();
    }

    @Test
    void otherOpcodesAreNotImplemented() {
        Message query = Dns64Fixture.query("www.example.", Type.SOA);
        query.getHeader().setOpcode(Opcode.NOTIFY);

        Message response = dns64.ask(query);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(response.getHeader().getOpcode()).isEqualTo(Opcode.NOTIFY);
        assertThat(dns64.counters.get(Dns64Counter.NOT_IMPLEMENTED)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.AXFR, Type.IXFR})
    void zoneTransfersAreRefused(int type) {
        assertThat(dns64.ask("example.", type).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(dns64.upstream.questions()).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.TRANSFERS_REFUSED)).isOne();
    }

    @Test
    void faultOfTheProgramIsServerFailure() {
        dns64.upstream.answering("www.example.", Type.MX, ScriptedUpstream.FAULT);

        Message response = dns64.ask("www.example.", Type.MX);

        assertThat(response.getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void everyQueryIsCounted() {
        dns64.ask("www.example.", Type.AAAA);
        dns64.ask("www.example.", Type.A);

        assertThat(dns64.counters.asMap()).containsEntry("queries", 2L).containsEntry("synthesised", 1L)
                .containsEntry("passed", 1L).containsEntry("upstream_timeouts", 0L);
        assertThat(answer(dns64.ask("www.example.", Type.A))).containsExactly("www.example. 300 A 192.0.2.80");
    }
}
