// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.FIN;
import static org.instar.core.path.TestPackets.RST;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.session.TcpState;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("RFC 5382 REQ-2, REQ-8, REQ-10, RFC 7857 §2: whole TCP connections, from both sides")
class TcpConnectionsRfc5382Test extends PathFixture {

    private int pool;
    private int port;

    TcpConnectionsRfc5382Test() {
        super(Map.of());
    }

    private boolean client(int flags) {
        return from6(tcp6(CLIENT, 4000, REMOTE6, 80, flags));
    }

    private boolean server(int flags) {
        return from4(tcp4(REMOTE4, 80, pool, port, flags));
    }

    private TcpState state() {
        return core.sessions.tcpState(sessionOf(CLIENT, 4000, Ip4.parse(REMOTE4), 80));
    }

    private int sessionOf(String client, int clientPort, int remote, int remotePort) {
        Ip6 address = Ip6.parse(client);
        return core.sessions.find(core.bib.find6(Protocol.TCP, address.high(), address.low(), clientPort), remote,
                remotePort);
    }

    private int secondsLeftNow() {
        return Math.round(core.sessions.read(sessionOf(CLIENT, 4000, Ip4.parse(REMOTE4), 80))
                .expiresInMillis(nowNanos) / 1000f);
    }

    private void bind() {
        from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        pool = sent.source4();
        port = sent.sourcePort();
    }

    private void syn() {
        client(SYN);
        pool = sent.source4();
        port = sent.sourcePort();
    }

    private void establish() {
        syn();
        server(SYN | ACK);
        client(ACK);
    }

    private void reach(TcpState wanted) {
        switch (wanted) {
            case V6_INIT:
                syn();
                break;
            case V4_INIT:
                bind();
                server(SYN);
                break;
            case V4_FIN_RCV:
                establish();
                server(FIN | ACK);
                break;
            case V6_FIN_RCV:
                establish();
                client(FIN | ACK);
                break;
            case V6_FIN_V4_FIN_RCV:
                establish();
                client(FIN | ACK);
                server(FIN | ACK);
                break;
            case TRANS:
                establish();
                server(RST);
                break;
            default:
                establish();
        }
        assertThat(state()).isEqualTo(wanted);
    }

    @Test
    @DisplayName("REQ-2: three-way handshake from either side")
    void handshakes() {
        syn();
        assertThat(server(SYN | ACK)).isTrue();
        assertThat(client(ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);

        assertThat(from4(tcp4("203.0.113.9", 5000, pool, port, SYN))).isTrue();
        assertThat(sent.destinationPort()).isEqualTo(4000);
        assertThat(from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 5000, SYN | ACK))).isTrue();
        assertThat(from4(tcp4("203.0.113.9", 5000, pool, port, ACK))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertStateCounts(1, 2);
    }

    @Test
    @DisplayName("REQ-2: simultaneous open, the SYNs cross behind the translator")
    void simultaneousOpen() {
        syn();
        assertThat(server(SYN)).isTrue();
        assertThat(state()).as("RFC 6146 §3.5.2.2: with ACK or without").isEqualTo(TcpState.ESTABLISHED);
        assertThat(client(SYN | ACK)).isTrue();
        assertThat(server(SYN | ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(secondsLeftNow()).isEqualTo(7200);
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("REQ-2: a half-closed connection still carries data, for hours")
    void halfClosed() {
        establish();
        assertThat(client(FIN | ACK)).isTrue();
        for (int hour = 0; hour < 5; hour++) {
            elapse(7300);
            assertThat(server(ACK)).isTrue();
            assertThat(client(ACK)).isTrue();
        }
        assertThat(server(FIN | ACK)).isTrue();
        assertThat(client(ACK)).isTrue();
        elapse(240.2);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("REQ-2: both sides close at once, and the last segments still pass")
    void simultaneousClose() {
        establish();
        assertThat(client(FIN | ACK)).isTrue();
        assertThat(server(FIN | ACK)).isTrue();
        elapse(100);
        assertThat(client(FIN | ACK)).as("sent again").isTrue();
        assertThat(server(FIN | ACK)).isTrue();
        assertThat(client(ACK)).isTrue();
        assertThat(server(ACK)).isTrue();
        assertThat(secondsLeftNow()).isEqualTo(140);
    }

    @Test
    @DisplayName("REQ-2: the same ports connect again after both have closed, and that connection isn't cut")
    void reusedPorts() {
        reach(TcpState.V6_FIN_V4_FIN_RCV);
        elapse(200);
        assertThat(client(SYN)).isTrue();
        assertThat(sent.sourcePort()).isEqualTo(port);
        assertThat(server(SYN | ACK)).isTrue();
        elapse(3600);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("REQ-8: two clients connect by their pool addresses, each seen by the other's")
    void hairpin() {
        from6(tcp6(OTHER_CLIENT, 5000, REMOTE6, 80, SYN));
        int pool2 = sent.source4();
        int port2 = sent.sourcePort();
        String there = core.config.prefixes().get(0).embed(pool2).toString();
        assertThat(from6(tcp6(CLIENT, 4000, there, port2, SYN))).isTrue();
        String here = Ip6.toString(sent.source6High(), sent.source6Low());
        int port1 = sent.sourcePort();
        int pool1 = core.config.prefixes().get(0).extract(sent.source6High(), sent.source6Low());
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(OTHER_CLIENT);

        assertThat(from6(tcp6(OTHER_CLIENT, 5000, here, port1, SYN | ACK))).isTrue();
        assertThat(Ip6.toString(sent.source6High(), sent.source6Low())).as("REQ-8a").isEqualTo(there);
        assertThat(sent.sourcePort()).isEqualTo(port2);
        assertThat(from6(tcp6(CLIENT, 4000, there, port2, ACK))).isTrue();
        for (int session : new int[] {sessionOf(CLIENT, 4000, pool2, port2),
            sessionOf(OTHER_CLIENT, 5000, pool1, port1)}) {
            assertThat(core.sessions.tcpState(session)).isEqualTo(TcpState.ESTABLISHED);
        }
        from6(tcp6(CLIENT, 4000, there, port2, FIN | ACK));
        assertThat(from6(tcp6(OTHER_CLIENT, 5000, here, port1, FIN | ACK))).isTrue();
        elapse(240.2);
        assertStateCounts(0, 0);
    }

    @ParameterizedTest
    @EnumSource(value = TcpState.class, names = "CLOSED", mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("REQ-10: no ICMP error ends or changes a connection, in whatever state it is")
    void icmpErrors(TcpState wanted) {
        reach(wanted);
        int before = secondsLeftNow();
        elapse(20);
        ByteBuffer out = tcp4(Ip4.toString(pool), port, Ip4.parse(REMOTE4), 80, ACK);
        for (int[] error : new int[][] {{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}, {3, 13}, {11, 0}, {12, 0}}) {
            from4(TestPackets.error4("203.0.113.1", pool, error[0], error[1], out));
        }
        assertThat(from4(TestPackets.error4(REMOTE4, pool, 3, 3, out))).isTrue();
        assertThat(from6(TestPackets.error6(CLIENT, REMOTE6, 1, 4, tcp6(REMOTE6, 80, CLIENT, 4000, ACK)))).isTrue();
        assertThat(state()).isEqualTo(wanted);
        assertThat(secondsLeftNow()).isEqualTo(before - 20);
    }

    @ParameterizedTest
    @EnumSource(value = TcpState.class, names = {"ESTABLISHED", "V4_FIN_RCV", "V6_FIN_RCV"})
    @DisplayName("RFC 7857 §2.2: a RST is translated; without another packet the session ends after 4 "
            + "minutes, not before")
    void reset(TcpState wanted) {
        for (boolean fromClient : new boolean[] {true, false}) {
            reach(wanted);
            elapse(50);
            assertThat(fromClient ? client(RST) : server(RST)).isTrue();
            assertThat(sent.tcpFlags()).isEqualTo(RST);
            elapse(239.8);
            assertStateCounts(1, 1);
            assertThat(state()).isEqualTo(TcpState.TRANS);
            elapse(0.5);
            assertStateCounts(0, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(value = TcpState.class, names = {"V4_INIT", "V6_INIT", "V6_FIN_V4_FIN_RCV", "TRANS"})
    @DisplayName("RFC 7857 §7.1: the client's RST refreshes nothing")
    void outboundReset(TcpState wanted) {
        reach(wanted);
        elapse(100);
        assertThat(client(RST)).isTrue();
        assertThat(state()).isEqualTo(wanted);
        assertThat(secondsLeftNow()).isEqualTo(140);
    }

    @Test
    @DisplayName("RFC 6146 §3.5.2.2, V6 INIT: the client's SYN gives it TCP_TRANS anew, nothing else does; "
            + "it ends silently")
    void openingFromInside() {
        syn();
        elapse(200);
        assertThat(client(ACK)).isTrue();
        assertThat(server(ACK)).isTrue();
        assertThat(secondsLeftNow()).isEqualTo(40);
        client(SYN);
        assertThat(secondsLeftNow()).isEqualTo(240);
        elapse(240.2);
        assertStateCounts(0, 0);
        assertThat(answers).isEmpty();
    }

    @Test
    @DisplayName("RFC 6146 §3.5.2.2, V4 INIT: nothing but the client's SYN changes it; it ends after "
            + "TCP_TRANS, silently")
    void openingFromOutside() {
        bind();
        server(SYN);
        elapse(200);
        for (int flags : List.of(SYN, ACK, FIN, RST)) {
            assertThat(server(flags)).isTrue();
        }
        assertThat(client(ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.V4_INIT);
        assertThat(secondsLeftNow()).isEqualTo(40);
        elapse(40.2);
        assertStateCounts(0, 0);
        assertThat(answers).isEmpty();
    }
}
