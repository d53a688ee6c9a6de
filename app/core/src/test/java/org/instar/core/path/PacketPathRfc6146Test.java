// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.echo4;
import static org.instar.core.path.TestPackets.echo6;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.core.session.Session;
import org.instar.core.session.TcpState;
import org.instar.engine.DropReason;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.checksum.InternetChecksum;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.4 to §3.8: the five steps")
class PacketPathRfc6146Test extends PathFixture {

    PacketPathRfc6146Test() {
        super(Map.of("prefixes", List.of("64:ff9b:1::/96", "2001:db8:64::/96"),
                "limits", Map.of("subscriberPrefixLength", 128),
                "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/30", "ports", "1024-1151",
                        "blockSize", 16))));
    }

    @Test
    @DisplayName("§3.5.1, §3.6.1: UDP goes out by a binding of the pool and comes back by it")
    void udpBothWays() {
        assertThat(from6(udp6(CLIENT, 4000, REMOTE6, 53))).isTrue();
        assertThat(sent.source4() & 0xfffffffc).isEqualTo(Ip4.parse("192.0.2.64"));
        assertThat(sent.destination4()).isEqualTo(Ip4.parse(REMOTE4));
        assertThat(sent.destinationPort()).isEqualTo(53);
        int pool = sent.source4();
        int port = sent.sourcePort();
        assertThat(secondsLeft()).isEqualTo(300);

        assertThat(from4(udp4(REMOTE4, 53, pool, port))).isTrue();
        assertThat(Ip6.toString(sent.source6High(), sent.source6Low())).isEqualTo("64:ff9b:1::c633:6407");
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(CLIENT);
        assertThat(sent.sourcePort()).isEqualTo(53);
        assertThat(sent.destinationPort()).isEqualTo(4000);
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("§5.2 (and §3.5.1): mapping is endpoint-independent, filtering too")
    void endpointIndependent() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        int pool = sent.source4();
        int port = sent.sourcePort();
        from6(udp6(CLIENT, 4000, "64:ff9b:1::198.51.100.8", 5353));
        assertThat(sent.source4()).isEqualTo(pool);
        assertThat(sent.sourcePort()).isEqualTo(port);
        assertStateCounts(1, 2);

        assertThat(from4(udp4("203.0.113.99", 7777, pool, port))).isTrue();
        assertThat(Ip6.toString(sent.source6High(), sent.source6Low())).isEqualTo("64:ff9b:1::cb00:7163");
        assertStateCounts(1, 3);
    }

    @Test
    @DisplayName("§3.5.1.1: a transport address has one holder in a BIB; other clients and protocols get their own")
    void bindingsAreUnique() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        BibEntry first = sentBinding();
        from6(udp6(OTHER_CLIENT, 4000, REMOTE6, 53));
        BibEntry second = sentBinding();
        from6(tcp6(CLIENT, 4000, REMOTE6, 53, SYN));
        BibEntry third = sentBinding();
        assertThat(first.poolAddress() == second.poolAddress() && first.poolPort() == second.poolPort()).isFalse();
        assertThat(third.poolAddress()).as("§3.5.2.3: same address for the same client").isEqualTo(first.poolAddress());
        assertThat(third.protocol()).isEqualTo(Protocol.TCP);
    }

    @Test
    @DisplayName("§3.5.1: an IPv4 packet without a BIB entry is dropped, makes no state")
    void noBinding() {
        assertThat(from4(udp4(REMOTE4, 53, Ip4.parse("192.0.2.64"), 1030))).isFalse();
        assertThat(from4(tcp4(REMOTE4, 53, Ip4.parse("192.0.2.64"), 1030, SYN))).isFalse();
        assertThat(from4(echo4(REMOTE4, Ip4.parse("192.0.2.64"), 8, 1030))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(2);
        assertThat(counters.get(PathDrop.SYN_STORED)).as("no state of a session").isEqualTo(1);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("§3.5.3, §3.6.2: echo requests are bound by identifier")
    void icmp() {
        assertThat(from6(echo6(CLIENT, REMOTE6, 128, 77))).isTrue();
        assertThat(sent.icmpType()).isEqualTo(8);
        int identifier = sent.sourcePort();
        int pool = sent.source4();
        assertThat(from4(echo4(REMOTE4, pool, 0, identifier))).isTrue();
        assertThat(sent.icmpType()).isEqualTo(129);
        assertThat(sent.sourcePort()).isEqualTo(77);
        assertThat(secondsLeft()).isEqualTo(60);
        assertStateCounts(1, 1);

        assertThat(from6(echo6(OTHER_CLIENT, REMOTE6, 129, 5))).isFalse();
        assertThat(counters.get(PathDrop.ICMP_REPLY_WITHOUT_BINDING)).isEqualTo(1);
    }

    @Test
    @DisplayName("§3.5.2.2: a TCP session is opened by SYN only, established by the SYN of the other side")
    void tcp() {
        assertThat(from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK))).isFalse();
        assertThat(counters.get(PathDrop.TCP_WITHOUT_SYN)).isEqualTo(1);
        assertStateCounts(0, 0);

        assertThat(from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.V6_INIT);
        assertThat(secondsLeft()).isEqualTo(240);
        assertThat(from4(tcp4(REMOTE4, 80, sent.source4(), sent.sourcePort(), SYN | ACK))).isTrue();
        assertThat(session().tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(secondsLeft()).as("TCP_EST; after the probe TCP_TRANS remains").isEqualTo(7200);
    }

    @Test
    @DisplayName("§3.5.2.2, CLOSED: a segment without SYN passes by the BIB entry alone and makes no session")
    void tcpWithoutSession() {
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        int pool = sent.source4();
        int port = sent.sourcePort();
        assertThat(from4(tcp4("203.0.113.99", 80, pool, port, ACK))).isTrue();
        assertThat(sentSession).isZero();
        assertThat(from6(tcp6(CLIENT, 4000, "64:ff9b:1::203.0.113.99", 80, ACK))).isTrue();
        assertThat(sentSession).isZero();
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("§3.5: an IPv6 source within a prefix, and sources nobody can answer, are dropped before any state")
    void sources() {
        assertThat(from6(udp6("2001:db8:64::1", 4000, REMOTE6, 53))).isFalse();
        assertThat(counters.get(PathDrop.SOURCE_IN_PREFIX)).isEqualTo(1);
        from6(udp6("fe80::1", 4000, REMOTE6, 53));
        from6(udp6("ff02::1", 4000, REMOTE6, 53));
        from6(udp6("::", 4000, REMOTE6, 53));
        assertThat(counters.get(DropReason.ILLEGAL_SOURCE_ADDRESS)).isEqualTo(3);
        from6(udp6(CLIENT, 4000, "64:ff9b:1::224.0.0.1", 53));
        from6(udp6(CLIENT, 4000, "64:ff9b:1::255.255.255.255", 53));
        from6(udp6(CLIENT, 4000, "64:ff9b:1::0.0.0.0", 53));
        assertThat(counters.get(PathDrop.DESTINATION_NOT_UNICAST)).isEqualTo(3);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("§3.5: nor may the sender of an ICMP error lie within a prefix")
    void sourcesOfErrors() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        assertThat(from6(TestPackets.error6("2001:db8:64::1", REMOTE6, 1, 4, udp6(REMOTE6, 53, CLIENT, 4000))))
                .isFalse();
        assertThat(counters.get(PathDrop.SOURCE_IN_PREFIX)).isEqualTo(1);
    }

    @Test
    @DisplayName("§3.4: fragments get the ports of the first, also when it comes last")
    void fragments() {
        ByteBuffer first = TestPackets.fragment6(CLIENT, REMOTE6, 7, 0, true, udpHeader(4000, 53, 48, 40));
        ByteBuffer last = TestPackets.fragment6(CLIENT, REMOTE6, 7, 40, false, new byte[8]);
        assertThat(from6(last)).as("waits for the first").isFalse();
        assertStateCounts(0, 0);
        assertThat(from6(first)).isTrue();
        assertThat(sentCount).isEqualTo(2);
        assertThat(sentBinding().clientPort()).isEqualTo(4000);
        assertStateCounts(1, 1);

        from6(TestPackets.fragment6(CLIENT, REMOTE6, 8, 40, false, new byte[8]));
        elapse(3.0);
        assertThat(counters.get(DropReason.FRAGMENT_TIMEOUT)).isEqualTo(1);
    }

    @Test
    @DisplayName("RFC 6384 §4: the payload of a session's packets may be edited, and their length changed")
    void payloadEditor() {
        PathFixture editing = new PathFixture(Map.of(),
                (session, packet, offset, length) -> {
                    int transport = offset + length - 12;
                    packet.putInt(offset + length, 0xabcdabcd);
                    packet.putShort(transport + 4, (short) 16);
                    if (packet.get(offset) >>> 4 == 6) {
                        packet.putShort(offset + 4, (short) 16);
                    } else {
                        packet.putShort(offset + 2, (short) (length + 4));
                        packet.putShort(offset + 10, (short) 0);
                        packet.putShort(offset + 10,
                                (short) InternetChecksum.ofSum(InternetChecksum.sum(packet, offset, 20)));
                    }
                    return length + 4;
                });
        editing.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        assertThat(editing.sent.totalLength()).isEqualTo(20 + 16);
        editing.from4(udp4(REMOTE4, 53, editing.sent.source4(), editing.sent.sourcePort()));
        assertThat(editing.sent.totalLength()).isEqualTo(40 + 16);
    }

    @Test
    @DisplayName("§3.5.1.1: with no transport address left the packet is dropped under its counter")
    void exhaustion() {
        for (int port = 1; port <= 4 * 128; port++) {
            assertThat(from6(udp6(CLIENT, port, REMOTE6, 53))).isTrue();
        }
        assertThat(from6(udp6(CLIENT, 4000, REMOTE6, 53))).isFalse();
        assertThat(counters.get(PathDrop.POOL_EXHAUSTED)).isEqualTo(1);
        assertThat(answers).as("Address Unreachable to the client").hasSize(1);
        assertThat(answers.get(0)[40]).isEqualTo((byte) 1);
        assertThat(answers.get(0)[41]).isEqualTo((byte) 3);
        assertStateCounts(512, 512);
    }

    @Test
    @DisplayName("bytes are counted without the padding of the frame")
    void countsPackets() {
        ByteBuffer packet = udp6(CLIENT, 4000, REMOTE6, 53);
        ByteBuffer padded = ByteBuffer.allocateDirect(packet.capacity() + 20);
        for (int i = 0; i < packet.capacity(); i++) {
            padded.put(i, packet.get(i));
        }
        assertThat(from6(padded)).isTrue();
        assertThat(session().bytes6to4()).isEqualTo(packet.capacity());
    }

    @Test
    @DisplayName("§3.5.4: with several prefixes the answer comes from the one the client used last")
    void severalPrefixes() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        core.sessions.setRules(sentSession, Session.Rules.CONFIRMED);
        from6(udp6(CLIENT, 4000, "2001:db8:64::198.51.100.7", 53));
        assertThat(session().rules()).as("its rules match the first prefix").isEqualTo(Session.Rules.ABSENT);
        from4(udp4(REMOTE4, 53, sent.source4(), sent.sourcePort()));
        assertThat(Ip6.toString(sent.source6High(), sent.source6Low())).isEqualTo("2001:db8:64::c633:6407");
        assertStateCounts(1, 1);
    }

    private static byte[] udpHeader(int sourcePort, int destinationPort, int length, int bytes) {
        return ByteBuffer.allocate(bytes).putShort((short) sourcePort).putShort((short) destinationPort)
                .putShort((short) length).putShort((short) 0x1234).array();
    }
}
