// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.instar.dns64.Dns64Counter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What one client can take from others: nothing. */
@Timeout(60)
class ClientLimitsTest {

    private static final int FLOOD = 3000;

    private static void flood(DnsClient client, String name) throws IOException {
        for (int i = 0; i < FLOOD; i++) {
            client.sendUdp(DnsClient.query(name.replace("#", "n" + i), Type.AAAA).toWire());
        }
    }

    @Test
    void aFloodFromOneClientLeavesOthersServed() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("client-limits", Map.of("queries-per-second", 100));
                DnsClient noisy = dns64.client(); DnsClient quiet = dns64.clientOverIpv6()) {
            flood(noisy, "www.example.");
            for (int i = 0; i < 50; i++) {
                assertThat(quiet.askUdp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER))
                        .hasSize(1);
            }
            assertThat(dns64.reaches(Dns64Counter.CLIENT_LIMITED, FLOOD / 2)).isTrue();
            assertThat(dns64.counters.get(Dns64Counter.QUERIES)).isLessThan(FLOOD / 2);
        }
    }

    @Test
    void waitingQueriesOfOneClientDoNotFillTheQueue() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("queries-in-flight", 50, "client-limits",
                Map.of("queries-in-flight", 5), "query-timeout-millis", 2000);
                DnsClient noisy = dns64.client(); DnsClient quiet = dns64.clientOverIpv6()) {
            dns64.nameServer.overUdp(response ->
                    response.getQuestion().getName().toString().toLowerCase().startsWith("n") ? null : response);
            flood(noisy, "#.example.");
            assertThat(quiet.askUdp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
            assertThat(dns64.counters.get(Dns64Counter.CLIENT_LIMITED)).isPositive();
            assertThat(dns64.counters.get(Dns64Counter.OVERLOAD_DROPPED)).isZero();
        }
    }

    @Test
    void tooManyOfTheSameAnswerAreNotSentAndSomeComeTruncated() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("rate-limit", Map.of("responses-per-second", 20, "slip", 2));
                DnsClient client = dns64.client()) {
            client.askUdp(DnsClient.query("www.example.", Type.AAAA));
            flood(client, "www.example.");
            assertThat(dns64.reaches(Dns64Counter.RATE_LIMITED, FLOOD / 2)).isTrue();

            Message slipped = client.receiveUdp();
            while (!slipped.getHeader().getFlag(Flags.TC)) {
                slipped = client.receiveUdp();
            }
            assertThat(slipped.getSection(Section.ANSWER)).isEmpty();
            assertThat(slipped.getQuestion().getName()).hasToString("www.example.");
            assertThat(dns64.counters.get(Dns64Counter.RATE_SLIPPED)).isPositive();
            assertThat(client.askTcp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER))
                    .as("TCP is not limited").hasSize(1);
        }
    }

    @Test
    void blackholedClientsGetNothingAndOthersAnAnswer() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("blackhole", List.of("127.0.0.1"));
                DnsClient hidden = dns64.client(); DnsClient seen = dns64.clientOverIpv6()) {
            hidden.sendUdp(DnsClient.query("www.example.", Type.AAAA).toWire());

            assertThat(dns64.reaches(Dns64Counter.BLACKHOLED, 1)).isTrue();
            assertThat(hidden.isClosedByServer()).isTrue();
            assertThat(seen.askUdp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
            assertThat(dns64.counters.get(Dns64Counter.QUERIES)).isOne();
        }
    }

    @Test
    void clientsNotAllowedAreRefused() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("allow-query", List.of("!127.0.0.1", "any"));
                DnsClient refused = dns64.client(); DnsClient allowed = dns64.clientOverIpv6()) {
            assertThat(allowed.askUdp(DnsClient.query("www.example.", Type.AAAA)).getRcode()).isEqualTo(Rcode.NOERROR);
            assertThat(refused.askUdp(DnsClient.query("www.example.", Type.AAAA)).getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(refused.askTcp(DnsClient.query("www.example.", Type.AAAA)).getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void connectionsOfOneClientAreBound() throws IOException {
        try (ServedDns64 dns64 = new ServedDns64("tcp-connections-per-client", 1);
                DnsClient first = dns64.client(); DnsClient second = dns64.client();
                DnsClient other = dns64.clientOverIpv6()) {
            first.askTcp(DnsClient.query("www.example.", Type.AAAA));

            assertThat(second.isClosedByServer()).isTrue();
            assertThat(other.askTcp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
        }
    }
}
