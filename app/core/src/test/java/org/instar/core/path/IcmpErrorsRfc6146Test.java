// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.instar.engine.DropReason;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.4, §3.5, §3.6.1: ICMP errors, others' and the translator's own")
class IcmpErrorsRfc6146Test extends PathFixture {

    IcmpErrorsRfc6146Test() {
        super(Map.of());
    }

    @Test
    @DisplayName("a hop limit that ends here makes no state")
    void hopLimit() {
        ByteBuffer packet = udp6(CLIENT, 4000, REMOTE6, 53);
        packet.put(7, (byte) 1);
        assertThat(from6(packet)).isFalse();
        assertThat(counters.get(DropReason.HOP_LIMIT_EXCEEDED)).isEqualTo(1);
        assertStateCounts(0, 0);
        assertThat(answers).hasSize(1);
        assertThat(answers.get(0)[6]).as("ICMPv6").isEqualTo((byte) 58);
        assertThat(answers.get(0)[40]).as("time exceeded, so that traceroute shows the translator").isEqualTo((byte) 3);
        assertThat(counters.get(PathEvent.ICMP_ERRORS_SENT)).isEqualTo(1);
    }

    @Test
    @DisplayName("§3.4, §3.5, §3.6.1: an ICMP error finds its way by the packet it is about, and changes no state")
    void icmpErrorFrom4() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        int pool = sent.source4();
        int session = sentSession;
        int deadline = core.sessions.read(session).expiresInMillis(0);
        nowNanos = SECOND;
        ByteBuffer about = udp4(Ip4.toString(pool), sent.sourcePort(), Ip4.parse(REMOTE4), 53);
        ByteBuffer error = TestPackets.error4("203.0.113.1", pool, 11, 0, about);
        assertThat(from4(error)).isTrue();
        assertThat(sentVersion).isEqualTo(6);
        assertThat(sent.isIcmpError()).isTrue();
        assertThat(sent.icmpType()).isEqualTo(3);
        assertThat(sent.sourcePort()).as("the tuple of the quoted packet, turned round").isEqualTo(53);
        assertThat(sent.destinationPort()).isEqualTo(4000);
        assertThat(Ip6.toString(sent.quoted().reporter6High(), sent.quoted().reporter6Low()))
                .as("traceroute shows the IPv4 router").isEqualTo("64:ff9b:1::cb00:7101");
        assertThat(sentSession).as("doesn't wait for flow rules").isZero();
        assertThat(core.sessions.read(session).expiresInMillis(0)).isEqualTo(deadline);
        assertThat(core.sessions.read(session).packets4to6()).isZero();
        assertStateCounts(1, 1);

        about.putShort(20, (short) 1030);
        assertThat(from4(TestPackets.error4("203.0.113.1", pool, 11, 0, about))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(1);
    }

    @Test
    @DisplayName("§3.4, §3.6.1: an ICMPv6 error goes to the IPv4 side from the binding's address")
    void icmpErrorFrom6() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        int pool = sent.source4();
        int port = sent.sourcePort();
        ByteBuffer about = udp6(REMOTE6, 53, CLIENT, 4000);
        assertThat(from6(TestPackets.error6(CLIENT, REMOTE6, 1, 4, about))).isTrue();
        assertThat(sentVersion).isEqualTo(4);
        assertThat(sent.icmpType()).isEqualTo(3);
        assertThat(sent.quoted().reporter4()).isEqualTo(pool);
        assertThat(sent.sourcePort()).isEqualTo(port);
        assertThat(sent.destinationPort()).isEqualTo(53);
        assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("RFC 6052 §3.1: the well-known prefix stands for no private address; told, without any state")
    void wellKnownPrefix() {
        PathFixture strict = new PathFixture(Map.of("prefixes", List.of("64:ff9b::/96")));
        assertThat(strict.from6(udp6(CLIENT, 4000, "64:ff9b::10.0.0.1", 53))).isFalse();
        assertThat(strict.counters.get(DropReason.NON_GLOBAL_ADDRESS)).isEqualTo(1);
        assertThat(strict.answers).hasSize(1);
        strict.assertStateCounts(0, 0);
    }
}
