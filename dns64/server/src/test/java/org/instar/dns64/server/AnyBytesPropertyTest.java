// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.instar.dns64.Dns64Counter;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Whatever bytes come in, the server lives and answers the next query. */
class AnyBytesPropertyTest {

    private static ServedDns64 dns64;

    @BeforeContainer
    static void start() throws IOException {
        dns64 = new ServedDns64();
    }

    @AfterContainer
    static void stop() throws IOException {
        dns64.close();
    }

    @Property(tries = 300)
    void overUdp(@ForAll @Size(max = 600) byte[] bytes) throws IOException {
        try (DnsClient client = dns64.client()) {
            client.sendUdp(bytes);
            checkNextQuery(client.askUdp(DnsClient.query("www.example.", Type.AAAA)));
        }
    }

    @Property(tries = 300)
    void overTcpInFrames(@ForAll @Size(max = 600) byte[] bytes) throws IOException {
        try (DnsClient client = dns64.client()) {
            Message query = DnsClient.query("www.example.", Type.AAAA);
            client.sendTcp(bytes, query.toWire());
            Message response = client.receiveTcp();
            checkNextQuery(response.getHeader().getID() == query.getHeader().getID() ? response : client.receiveTcp());
        }
    }

    @Property(tries = 300)
    void overTcpUnframed(@ForAll @Size(max = 600) byte[] bytes) throws IOException {
        try (DnsClient broken = dns64.client(); DnsClient client = dns64.client()) {
            broken.connect().getOutputStream().write(bytes);
            checkNextQuery(client.askTcp(DnsClient.query("www.example.", Type.AAAA)));
        }
    }

    private static void checkNextQuery(Message response) {
        assertThat(response.getSection(Section.ANSWER)).hasSize(1);
        assertThat(dns64.counters.get(Dns64Counter.INTERNAL_ERRORS)).isZero();
    }
}
