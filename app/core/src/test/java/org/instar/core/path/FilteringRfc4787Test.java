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
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 4787 §5, RFC 5382 §4.3: who may reach a client")
class FilteringRfc4787Test {

    private static final String CLIENT = PathFixture.CLIENT;
    private static final String REMOTE6 = PathFixture.REMOTE6;
    private static final String REMOTE4 = PathFixture.REMOTE4;
    private static final String STRANGER = "203.0.113.99";

    private static PathFixture filtering(String filtering) {
        return new PathFixture(Map.of("limits", Map.of("maxStoredSyns", 0),
                "rules", List.of("nat64 from any to any -> pool main filter " + filtering)));
    }

    @ParameterizedTest(name = "{0}: same address {1}, strangers {2}")
    @CsvSource({"endpoint-independent, true, true", "address-dependent, true, false",
        "address-and-port-dependent, false, false"})
    @DisplayName("UDP")
    void udp(String filtering, boolean sameAddress, boolean strangers) {
        PathFixture path = filtering(filtering);
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        BibEntry binding = path.sentBinding();
        assertThat(path.from4(udp4(REMOTE4, 53, binding.poolAddress(), binding.poolPort()))).isTrue();
        assertThat(path.from4(udp4(REMOTE4, 54, binding.poolAddress(), binding.poolPort()))).isEqualTo(sameAddress);
        assertThat(path.from4(udp4(STRANGER, 53, binding.poolAddress(), binding.poolPort()))).isEqualTo(strangers);
        int passed = 1 + (sameAddress ? 1 : 0) + (strangers ? 1 : 0);
        path.assertStateCounts(1, passed);
        assertThat(path.counters.get(PathDrop.FILTERED)).isEqualTo(3 - passed);
        assertThat(path.answers).as("strangers are told nothing").isEmpty();
    }

    @ParameterizedTest(name = "{0}: same address {1}, strangers {2}")
    @CsvSource({"endpoint-independent, true, true", "address-dependent, true, false",
        "address-and-port-dependent, false, false"})
    @DisplayName("TCP: SYNs that open, and segments without a session")
    void tcp(String filtering, boolean sameAddress, boolean strangers) {
        PathFixture path = filtering(filtering);
        path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        BibEntry binding = path.sentBinding();
        int pool = binding.poolAddress();
        int port = binding.poolPort();
        assertThat(path.from4(tcp4(REMOTE4, 81, pool, port, ACK))).isEqualTo(sameAddress);
        assertThat(path.from4(tcp4(STRANGER, 80, pool, port, ACK))).isEqualTo(strangers);
        path.assertStateCounts(1, 1);
        assertThat(path.from4(tcp4(REMOTE4, 81, pool, port, SYN))).isEqualTo(sameAddress);
        assertThat(path.from4(tcp4(STRANGER, 80, pool, port, SYN))).isEqualTo(strangers);
        path.assertStateCounts(1, 1 + (sameAddress ? 1 : 0) + (strangers ? 1 : 0));
        assertThat(path.from4(tcp4(REMOTE4, 80, pool, port, SYN | ACK))).isTrue();
    }

    @ParameterizedTest(name = "{0}: strangers {1}")
    @CsvSource({"endpoint-independent, true", "address-dependent, false", "address-and-port-dependent, false"})
    @DisplayName("RFC 6146 §3.5.3, RFC 5508 §3: ICMP queries")
    void icmp(String filtering, boolean strangers) {
        PathFixture path = filtering(filtering);
        path.from6(echo6(CLIENT, REMOTE6, 128, 7));
        BibEntry binding = path.sentBinding();
        assertThat(path.from4(echo4(REMOTE4, binding.poolAddress(), 0, binding.poolPort()))).isTrue();
        assertThat(path.from4(echo4(STRANGER, binding.poolAddress(), 8, binding.poolPort()))).isEqualTo(strangers);
        path.assertStateCounts(1, strangers ? 2 : 1);
    }

    @Test
    @DisplayName("RFC 4787 REQ-12: an ICMP error is judged by the packet it is about, not by who reports")
    void errors() {
        PathFixture path = filtering("address-and-port-dependent");
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        BibEntry binding = path.sentBinding();
        String pool = Ip4.toString(binding.poolAddress());
        ByteBuffer about = udp4(pool, binding.poolPort(), Ip4.parse(REMOTE4), 53);
        assertThat(path.from4(TestPackets.error4(STRANGER, binding.poolAddress(), 3, 1, about))).isTrue();
        ByteBuffer other = udp4(pool, binding.poolPort(), Ip4.parse(STRANGER), 53);
        assertThat(path.from4(TestPackets.error4(STRANGER, binding.poolAddress(), 3, 1, other))).isFalse();
        assertThat(path.counters.get(PathDrop.FILTERED)).isEqualTo(1);
        path.assertStateCounts(1, 1);
    }

    @Test
    @DisplayName("what the client sends to opens the filter, each address and port by itself, as long as "
            + "the session lives")
    void opensByTheClientsPackets() {
        PathFixture path = filtering("address-and-port-dependent");
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        BibEntry binding = path.sentBinding();
        path.from6(udp6(CLIENT, 4000, "64:ff9b:1::203.0.113.99", 53));
        assertThat(path.from4(udp4(STRANGER, 53, binding.poolAddress(), binding.poolPort()))).isTrue();
        path.elapse(200);
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        path.elapse(101);
        assertThat(path.bindingOf(CLIENT, Protocol.UDP, 4000)).isNotNull();
        assertThat(path.from4(udp4(STRANGER, 53, binding.poolAddress(), binding.poolPort()))).isFalse();
    }
}
