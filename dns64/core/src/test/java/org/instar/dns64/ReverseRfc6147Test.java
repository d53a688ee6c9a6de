// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.dns64.Dns64Fixture.answer;
import static org.instar.dns64.Dns64Fixture.section;

import java.util.Locale;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** RFC 6147 §5.3.1: PTR queries, answered in the second way. */
class ReverseRfc6147Test {

    private static final String POINTER = "80.2.0.192.in-addr.arpa. 900 IN PTR www.example.";

    private final Dns64Fixture dns64 = Dns64Fixture.withPrefixes("64:ff9b:1::/96", "2001:db8:122:344::/64");

    private static String nameOf(String address) {
        return ReverseMap.fromAddress(Ip6.parse(address).toBytes()).toString();
    }

    @ParameterizedTest
    @CsvSource({"64:ff9b:1::c000:250", "2001:db8:122:344:c0:2:5000:0", "64:ff9b::c000:250"})
    void addressesOfThePrefixesAndOfTheWellKnownPrefixAreMapped(String address) {
        dns64.upstream.with(POINTER);
        String name = nameOf(address);

        assertThat(answer(dns64.ask(name, Type.PTR))).containsExactly(
                name + " 900 CNAME 80.2.0.192.in-addr.arpa.", "80.2.0.192.in-addr.arpa. 900 PTR www.example.");
        assertThat(dns64.upstream.questions()).containsExactly("80.2.0.192.in-addr.arpa. PTR");
    }

    @Test
    void upperCaseNibblesAreAddressesToo() {
        dns64.upstream.with(POINTER);
        String name = nameOf("64:ff9b:1::c000:250").toUpperCase(Locale.ROOT);

        assertThat(answer(dns64.ask(name, Type.PTR))).hasSize(2);
    }

    @Test
    void noCnameLeadsToNothing() {
        dns64.upstream.withSoa(60, 60);

        Message response = dns64.ask(nameOf("64:ff9b:1::c000:251"), Type.PTR);

        assertThat(response.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer(response)).isEmpty();
        assertThat(section(response, Section.AUTHORITY)).as("a SOA record of another tree").isEmpty();
    }

    @Test
    void noCnameLeadsToACname() {   // delegation of less than 256 addresses, RFC 2317
        dns64.upstream.with("80.2.0.192.in-addr.arpa. 3600 IN CNAME 80.64-27.2.0.192.in-addr.arpa.",
                "80.64-27.2.0.192.in-addr.arpa. 900 IN PTR www.example.");
        String name = nameOf("64:ff9b:1::c000:250");

        assertThat(answer(dns64.ask(name, Type.PTR))).containsExactly(
                name + " 900 CNAME 80.64-27.2.0.192.in-addr.arpa.",
                "80.64-27.2.0.192.in-addr.arpa. 900 PTR www.example.");
    }

    @Test
    void failureOfTheLookupIsServerFailure() {
        dns64.upstream.silentFor("80.2.0.192.in-addr.arpa.", Type.PTR);

        assertThat(dns64.ask(nameOf("64:ff9b:1::c000:250"), Type.PTR).getRcode()).isEqualTo(Rcode.SERVFAIL);
    }

    @ParameterizedTest
    @CsvSource({"2001:db8:122:344:01c0:2:5000:0", "2001:db8:122:344:c0:2:5000:1"})
    void addressesWithBitsInTheOctetUOrTheSuffixAreNone(String address) {
        Message response = dns64.ask(nameOf(address), Type.PTR);

        assertThat(response.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(dns64.upstream.questions()).isEmpty();
        assertThat(dns64.counters.get(Dns64Counter.PTR_UNMAPPED)).isOne();
    }

    @Test
    void otherAddressesAreQueriesLikeAnyOther() {
        String name = nameOf("2001:db8::1");
        dns64.upstream.with(name + " 900 IN PTR six.example.");

        assertThat(answer(dns64.ask(name, Type.PTR))).containsExactly(name + " 900 PTR six.example.");
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.1.b.9.f.f.4.6.0.0.ip6.arpa.", "ip6.arpa.", "80.2.0.192.in-addr.arpa.", "www.example.",
        "00.5.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.b.9.f.f.4.6.0.0.ip6.arpa.",
        "g.5.2.0.0.0.0.c.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.b.9.f.f.4.6.0.0.ip6.arpa."})
    void namesThatAreNoAddressAreQueriesLikeAnyOther(String name) {
        dns64.upstream.with(name + " 900 IN PTR other.example.");

        assertThat(answer(dns64.ask(name, Type.PTR))).containsExactly(name + " 900 PTR other.example.");
    }
}
