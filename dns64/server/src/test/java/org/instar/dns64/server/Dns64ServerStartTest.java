// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.instar.dns64.Dns64Context;
import org.instar.dns64.Dns64Counters;
import org.instar.dns64.Dns64Responder;
import org.instar.dns64.WireResponder;
import org.instar.dns64.choice.TranslatorLoads;
import org.instar.dns64.settings.SettingsException;
import org.instar.dns64.settings.SettingsReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Type;

@Timeout(60)
class Dns64ServerStartTest {

    private InetSocketAddress free;

    @BeforeEach
    void findFreePort() throws IOException {
        try (Dns64Server server = server(ServedDns64.loopback("127.0.0.1"))) {
            server.start();
            free = server.addresses().getFirst();
        }
    }

    private static Dns64Server server(InetSocketAddress... listen) {
        try {
            Dns64Context context = new Dns64Context(new Dns64Counters(), settings -> servers -> query -> null,
                    TranslatorLoads.NONE);
            return new Dns64Server(List.of(listen), new WireResponder(new Dns64Responder(SettingsReader.read(
                    Map.of("upstreams", "127.0.0.1:9", "prefix", "64:ff9b::/96")), context), System::nanoTime, null));
        } catch (SettingsException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void refused(InetSocketAddress busy, String message) throws IOException {
        try (Dns64Server server = server(free, busy)) {
            assertThatIOException().isThrownBy(server::start).withMessageStartingWith(message);
            assertThat(server.addresses()).isEmpty();
        }
        new DatagramSocket(free).close();
        new ServerSocket(free.getPort(), 1, free.getAddress()).close();
    }

    @Test
    void busyUdpPortIsNamedAndNothingStaysOpen() throws IOException {
        try (DatagramSocket busy = new DatagramSocket(ServedDns64.loopback("127.0.0.1"))) {
            refused((InetSocketAddress) busy.getLocalSocketAddress(),
                    "cannot listen on 127.0.0.1:" + busy.getLocalPort() + ": UDP: Address already in use");
        }
    }

    @Test
    void busyTcpPortIsNamedAndNothingStaysOpen() throws IOException {
        InetSocketAddress six = ServedDns64.loopback("::1");
        try (ServerSocket busy = new ServerSocket(0, 1, six.getAddress())) {
            refused((InetSocketAddress) busy.getLocalSocketAddress(),
                    "cannot listen on [::1]:" + busy.getLocalPort() + ": TCP: Address already in use");
        }
    }

    @Test
    void addressOfAnotherHostIsNamed() throws IOException {
        refused(new InetSocketAddress("192.0.2.1", 53), "cannot listen on 192.0.2.1:53: UDP: ");
    }

    @Test
    void closedServerCanBeStartedAgainAtTheSamePort() throws IOException {
        try (Dns64Server server = server(free)) {
            server.start();
            assertThatIllegalStateException().isThrownBy(server::start);
            try (DnsClient client = new DnsClient(free)) {
                client.askTcp(DnsClient.query("ipv4only.arpa.", Type.A));
            }
            server.close();
            server.close();
            server.start();
            try (DnsClient client = new DnsClient(free)) {
                assertThat(client.askUdp(DnsClient.query("ipv4only.arpa.", Type.A))).isNotNull();
            }
        }
    }

    @Test
    void closingEndsConnections() throws IOException {
        try (Dns64Server server = server(free)) {
            server.start();
            try (DnsClient client = new DnsClient(free)) {
                client.askTcp(DnsClient.query("ipv4only.arpa.", Type.A));
                server.close();
                assertThat(client.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void addressesAreNeeded() {
        assertThatIllegalArgumentException().isThrownBy(Dns64ServerStartTest::server).withMessageStartingWith("listen");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> server(InetSocketAddress.createUnresolved("ns.example", 53)))
                .withMessageStartingWith("listen");
    }
}
