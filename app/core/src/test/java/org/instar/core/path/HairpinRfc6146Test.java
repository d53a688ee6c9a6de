// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.echo6;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.8: hairpinning")
class HairpinRfc6146Test extends PathFixture {

    HairpinRfc6146Test() {
        super(Map.of());
    }

    @Test
    @DisplayName("§3.8: two clients meet by the pool's address, each seen by its binding")
    void hairpin() {
        from6(udp6(OTHER_CLIENT, 5000, REMOTE6, 53));
        int pool = sent.source4();
        int port = sent.sourcePort();
        assertThat(from6(udp6(CLIENT, 4000, core.config.prefixes().get(0).embed(pool).toString(), port))).isTrue();
        assertThat(sentVersion).isEqualTo(6);
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(OTHER_CLIENT);
        assertThat(sent.destinationPort()).isEqualTo(5000);
        BibEntry mine = bindingOf(CLIENT, Protocol.UDP, 4000);
        assertThat(core.config.prefixes().get(0).extract(sent.source6High(), sent.source6Low()))
                .isEqualTo(mine.poolAddress());
        assertThat(sent.sourcePort()).isEqualTo(mine.poolPort());
        assertThat(counters.get(PathEvent.PACKETS_HAIRPINNED)).isEqualTo(1);
        assertThat(core.sessions.read(turnedSession).binding().id()).as("the sender's session wants its rules too")
                .isEqualTo(mine.id());
        assertStateCounts(2, 3);
    }

    @Test
    @DisplayName("§3.8: a hairpin packet that ends behind the turn is told to its sender")
    void hairpinError() {
        from6(udp6(OTHER_CLIENT, 5000, REMOTE6, 53));
        int pool = sent.source4();
        ByteBuffer packet = udp6(CLIENT, 4000, core.config.prefixes().get(0).embed(pool).toString(), sent.sourcePort());
        packet.put(7, (byte) 2);
        assertThat(from6(packet)).isTrue();
        assertThat(sentVersion).isEqualTo(6);
        assertThat(sent.isIcmpError()).isTrue();
        assertThat(sent.icmpType()).as("time exceeded").isEqualTo(3);
        assertThat(sent.destinationPort()).isEqualTo(4000);
        assertThat(answers).isEmpty();
    }

    @Test
    @DisplayName("§3.8: a hairpin packet to a transport address that nobody holds makes no state")
    void hairpinToNobody() {
        assertThat(from6(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.64", 1030))).isFalse();
        assertThat(from6(tcp6(CLIENT, 4000, "64:ff9b:1::192.0.2.64", 1030, SYN))).isFalse();
        assertThat(from6(echo6(CLIENT, "64:ff9b:1::192.0.2.64", 128, 1))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(3);
        assertStateCounts(0, 0);
    }
}
