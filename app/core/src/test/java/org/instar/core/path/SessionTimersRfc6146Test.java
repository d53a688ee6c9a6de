// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.FIN;
import static org.instar.core.path.TestPackets.RST;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.core.session.TcpState;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.5, §4: how long sessions live")
class SessionTimersRfc6146Test extends PathFixture {

    private int pool;
    private int port;

    SessionTimersRfc6146Test() {
        super(Map.of("timers", Map.of("udpPorts", Map.of("53", 10))));
    }

    private void establish(PathFixture path) {
        path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        pool = path.sent.source4();
        port = path.sent.sourcePort();
        path.from4(tcp4(REMOTE4, 80, pool, port, SYN | ACK));
        assertThat(path.session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
    }

    private static TcpState stateOf(PathFixture path) {
        return path.core.sessions.tcpState(1);
    }

    @Test
    @DisplayName("§3.5.2.2: an established session is probed after 2 hours, and ends 4 minutes later without an answer")
    void probe() {
        establish(this);
        elapse(7199);
        assertThat(answers).isEmpty();
        elapse(1.2);
        assertThat(answers).hasSize(1);
        assertThat(counters.get(PathEvent.SESSIONS_PROBED)).isEqualTo(1);
        assertThat(stateOf(this)).isEqualTo(TcpState.TRANS);
        elapse(239);
        assertStateCounts(1, 1);
        elapse(1.2);
        assertStateCounts(0, 0);
        assertThat(answers).as("silently").hasSize(1);
    }

    @Test
    @DisplayName("§3.5.2.2: the probe is a segment of the connection without data, sequence number 0, flag ACK")
    void probeOnTheWire() {
        establish(this);
        elapse(7200.2);
        ByteBuffer probe = ByteBuffer.wrap(answers.get(0));
        assertThat(probe.capacity()).isEqualTo(60);
        assertThat(probe.getInt(0)).isEqualTo(0x60000000);
        assertThat(probe.getShort(4)).isEqualTo((short) 20);
        assertThat(probe.get(6)).isEqualTo((byte) 6);
        assertThat(Ip6.toString(probe.getLong(8), probe.getLong(16))).isEqualTo("64:ff9b:1::c633:6407");
        assertThat(Ip6.toString(probe.getLong(24), probe.getLong(32))).isEqualTo(CLIENT);
        assertThat(probe.getInt(40)).isEqualTo(80 << 16 | 4000);
        assertThat(probe.getLong(44)).as("sequence and acknowledgment number").isZero();
        assertThat(probe.getShort(52)).as("20 bytes of header, ACK").isEqualTo((short) 0x5010);
        int sum = 6 + 20;
        for (int i = 8; i < 60; i += 2) {
            sum += probe.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        assertThat(sum).as("the checksum is right").isEqualTo(0xffff);
    }

    @Test
    @DisplayName("§3.5.2.2: an answer to the probe brings the session back for 2 hours; a RST does not")
    void answerToTheProbe() {
        establish(this);
        elapse(7200.2);
        assertThat(from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(secondsLeft()).isEqualTo(7200);
        elapse(7200.2);
        assertThat(counters.get(PathEvent.SESSIONS_PROBED)).isEqualTo(2);
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, RST));
        assertThat(session().tcpState()).isEqualTo(TcpState.TRANS);
        elapse(240.2);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("RFC 5382 REQ-5: half-closed sessions live 2 hours 4 minutes without a probe, closed ones 4 minutes")
    void finishing() {
        establish(this);
        elapse(7100);
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, FIN | ACK));
        assertThat(secondsLeft()).isEqualTo(7440);
        elapse(7439);
        assertStateCounts(1, 1);
        from4(tcp4(REMOTE4, 80, pool, port, FIN | ACK));
        assertThat(secondsLeft()).isEqualTo(240);
        elapse(100);
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK));
        assertThat(secondsLeft()).as("not refreshed").isEqualTo(140);
        elapse(140.2);
        assertStateCounts(0, 0);
        assertThat(counters.get(PathEvent.SESSIONS_PROBED)).isZero();
    }

    @Test
    @DisplayName("RFC 7857 §2.2: after a RST 4 minutes; data in them makes the session an established one again")
    void reset() {
        establish(this);
        from4(tcp4(REMOTE4, 80, pool, port, RST));
        assertThat(secondsLeft()).isEqualTo(240);
        elapse(200);
        assertThat(from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(secondsLeft()).isEqualTo(7200);
    }

    @Test
    @DisplayName("RFC 7857 §2.1: opening and closing connections have timers of their own")
    void openingAndClosing() {
        for (PathFixture path : List.of(
                new PathFixture(Map.of("timers", Map.of("tcpOpeningSeconds", 20, "tcpClosingSeconds", 400))),
                new PathFixture(Map.of("timers", Map.of("tcpTransitorySeconds", 400, "tcpOpeningSeconds", 20))),
                new PathFixture(Map.of("rules", List.of(
                        "nat64 from any to any -> pool main timeout tcp-opening 20 tcp-closing 400"))))) {
            path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
            assertThat(path.secondsLeft()).isEqualTo(20);
            establish(path);
            assertThat(path.secondsLeft()).as("with the probe's 400 it makes 2 h 4 min").isEqualTo(7040);
            path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, RST));
            assertThat(path.secondsLeft()).isEqualTo(400);
            path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK));
            path.elapse(7040.2);
            assertThat(stateOf(path)).isEqualTo(TcpState.TRANS);
            path.elapse(399);
            path.assertStateCounts(1, 1);
            path.elapse(1.2);
            path.assertStateCounts(0, 0);
        }
    }

    @Test
    @DisplayName("RFC 4787 REQ-5a: well-known UDP ports may have a timer of their own")
    void udpPorts() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        assertThat(secondsLeft()).isEqualTo(10);
        from6(udp6(CLIENT, 4000, REMOTE6, 54));
        assertThat(secondsLeft()).isEqualTo(300);
        elapse(10.2);
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("RFC 4787 REQ-6: packets of both sides refresh; without inbound refresh only the client's, REQ-6a")
    void inboundRefresh() {
        PathFixture outboundOnly = new PathFixture(Map.of(
                "rules", List.of("nat64 from any to any -> pool main no-inbound-refresh")));
        for (PathFixture path : List.of(this, outboundOnly)) {
            path.from6(udp6(CLIENT, 4000, REMOTE6, 5353));
            path.elapse(100);
            assertThat(path.from4(udp4(REMOTE4, 5353, path.sent.source4(), path.sent.sourcePort()))).isTrue();
            assertThat(path.secondsLeft()).isEqualTo(path == outboundOnly ? 200 : 300);
            path.from6(udp6(CLIENT, 4000, REMOTE6, 5353));
            assertThat(path.secondsLeft()).isEqualTo(300);
        }
    }

    @Test
    @DisplayName("RFC 4787 REQ-6a: without inbound refresh a new session from outside still lives, an old "
            + "one isn't kept")
    void inboundSessions() {
        PathFixture path = new PathFixture(Map.of(
                "rules", List.of("nat64 from any to any -> pool main no-inbound-refresh")));
        path.from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        int poolAddress = path.sent.source4();
        int poolPort = path.sent.sourcePort();
        assertThat(path.from4(udp4("203.0.113.9", 7, poolAddress, poolPort))).isTrue();
        assertThat(path.secondsLeft()).isEqualTo(300);
        path.elapse(200);
        path.from4(udp4("203.0.113.9", 7, poolAddress, poolPort));
        path.elapse(100.2);
        path.assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("RFC 6146 §5.3: without inbound refresh the other side's SYN still establishes, its data doesn't keep")
    void inboundTcp() {
        PathFixture path = new PathFixture(Map.of(
                "rules", List.of("nat64 from any to any -> pool main no-inbound-refresh")));
        establish(path);
        assertThat(path.secondsLeft()).isEqualTo(7200);
        path.elapse(1000);
        path.from4(tcp4(REMOTE4, 80, pool, port, ACK));
        assertThat(path.secondsLeft()).isEqualTo(6200);
        path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK));
        assertThat(path.secondsLeft()).isEqualTo(7200);
    }

    @Test
    @DisplayName("shorter timers reach sessions that are there without a packet, counted from the change")
    void changedLive() {
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        elapse(10);
        change(Map.of("timers", Map.of("udpSeconds", 120)));
        elapse(0);
        assertThat(secondsLeft()).isEqualTo(120);
        elapse(119);
        assertStateCounts(1, 1);
        elapse(1.2);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("longer timers reach a session with its next packet; a session that ends sooner anyway is left alone")
    void longerLive() {
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        elapse(100);
        change(Map.of("timers", Map.of("udpSeconds", 250)));
        elapse(0);
        assertThat(secondsLeft()).isEqualTo(200);
        change(Map.of("timers", Map.of("udpSeconds", 600)));
        elapse(0);
        assertThat(secondsLeft()).isEqualTo(200);
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        assertThat(secondsLeft()).isEqualTo(600);
    }

    @Test
    @DisplayName("a rule that decides the same and states other timers is the same rule: its sessions follow")
    void timersOfARuleChangedLive() {
        change(Map.of("rules", List.of("nat64 from any to any -> pool main timeout udp 500")));
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        assertThat(secondsLeft()).isEqualTo(500);
        change(Map.of("rules", List.of("nat64 from any to any -> pool main timeout udp 200 limit sessions 9")));
        elapse(0);
        assertThat(secondsLeft()).isEqualTo(200);
        change(Map.of("rules", List.of("nat64 from any to any -> pool main timeout udp 400")));
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        assertThat(secondsLeft()).isEqualTo(400);
    }

    @Test
    @DisplayName("a session keeps a rule that is gone with the timers it states; the others follow the configuration")
    void rulesChangedLive() {
        change(Map.of("rules", List.of("nat64 from any to any -> pool main filter address-dependent timeout udp 200")));
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        int session = sentSession;
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        int connection = sentSession;
        change(Map.of("rules", List.of("nat64 from any to any -> pool main timeout udp 500"),
                "timers", Map.of("tcpTransitorySeconds", 300, "udpSeconds", 150)));
        elapse(0);
        from6(udp6(CLIENT, 4000, REMOTE6, 5353));
        assertThat(sentSession).isEqualTo(session);
        assertThat(secondsLeft()).isEqualTo(200);
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        assertThat(sentSession).isEqualTo(connection);
        assertThat(secondsLeft()).as("the rule states nothing of it").isEqualTo(300);
        from6(udp6(CLIENT, 4001, REMOTE6, 5353));
        assertThat(secondsLeft()).isEqualTo(500);
    }
}
