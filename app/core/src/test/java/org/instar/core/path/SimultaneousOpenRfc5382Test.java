// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.core.session.TcpState;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 5382 REQ-4, RFC 6146 §3.5.2.2: SYNs from the IPv4 side that nothing lets in")
class SimultaneousOpenRfc5382Test extends PathFixture {

    private static final int POOL = Ip4.parse("192.0.2.65");

    SimultaneousOpenRfc5382Test() {
        super(Map.of("limits", Map.of("maxStoredSyns", 2),
                "rules", List.of("nat64 from any to any -> pool main filter address-and-port-dependent")));
    }

    @Test
    @DisplayName("it is silent for 6 s, then port unreachable about the SYN as it came")
    void silentForSixSeconds() {
        assertThat(from4(tcp4(REMOTE4, 80, POOL, 2000, SYN))).isFalse();
        assertThat(counters.get(PathDrop.SYN_STORED)).isEqualTo(1);
        elapse(5.999);
        assertThat(answers).isEmpty();
        elapse(0.001);
        assertThat(answers).hasSize(1);
        ByteBuffer answer = ByteBuffer.wrap(answers.get(0));
        assertThat(answer.get(9)).as("ICMP").isEqualTo((byte) 1);
        assertThat(answer.getInt(12)).as("from the gateway's own address").isEqualTo(Ip4.parse("192.0.2.1"));
        assertThat(answer.getInt(16)).isEqualTo(Ip4.parse(REMOTE4));
        assertThat(answer.get(20)).isEqualTo((byte) 3);
        assertThat(answer.get(21)).isEqualTo((byte) 3);
        assertThat(answer.getInt(28 + 16)).as("quotes the SYN").isEqualTo(POOL);
        assertThat(answer.getInt(28 + 20)).isEqualTo(80 << 16 | 2000);
        elapse(10);
        assertThat(answers).as("once").hasSize(1);
    }

    @Test
    @DisplayName("a scan makes no session, BIB entry, port or timer, and its memory is bounded")
    void noState() {
        for (int port = 1; port <= 100; port++) {
            from4(tcp4(REMOTE4, port, POOL, 2000, SYN));
        }
        assertStateCounts(0, 0);
        assertThat(core.subscribers.size()).isZero();
        assertThat(core.pools.ownerOf(POOL, 2000)).isEqualTo(-1);
        assertThat(counters.get(PathDrop.SYN_STORED)).isEqualTo(2);
        assertThat(counters.get(PathDrop.SYN_STORE_FULL)).as("no answer within 6 s: none at all").isEqualTo(98);
        elapse(7);
        assertThat(answers).hasSize(2);
        from4(tcp4(REMOTE4, 1, POOL, 2000, SYN));
        assertThat(counters.get(PathDrop.SYN_STORED)).as("there is room again").isEqualTo(3);
    }

    @Test
    @DisplayName("a retransmission is not stored twice and does not start the 6 s anew")
    void retransmission() {
        from4(tcp4(REMOTE4, 80, POOL, 2000, SYN));
        elapse(3);
        from4(tcp4(REMOTE4, 80, POOL, 2000, SYN));
        from4(tcp4(REMOTE4, 81, POOL, 2000, SYN));
        assertThat(counters.get(PathDrop.SYN_STORE_FULL)).isZero();
        elapse(3.01);
        assertThat(answers).hasSize(1);
        elapse(3);
        assertThat(answers).hasSize(2);
    }

    @Test
    @DisplayName("the client's own SYN takes the stored one: established at once, nothing is told to anybody")
    void takenByTheClientsSyn() {
        from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        int pool = sent.source4();
        int port = sent.sourcePort();
        assertThat(from4(tcp4(REMOTE4, 80, pool, port, SYN))).as("filtered").isFalse();
        assertThat(counters.get(PathDrop.SYN_STORED)).isEqualTo(1);
        assertStateCounts(1, 1);

        elapse(2);
        assertThat(from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(secondsLeft()).isEqualTo(7200);
        elapse(10);
        assertThat(answers).isEmpty();
        assertThat(from4(tcp4(REMOTE4, 80, pool, port, SYN | ACK))).isTrue();
        assertStateCounts(1, 2);
    }

    @Test
    @DisplayName("only the SYN of the very connection is taken")
    void otherConnections() {
        from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        from4(tcp4(REMOTE4, 80, sent.source4(), sent.sourcePort(), SYN));
        from6(tcp6(CLIENT, 4000, REMOTE6, 81, SYN));
        assertThat(session().tcpState()).isEqualTo(TcpState.V6_INIT);
        elapse(6.01);
        assertThat(answers).hasSize(1);
    }

    @Test
    @DisplayName("a stored SYN is no sign of the client's: the filter still keeps its sender out, and its binding ends")
    void holdsNothing() {
        from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        int pool = sent.source4();
        int port = sent.sourcePort();
        elapse(236);
        from4(tcp4(REMOTE4, 80, pool, port, SYN));
        assertThat(from4(tcp4(REMOTE4, 80, pool, port, ACK))).isFalse();
        assertThat(counters.get(PathDrop.FILTERED)).isEqualTo(1);
        elapse(4.2);
        assertStateCounts(0, 0);
        elapse(2);
        assertThat(answers).as("it lives on as one without a binding").hasSize(1);
    }

    @Test
    @DisplayName("RFC 6146 §4: a rule's TCP_INCOMING_SYN holds for SYNs to its bindings, else the configuration's")
    void timerOfTheRule() {
        PathFixture path = new PathFixture(Map.of("rules", List.of("nat64 from any to any -> pool main"
                + " filter address-and-port-dependent timeout tcp-incoming-syn 20")));
        path.from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        path.from4(tcp4(REMOTE4, 80, path.sent.source4(), path.sent.sourcePort(), SYN));
        path.from4(tcp4(REMOTE4, 80, POOL, 2000, SYN));
        assertThat(path.counters.get(PathDrop.SYN_STORED)).isEqualTo(2);
        path.elapse(6);
        assertThat(path.answers).as("no rule says anything about a port without a binding").hasSize(1);
        assertThat(ByteBuffer.wrap(path.answers.get(0)).getInt(28 + 20)).isEqualTo(80 << 16 | 2000);
        path.elapse(13.9);
        assertThat(path.answers).hasSize(1);
        path.elapse(0.1);
        assertThat(path.answers).hasSize(2);
    }

    @Test
    @DisplayName("REQ-4a: with maxStoredSyns 0 such SYNs are dropped silently")
    void switchedOff() {
        PathFixture silent = new PathFixture(Map.of("limits", Map.of("maxStoredSyns", 0)));
        assertThat(silent.from4(tcp4(REMOTE4, 80, POOL, 2000, SYN))).isFalse();
        assertThat(silent.counters.get(PathDrop.NO_BINDING)).isEqualTo(1);
        silent.elapse(10);
        assertThat(silent.answers).isEmpty();
    }

    @Test
    @DisplayName("§3.5.2.2, CLOSED: with endpoint-independent filtering a SYN to a binding goes through, "
            + "and is not stored")
    void letIn() {
        PathFixture open = new PathFixture(Map.of());
        open.from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.9", 80, SYN));
        assertThat(open.from4(tcp4(REMOTE4, 80, open.sent.source4(), open.sent.sourcePort(), SYN))).isTrue();
        assertThat(open.session().tcpState()).isEqualTo(TcpState.V4_INIT);
        assertThat(open.secondsLeft()).isEqualTo(240);
        int session = open.sentSession;
        assertThat(open.from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN))).isTrue();
        assertThat(open.sentSession).isEqualTo(session);
        assertThat(open.session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    @DisplayName("the echo of a SYN flood, SYN ACK out of nothing, is not stored")
    void synAck() {
        assertThat(from4(tcp4(REMOTE4, 80, POOL, 2000, SYN | ACK))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(1);
        elapse(7);
        assertThat(answers).isEmpty();
    }
}
