// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;
import static org.instar.dns64.Dns64Fixture.section;

import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 8880 §7: ipv4only.arpa and its reverse names, answered without asking anyone. */
class Ipv4OnlyArpaRfc8880Test {

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b::/96", "2001:db8:64::/96");
    private boolean upstreamMayBeAsked;

    @AfterEach
    void nobodyWasAsked() {
        if (!upstreamMayBeAsked) {
            assertThat(dns64.upstream.questions()).isEmpty();
        }
    }

    @Test
    void aRecordsAreTheTwoWellKnownAddresses() {
        Message response = dns64.ask("IPv4only.arpa.", Type.A);

        assertThat(answer(response)).containsExactly("IPv4only.arpa. 3600 A 192.0.0.170",
                "IPv4only.arpa. 3600 A 192.0.0.171");
        assertThat(response.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(dns64.counters.get(Dns64Counter.IPV4ONLY_ARPA)).isOne();
    }

    @Test
    void aaaaRecordsAreThoseAddressesInEveryPrefixTheWellKnownOneToo() {
        assertThat(answer(dns64.ask("ipv4only.arpa.", Type.AAAA))).containsExactlyInAnyOrder(
                "ipv4only.arpa. 3600 AAAA 64:ff9b::c000:aa", "ipv4only.arpa. 3600 AAAA 64:ff9b::c000:ab",
                "ipv4only.arpa. 3600 AAAA 2001:db8:64::c000:aa", "ipv4only.arpa. 3600 AAAA 2001:db8:64::c000:ab");
    }

    @Test
    void clientsThatCheckGetThemToo() {
        assertThat(answer(dns64.ask(Dns64Fixture.dnssecQuery("ipv4only.arpa.", Type.AAAA, Flags.CD)))).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.NS, Type.SOA, Type.TXT, Type.MX, Type.ANY, Type.DNSKEY})
    void otherTypesAreNegative(int type) {
        Message response = dns64.ask("ipv4only.arpa.", type);

        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer(response)).isEmpty();
        assertThat(section(response, Section.AUTHORITY)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {Type.A, Type.AAAA, Type.DS})
    void namesBelowDoNotExist(int type) {
        assertThat(dns64.ask("www.ipv4only.arpa.", type).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void dsIsResolvedTheUsualWay() {
        upstreamMayBeAsked = true;

        dns64.ask("ipv4only.arpa.", Type.DS);

        assertThat(dns64.upstream.questions()).containsExactly("ipv4only.arpa. DS");
    }

    @ParameterizedTest
    @CsvSource({"64:ff9b::c000:aa", "2001:db8:64::c000:ab"})
    void reverseNamesPointToIt(String address) {
        String name = ReverseMap.fromAddress(Ip6.parse(address).toBytes()).toString();

        assertThat(answer(dns64.ask(name, Type.PTR))).containsExactly(name + " 3600 PTR ipv4only.arpa.");
    }
}
