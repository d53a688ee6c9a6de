// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.instar.dns64.Dns64Counter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(60)
class Dns64ServerLimitsTest {

    private ServedDns64 dns64;

    private void start(int queries, int connections, int perConnection, int idleMillis) throws IOException {
        dns64 = new ServedDns64("queries-in-flight", queries, "tcp-connections", connections,
                "queries-per-connection", perConnection, "tcp-idle-timeout-millis", idleMillis);
    }

    @AfterEach
    void stop() throws IOException {
        dns64.close();
    }

    @Test
    void queriesAboveTheBoundAreDroppedAndCountedUntilOthersEnd() throws IOException {
        start(2, 10, 10, 10_000);
        dns64.nameServer.overUdp(response -> null);
        try (DnsClient client = dns64.client()) {
            for (int i = 0; i < 5; i++) {
                client.sendUdp(DnsClient.query("www.example.", Type.A).toWire());
            }

            assertThat(dns64.reaches(Dns64Counter.OVERLOAD_DROPPED, 3)).isTrue();
            assertThat(dns64.counters.get(Dns64Counter.QUERIES)).isEqualTo(2);

            dns64.nameServer.overUdp(response -> response);
            client.receiveUdp();
            client.receiveUdp();
            assertThat(client.askUdp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
        }
    }

    @Test
    void connectionsAboveTheBoundAreClosedAndCounted() throws IOException {
        start(100, 1, 10, 10_000);
        try (DnsClient first = dns64.client()) {
            first.askTcp(DnsClient.query("www.example.", Type.AAAA));
            try (DnsClient second = dns64.client()) {
                assertThat(second.isClosedByServer()).isTrue();
            }
            assertThat(dns64.counters.get(Dns64Counter.TCP_CONNECTIONS_REFUSED)).isOne();
            assertThat(first.askTcp(DnsClient.query("www.example.", Type.AAAA)).getSection(Section.ANSWER)).hasSize(1);
        }
        assertThat(ServedDns64.becomes(this::acceptsAgain)).isTrue();
    }

    private boolean acceptsAgain() {
        try (DnsClient client = dns64.client()) {
            return client.askTcp(DnsClient.query("www.example.", Type.AAAA)).getHeader().getID() >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void idleConnectionsAreClosed() throws IOException {
        start(100, 10, 10, 200);
        try (DnsClient client = dns64.client()) {
            client.askTcp(DnsClient.query("www.example.", Type.AAAA));

            assertThat(client.isClosedByServer()).isTrue();
            assertThat(dns64.counters.get(Dns64Counter.TCP_IDLE_CLOSED)).isOne();
        }
    }

    @Test
    void connectionWithAQueryBeingAnsweredIsNotIdle() throws IOException {
        start(100, 10, 10, 200);
        dns64.nameServer.overUdp(response -> null);
        try (DnsClient client = dns64.client()) {
            client.sendTcp(DnsClient.query("www.example.", Type.A).toWire());

            assertThat(client.receiveTcp().getHeader().getRcode()).isEqualTo(Rcode.SERVFAIL);
        }
    }

    @Test
    void clientThatSendsMoreThanTheBoundIsReadMoreSlowlyAndAnsweredWhole() throws IOException {
        start(100, 10, 2, 10_000);
        try (DnsClient client = dns64.client()) {
            byte[][] queries = new byte[50][];
            for (int i = 0; i < queries.length; i++) {
                queries[i] = DnsClient.query("www.example.", Type.AAAA).toWire();
            }
            client.sendTcp(queries);

            for (int i = 0; i < queries.length; i++) {
                assertThat(client.receiveTcp().getSection(Section.ANSWER)).hasSize(1);
            }
        }
    }
}
