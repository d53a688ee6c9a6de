// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.dns64.Dns64Counter;
import org.instar.dns64.upstream.ExampleZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

@Timeout(60)
class Dns64ServerTest {

    private ServedDns64 dns64;
    private DnsClient client;

    @BeforeEach
    void start() throws IOException {
        dns64 = new ServedDns64();
        client = dns64.client();
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        dns64.close();
    }

    private static String address(Message response) {
        assertThat(response.getRcode()).isEqualTo(Rcode.NOERROR);
        return response.getSection(Section.ANSWER).get(0).rdataToString();
    }

    @Test
    void synthesisesOverUdp() throws IOException {
        assertThat(address(client.askUdp(DnsClient.query("www.example.", Type.AAAA))))
                .isEqualTo("64:ff9b:1:0:0:0:c000:250");
    }

    @Test
    void synthesisesOverTcp() throws IOException {
        assertThat(address(client.askTcp(DnsClient.query("www.example.", Type.AAAA))))
                .isEqualTo("64:ff9b:1:0:0:0:c000:250");
    }

    @Test
    void listensOnEveryAddress() throws IOException {
        try (DnsClient six = dns64.clientOverIpv6()) {
            assertThat(address(six.askUdp(DnsClient.query("six.example.", Type.AAAA))))
                    .isEqualTo("2001:db8:0:0:0:0:0:80");
            assertThat(address(six.askTcp(DnsClient.query("six.example.", Type.AAAA))))
                    .isEqualTo("2001:db8:0:0:0:0:0:80");
        }
    }

    @Test
    void answersThatDoNotFitAreTruncatedAndWholeOverTcp() throws IOException {
        Message query = DnsClient.query("big.example.", Type.AAAA);
        query.addRecord(new OPTRecord(4096, 0, 0), Section.ADDITIONAL);

        Message truncated = client.askUdp(query);

        assertThat(truncated.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(truncated.numBytes()).isLessThanOrEqualTo(1232);
        assertThat(client.askTcp(query).getSection(Section.ANSWER)).hasSize(ExampleZone.BIG);
        assertThat(dns64.counters.get(Dns64Counter.TRUNCATED)).isOne();
    }

    @Test
    void namesAreCompressed() throws IOException {
        Message response = client.askTcp(DnsClient.query("big.example.", Type.AAAA));

        // 28 bytes per record with a pointer for a name; the name in full would make it 39
        assertThat(response.numBytes()).isLessThan(12 + 17 + ExampleZone.BIG * 29);
    }

    @Test
    void queriesArePipelinedOverTcp() throws IOException {
        Map<Integer, String> expected = new HashMap<>();
        byte[][] queries = new byte[20][];
        for (int i = 0; i < queries.length; i++) {
            Message query = DnsClient.query("web" + (80 + i) + ".example.", Type.AAAA);
            query.getHeader().setID(1000 + i);   // drawn at random two might be the same
            queries[i] = query.toWire();
            expected.put(query.getHeader().getID(), "64:ff9b:1:0:0:0:c000:2" + Integer.toHexString(80 + i));
        }

        client.sendTcp(queries);

        Map<Integer, String> received = new HashMap<>();
        for (int i = 0; i < expected.size(); i++) {
            Message response = client.receiveTcp();
            received.put(response.getHeader().getID(), address(response));
        }
        assertThat(received).isEqualTo(expected);
    }

    @Test
    void slowQueryDoesNotHoldUpTheNextOneOnTheConnection() throws IOException {
        AtomicInteger silences = new AtomicInteger(1);
        dns64.nameServer.overUdp(response -> silences.getAndDecrement() > 0 ? null : response);
        Message slow = DnsClient.query("www.example.", Type.AAAA);
        Message fast = DnsClient.query("ipv4only.arpa.", Type.AAAA);

        client.sendTcp(slow.toWire(), fast.toWire());

        assertThat(client.receiveTcp().getHeader().getID()).isEqualTo(fast.getHeader().getID());
        assertThat(client.receiveTcp().getHeader().getID()).isEqualTo(slow.getHeader().getID());
    }

    @Test
    void queriesMayComeInPieces() throws IOException {
        byte[] query = DnsClient.query("www.example.", Type.AAAA).toWire();
        DataOutputStream out = new DataOutputStream(client.connect().getOutputStream());
        client.connect().setTcpNoDelay(true);
        out.write(0);
        out.flush();
        out.write(query.length);
        out.flush();
        for (byte octet : query) {
            out.write(octet);
            out.flush();
        }

        assertThat(client.receiveTcp().getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void clientThatHasEndedItsSideGetsItsAnswers() throws IOException {
        client.sendTcp(DnsClient.query("www.example.", Type.AAAA).toWire());
        Socket connection = client.connect();
        connection.shutdownOutput();

        assertThat(client.receiveTcp().getSection(Section.ANSWER)).hasSize(1);
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void garbageIsAFormatErrorAndTheNextQueryIsAnswered() throws IOException {
        byte[] garbage = {0x12, 0x34, 0x01, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9};
        client.sendUdp(new byte[0]);
        client.sendUdp(new byte[] {1, 2, 3});
        client.sendUdp(garbage);

        Message response = client.receiveUdp();

        assertThat(response.getHeader().getID()).isEqualTo(0x1234);
        assertThat(response.getRcode()).isEqualTo(Rcode.FORMERR);
        assertThat(address(client.askUdp(DnsClient.query("www.example.", Type.AAAA)))).isNotEmpty();
        assertThat(dns64.counters.asMap()).containsEntry("malformed", 1L).containsEntry("too_short_dropped", 2L);
    }

    @Test
    void nameServerThatIsGoneIsServerFailure() throws IOException {
        dns64.nameServer.close();

        assertThat(client.askUdp(DnsClient.query("www.example.", Type.AAAA)).getRcode()).isEqualTo(Rcode.SERVFAIL);
        assertThat(dns64.counters.get(Dns64Counter.RCODE_SERVFAIL)).isOne();
    }
}
