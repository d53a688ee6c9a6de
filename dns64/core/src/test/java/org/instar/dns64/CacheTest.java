// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.dns64.settings.AddressMatch;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** What is kept of answers: RFC 2308, RFC 8767, and that no change of settings leaves an answer of before. */
class CacheTest {

    private static final Map<String, Object> OPTIONS = Map.of("prefix", "64:ff9b:1::/96");

    private final Dns64Fixture dns64 = Dns64Fixture.of("prefix", "64:ff9b:1::/96");

    @BeforeEach
    void zone() {
        dns64.upstream.withSoa(3600, 400).with("www.example. 100 IN A 192.0.2.80",
                "six.example. 50 IN AAAA 2001:db8::80");
    }

    private int asked() {
        return dns64.upstream.questions().size();
    }

    @Test
    void answersAreKeptForTheirTtlAndAge() {
        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 100 AAAA 64:ff9b:1::c000:250");
        dns64.passSeconds(40);

        Message query = Dns64Fixture.query("wWw.example.", Type.AAAA);
        Message response = dns64.ask(query);

        assertThat(answer(response)).containsExactly("wWw.example. 60 AAAA 64:ff9b:1::c000:250");
        assertThat(response.getQuestion().getName()).hasToString("wWw.example.");
        assertThat(asked()).isEqualTo(2);
        assertThat(dns64.counters.get(Dns64Counter.READY_HITS)).isOne();
        assertThat(answer(dns64.ask("www.example.", Type.A))).containsExactly("www.example. 60 A 192.0.2.80");
        assertThat(asked()).as("the A records were there").isEqualTo(2);
        dns64.passSeconds(61);
        dns64.ask("www.example.", Type.A);
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void negativeAnswersAreKeptByTheSoaRecord() {   // RFC 2308 §5
        assertThat(dns64.ask("none.example.", Type.MX).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        dns64.passSeconds(399);
        assertThat(dns64.ask("none.example.", Type.MX).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(asked()).isEqualTo(1 + 1);   // one fetched anew before its end
        assertThat(dns64.counters.get(Dns64Counter.PREFETCHES)).isOne();
    }

    @Test
    void negativeAnswersWithoutSoaRecordAreNotKept() {
        Dns64Fixture plain = Dns64Fixture.of("prefix", "64:ff9b:1::/96");
        plain.ask("none.example.", Type.MX);
        plain.ask("none.example.", Type.MX);

        assertThat(plain.upstream.questions()).hasSize(2);
    }

    @Test
    void failuresAreNotAskedForAgainAtOnce() {   // RFC 2308 §7
        dns64.upstream.silentFor("www.example.", Type.MX);
        dns64.ask("www.example.", Type.MX);
        assertThat(dns64.ask("www.example.", Type.MX).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(asked()).isOne();
        dns64.passSeconds(2);
        dns64.ask("www.example.", Type.MX);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void askedForAnswersAreFetchedAnewBeforeTheirEnd() {
        dns64.ask("six.example.", Type.A);
        dns64.ask("six.example.", Type.AAAA);
        int before = asked();
        dns64.passSeconds(47);

        assertThat(answer(dns64.ask("six.example.", Type.AAAA))).containsExactly("six.example. 3 AAAA 2001:db8::80");
        assertThat(asked()).isEqualTo(before + 1);
        dns64.passSeconds(10);
        assertThat(answer(dns64.ask("six.example.", Type.AAAA))).containsExactly("six.example. 40 AAAA 2001:db8::80");
        assertThat(asked()).as("nobody waited").isEqualTo(before + 1);
    }

    @Test
    void staleAnswersStandInWhenNobodyAnswers() {   // RFC 8767
        dns64.ask("www.example.", Type.AAAA);
        dns64.upstream.silentFor("www.example.", Type.A).silentFor("www.example.", Type.AAAA);
        dns64.passSeconds(1000);

        Message response = dns64.ask(Dns64Fixture.ednsQuery("www.example.", Type.AAAA));

        assertThat(answer(response)).containsExactly("www.example. 30 AAAA 64:ff9b:1::c000:250");
        assertThat(Dns64Fixture.extendedErrors(response)).contains(3);
        int before = asked();
        dns64.ask("www.example.", Type.AAAA);
        assertThat(asked()).as("RFC 8767 §5: not more often than every 30 s").isEqualTo(before);
        dns64.passSeconds(31);
        dns64.upstream.forget().with("www.example. 100 IN A 192.0.2.99");
        assertThat(answer(dns64.ask("www.example.", Type.A))).containsExactly("www.example. 100 A 192.0.2.99");
        dns64.passSeconds(86_400 + 200);
        dns64.upstream.silentFor("www.example.", Type.A);
        assertThat(dns64.ask("www.example.", Type.A).getRcode()).as("past max-stale").isEqualTo(Rcode.SERVFAIL);
    }

    @Test
    void noAnswerOfAnOldPrefixAfterAReload() {
        dns64.ask("www.example.", Type.AAAA);
        int before = asked();

        dns64.reload(Map.of("prefix", "2001:db8:64::/96"));

        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 100 AAAA 2001:db8:64::c000:250");
        assertThat(asked()).as("answers of upstreams are kept").isEqualTo(before);
        dns64.reload(Map.of("prefix", "2001:db8:64::/96", "upstreams", "192.0.2.54:53"));
        dns64.ask("www.example.", Type.AAAA);
        assertThat(asked()).as("other upstreams, other answers").isEqualTo(before + 2);
    }

    @Test
    void answersAreFlushedByNameSuffixAndPrefix() {
        dns64.ask("www.example.", Type.A);
        dns64.ask("six.example.", Type.AAAA);
        dns64.ask("www.other.", Type.A);
        dns64.responder().flush();

        assertThat(dns64.context.cache().flushName(Name.fromConstantString("WWW.example."))).isOne();
        dns64.ask("www.example.", Type.A);
        AddressMatch prefix = AddressMatch.of(List.of("192.0.2.0/24"));
        assertThat(dns64.context.cache().flushAddresses(bytes -> bytes.length == 4
                && prefix.matches4(ByteBuffer.wrap(bytes).getInt()))).isOne();
        assertThat(dns64.context.cache().flushAddresses(bytes -> bytes.length == 16
                && Ip6.of(bytes).equals(Ip6.parse("2001:db8::81")))).isZero();
        assertThat(dns64.context.cache().flushSuffix(Name.fromConstantString("example."))).isEqualTo(2);
        assertThat(dns64.context.cache().entries()).isLessThanOrEqualTo(1);
    }

    @Test
    void theCacheIsBoundByBytes() {
        dns64.reload(Map.of("prefix", "64:ff9b:1::/96", "cache", Map.of("size-kilobytes", 100)));
        for (int i = 0; i < 2000; i++) {
            dns64.upstream.with("n" + i + ".example. 300 IN A 192.0.2.1");
            dns64.ask("n" + i + ".example.", Type.A);
        }

        assertThat(dns64.context.cache().bytes()).isBetween(20_000L, 75L * 1024);
        assertThat(dns64.responder().readyBytes()).isBetween(5_000L, 25L * 1024);
    }

    @Test
    void queriesThatDifferInWhatMattersDoNotShareAnAnswer() {
        dns64.ask("www.example.", Type.AAAA);
        Message checking = Dns64Fixture.dnssecQuery("www.example.", Type.AAAA, Flags.CD);

        assertThat(answer(dns64.ask(checking))).isEmpty();
        assertThat(dns64.ask("www.example.", Type.A).getSection(1)).hasSize(1);
        assertThat(dns64.ask("www.example.", Type.AAAA).getOPT()).isNull();
        assertThat(dns64.ask(Dns64Fixture.ednsQuery("www.example.", Type.AAAA)).getOPT()).isNotNull();
    }

    @Test
    void clientSubnetsAreKeptApart() {   // RFC 7871 §7.3
        dns64.reload(Map.of("prefix", "64:ff9b:1::/96", "client-subnet", "add"));
        dns64.askFrom("2001:db8:1::1", "www.example.", Type.A);
        dns64.askFrom("2001:db8:1:ff::2", "www.example.", Type.A);
        dns64.askFrom("2001:db8:2::1", "www.example.", Type.A);
        dns64.askFrom("::ffff:192.0.2.9", "www.example.", Type.A);

        assertThat(asked()).isEqualTo(3);
        assertThat(dns64.upstream.lastQuery().getOPT().getOptions()).singleElement().asString().contains("192.0.2.0");
    }
}
