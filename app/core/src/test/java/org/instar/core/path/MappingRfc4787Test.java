// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 4787 §4.1: endpoint-dependent mapping, one pool port for many remote endpoints")
class MappingRfc4787Test extends PathFixture {

    MappingRfc4787Test() {
        super(Map.of("rules", List.of("nat64 from any to any -> pool main endpoint-dependent"),
                "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/32", "ports", "1024-1039",
                        "blockSize", 16))));
    }

    private static String remote6(int number) {
        return "64:ff9b:1::198.51.100." + number;
    }

    @Test
    @DisplayName("a pool of 16 ports serves more sessions than it has ports, each pair of ends once")
    void morePairsThanPorts() {
        Set<String> pairs = new HashSet<>();
        for (int client = 1; client <= 4; client++) {
            for (int remote = 1; remote <= 50; remote++) {
                assertThat(from6(udp6("2001:db8:6::" + client, 4000, remote6(remote), 53))).isTrue();
                assertThat(pairs.add(sent.sourcePort() + " " + sent.destination4())).isTrue();
            }
        }
        assertStateCounts(200, 200);
    }

    @Test
    @DisplayName("answers find their client by the remote endpoint; strangers find nobody")
    void answers() {
        for (int remote = 1; remote <= 60; remote++) {
            from6(udp6(remote % 2 == 0 ? CLIENT : OTHER_CLIENT, 4000 + remote, remote6(remote), 53));
            BibEntry binding = sentBinding();
            assertThat(from4(udp4("198.51.100." + remote, 53, binding.poolAddress(), binding.poolPort()))).isTrue();
            assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low()))
                    .isEqualTo(remote % 2 == 0 ? CLIENT : OTHER_CLIENT);
            assertThat(sent.destinationPort()).isEqualTo(4000 + remote);
            assertThat(from4(udp4("203.0.113.99", 53, binding.poolAddress(), binding.poolPort()))).isFalse();
        }
        assertStateCounts(60, 60);
    }

    @Test
    @DisplayName("a client's packets go by the session that is there; another destination gets a mapping of its own")
    void sameSession() {
        from6(udp6(CLIENT, 4000, remote6(1), 53));
        int first = sentSession;
        int port = sent.sourcePort();
        from6(udp6(CLIENT, 4000, remote6(1), 53));
        assertThat(sentSession).isEqualTo(first);
        assertThat(sent.sourcePort()).isEqualTo(port);
        from6(udp6(CLIENT, 4000, remote6(1), 54));
        assertThat(sentSession).isNotEqualTo(first);
        assertStateCounts(2, 2);
    }

    @Test
    @DisplayName("RFC 6146 §3.5: ICMP errors find the session by the packet they are about, from both sides")
    void errors() {
        from6(udp6(CLIENT, 4000, remote6(1), 53));
        BibEntry binding = sentBinding();
        ByteBuffer about = udp4(Ip4.toString(binding.poolAddress()), binding.poolPort(), Ip4.parse("198.51.100.1"), 53);
        assertThat(from4(TestPackets.error4("203.0.113.1", binding.poolAddress(), 3, 3, about))).isTrue();
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(CLIENT);
        assertThat(from6(TestPackets.error6(CLIENT, remote6(1), 1, 4, udp6(remote6(1), 53, CLIENT, 4000)))).isTrue();
        assertThat(sent.quoted().reporter4()).isEqualTo(binding.poolAddress());
    }

    @Test
    @DisplayName("when all ports are taken for a remote endpoint the client is told, and others go on")
    void exhaustedForOneRemote() {
        for (int port = 1; port <= 16; port++) {
            assertThat(from6(tcp6(CLIENT, 4000 + port, remote6(1), 80, SYN))).isTrue();
        }
        assertThat(from6(tcp6(CLIENT, 5000, remote6(1), 80, SYN))).isFalse();
        assertThat(counters.get(PathDrop.POOL_EXHAUSTED)).isEqualTo(1);
        assertThat(answers).hasSize(1);
        assertThat(from6(tcp6(CLIENT, 5000, remote6(2), 80, SYN))).isTrue();
        assertStateCounts(17, 17);
    }
}
