// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;

import java.util.List;
import java.util.Map;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What BIND's options of a dns64 block do, and views. */
class BlockOptionsTest {

    private static Dns64Fixture with(Object... options) {
        Dns64Fixture dns64 = Dns64Fixture.of(options);
        dns64.upstream.with("www.example. 300 IN A 192.0.2.80", "own.example. 300 IN A 10.0.0.1");
        return dns64;
    }

    @Test
    void mappedParts4SpaceAmongPrefixes() {   // RFC 6147 §5.1.7
        Dns64Fixture dns64 = with("blocks", List.of(
                Map.of("prefix", "2001:db8:a::/96", "mapped", List.of("10.0.0.0/8")),
                Map.of("prefix", "2001:db8:b::/96", "mapped", List.of("!10.0.0.0/8", "any"))));

        assertThat(answer(dns64.ask("own.example.", Type.AAAA)))
                .containsExactly("own.example. 300 AAAA 2001:db8:a::a00:1");
        assertThat(answer(dns64.ask("www.example.", Type.AAAA)))
                .containsExactly("www.example. 300 AAAA 2001:db8:b::c000:250");
    }

    @Test
    void addressesThatNoPrefixMapsAreNotSynthesised() {
        Dns64Fixture dns64 = with("blocks", List.of(Map.of("prefix", "2001:db8:a::/96", "mapped", "10.0.0.0/8")));

        Message response = dns64.ask("www.example.", Type.AAAA);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.A_NOT_MAPPED)).isOne();
    }

    @Test
    void clientsSeeTheBlocksThatAreForThem() {
        Dns64Fixture dns64 = with("blocks", List.of(
                Map.of("prefix", "2001:db8:a::/96", "clients", List.of("2001:db8:1::/48", "10.0.0.0/8")),
                Map.of("prefix", "2001:db8:b::/96", "clients", "2001:db8:2::/48")));

        for (int round = 0; round < 2; round++) {   // the second from the ready messages
            assertThat(answer(dns64.askFrom("2001:db8:1::1", "www.example.", Type.AAAA)))
                    .containsExactly("www.example. 300 AAAA 2001:db8:a::c000:250");
            assertThat(answer(dns64.askFrom("::ffff:10.0.0.9", "www.example.", Type.AAAA)))
                    .containsExactly("www.example. 300 AAAA 2001:db8:a::c000:250");
            assertThat(answer(dns64.askFrom("2001:db8:2::1", "www.example.", Type.AAAA)))
                    .containsExactly("www.example. 300 AAAA 2001:db8:b::c000:250");
            assertThat(answer(dns64.askFrom("2001:db8:3::1", "www.example.", Type.AAAA))).isEmpty();
        }
        assertThat(dns64.counters.get(Dns64Counter.READY_HITS)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::/32,          ::12:3456:789a:bcde, 2001:db8:c000:221:12:3456:789a:bcde",
        "2001:db8:100::/40,      ::3456:789a:bcde,    2001:db8:1c0:2:21:3456:789a:bcde",
        "2001:db8:122::/48,      ::56:789a:bcde,      2001:db8:122:c000:2:2156:789a:bcde",
        "2001:db8:122:300::/56,  ::789a:bcde,         2001:db8:122:3c0:0:221:789a:bcde",
        "2001:db8:122:344::/64,  ::9a:bcde,           2001:db8:122:344:c0:2:219a:bcde"})
    void suffixFollowsTheAddressInEveryLengthAndIsKnownInPtrQueries(String prefix, String suffix, String address) {
        Dns64Fixture dns64 = Dns64Fixture.of("blocks", List.of(Map.of("prefix", prefix, "suffix", suffix)));
        dns64.upstream.with("www.example. 300 IN A 192.0.2.33", "33.2.0.192.in-addr.arpa. 900 IN PTR www.example.");
        String reverse = ReverseMap.fromAddress(Ip6.parse(address).toBytes()).toString();
        String other = "f" + reverse.substring(1);

        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).containsExactly("www.example. 300 AAAA " + address);
        assertThat(answer(dns64.ask(reverse, Type.PTR))).contains(reverse + " 900 CNAME 33.2.0.192.in-addr.arpa.");
        assertThat(dns64.ask(other, Type.PTR).getRcode()).as("another suffix").isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void recursiveOnlyLeavesQueriesWithoutRdAlone() {
        Dns64Fixture dns64 = with("blocks", List.of(Map.of("prefix", "64:ff9b:1::/96", "recursive-only", true)));
        Message query = Dns64Fixture.query("www.example.", Type.AAAA);
        query.getHeader().unsetFlag(Flags.RD);

        assertThat(answer(dns64.ask(query))).isEmpty();
        assertThat(answer(dns64.ask("www.example.", Type.AAAA))).hasSize(1);
        assertThat(answer(dns64.ask(query))).isEmpty();
    }

    @Test
    void viewsHaveTheirOwnAnswers() {
        Dns64Fixture dns64 = with("prefix", "64:ff9b:1::/96", "views", List.of(
                Map.of("name", "plain", "clients", "2001:db8:1::/48", "blocks", List.of()),
                Map.of("name", "other", "clients", "2001:db8:2::/48", "prefix", "2001:db8:64::/96"),
                Map.of("name", "closed", "clients", "2001:db8:3::/48", "allow-query", "none")));

        for (int round = 0; round < 2; round++) {
            assertThat(answer(dns64.askFrom("2001:db8:1::1", "www.example.", Type.AAAA))).isEmpty();
            assertThat(answer(dns64.askFrom("2001:db8:2::1", "www.example.", Type.AAAA)))
                    .containsExactly("www.example. 300 AAAA 2001:db8:64::c000:250");
            assertThat(dns64.askFrom("2001:db8:3::1", "www.example.", Type.AAAA).getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(answer(dns64.askFrom("2001:db8:4::1", "www.example.", Type.AAAA)))
                    .containsExactly("www.example. 300 AAAA 64:ff9b:1::c000:250");
        }
        assertThat(dns64.askFrom("2001:db8:1::1", "ipv4only.arpa.", Type.AAAA).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(dns64.counters.get(Dns64Counter.CLIENT_REFUSED)).isEqualTo(2);
    }

    @Test
    void domainsAreLeftAloneOrForced() {
        Dns64Fixture dns64 = Dns64Fixture.of("prefix", "64:ff9b:1::/96", "domains", List.of(
                Map.of("domain", "never.example", "synthesis", "never"),
                Map.of("domain", "but.never.example", "synthesis", "auto"),
                Map.of("domain", "always.example", "synthesis", "always")));
        dns64.upstream.with("www.never.example. 300 IN A 192.0.2.80", "www.but.never.example. 300 IN A 192.0.2.80",
                "www.always.example. 300 IN A 192.0.2.80", "www.always.example. 300 IN AAAA 2001:db8::80");

        assertThat(answer(dns64.ask("www.never.example.", Type.AAAA))).isEmpty();
        assertThat(answer(dns64.ask("www.but.never.example.", Type.AAAA))).hasSize(1);
        assertThat(answer(dns64.ask("www.always.example.", Type.AAAA)))
                .containsExactly("www.always.example. 300 AAAA 64:ff9b:1::c000:250");
        assertThat(dns64.counters.get(Dns64Counter.SYNTHESIS_OFF)).isOne();
    }

    @Test
    void domainsAreForwardedElsewhere() {
        Dns64Fixture dns64 = with("upstreams", "192.0.2.53:53", "forward", List.of(
                Map.of("domain", "example", "upstreams", "192.0.2.1:53"),
                Map.of("domain", "deep.example", "upstreams", "192.0.2.2:53")), "views", List.of(
                Map.of("name", "v", "clients", "2001:db8:1::/48", "forward", List.of())));

        dns64.ask("www.example.", Type.A);
        dns64.ask("a.deep.example.", Type.A);
        dns64.ask("www.test.", Type.A);
        dns64.askFrom("2001:db8:1::1", "www.example.", Type.A);

        assertThat(dns64.upstream.askedServers()).containsExactly("192.0.2.1 www.example.",
                "192.0.2.2 a.deep.example.", "192.0.2.53 www.test.", "192.0.2.53 www.example.");
    }

    @Test
    void ptrByALocalNameIsTheFirstWay() {   // RFC 6147 §5.3.1
        Dns64Fixture dns64 = with("prefix", "64:ff9b:1::/96", "ptr-name", "translated.example", "dns64-server",
                "dns64.example", "dns64-contact", "host.example");
        String good = ReverseMap.fromAddress(Ip6.parse("64:ff9b:1::c000:250").toBytes()).toString();
        dns64.reload(Map.of("blocks", List.of(Map.of("prefix", "2001:db8::/64")), "ptr-name", "translated.example",
                "dns64-server", "dns64.example", "dns64-contact", "host.example"));
        String mapped = ReverseMap.fromAddress(Ip6.parse("2001:db8::c0:2:5000:0").toBytes()).toString();
        String none = ReverseMap.fromAddress(Ip6.parse("2001:db8::c0:2:5000:1").toBytes()).toString();

        assertThat(answer(dns64.ask(mapped, Type.PTR))).containsExactly(mapped + " 600 PTR translated.example.");
        Message negative = dns64.ask(none, Type.PTR);
        assertThat(negative.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(Dns64Fixture.section(negative, Section.AUTHORITY)).singleElement().asString()
                .startsWith("0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 60 SOA dns64.example. host.example.");
        assertThat(dns64.ask(good, Type.PTR).getRcode()).as("no prefix of ours any more").isEqualTo(Rcode.NXDOMAIN);
    }
}
