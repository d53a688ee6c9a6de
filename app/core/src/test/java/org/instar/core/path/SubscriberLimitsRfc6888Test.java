// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.util.List;
import java.util.Map;
import org.instar.core.rule.Ingress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6888 REQ-4, REQ-5, REQ-6: what a subscriber may have, and what is not translated")
class SubscriberLimitsRfc6888Test {

    private static final String CLIENT = PathFixture.CLIENT;
    private static final String NEIGHBOR = PathFixture.OTHER_CLIENT;
    private static final String REMOTE6 = PathFixture.REMOTE6;

    private static PathFixture rule(String options, int subscriberPrefixLength) {
        return new PathFixture(Map.of("limits", Map.of("subscriberPrefixLength", subscriberPrefixLength),
                "rules", List.of("nat64 from any to any -> pool main " + options)));
    }

    @Test
    @DisplayName("REQ-4: so many ports of all protocols, and what has a port still gets sessions")
    void ports() {
        PathFixture path = rule("limit ports 3", 128);
        assertThat(path.from6(udp6(CLIENT, 1, REMOTE6, 53))).isTrue();
        assertThat(path.from6(udp6(CLIENT, 2, REMOTE6, 53))).isTrue();
        assertThat(path.from6(tcp6(CLIENT, 1, REMOTE6, 80, SYN))).isTrue();
        assertThat(path.from6(udp6(CLIENT, 3, REMOTE6, 53))).isFalse();
        assertThat(path.counters.get(PathDrop.SUBSCRIBER_PORTS)).isEqualTo(1);
        assertThat(path.answers).as("address unreachable").hasSize(1);
        assertThat(path.answers.get(0)[41]).isEqualTo((byte) 3);
        assertThat(path.from6(udp6(CLIENT, 2, REMOTE6, 54))).isTrue();
        assertThat(path.from6(udp6(NEIGHBOR, 3, REMOTE6, 53))).as("another subscriber").isTrue();
        path.assertStateCounts(4, 5);
        path.elapse(241);
        path.elapse(61);
        assertThat(path.core.subscribers.of(0x20010db800060000L, 0xa).ports()).isZero();
        assertThat(path.from6(udp6(CLIENT, 3, REMOTE6, 53))).isTrue();
    }

    @Test
    @DisplayName("REQ-5a: so many sessions, strangers' counted too; a refusal changes nothing")
    void sessions() {
        PathFixture path = rule("limit sessions 3", 128);
        path.from6(udp6(CLIENT, 1, REMOTE6, 53));
        int pool = path.sent.source4();
        int port = path.sent.sourcePort();
        assertThat(path.from4(udp4("203.0.113.9", 1, pool, port))).isTrue();
        assertThat(path.from6(udp6(CLIENT, 2, REMOTE6, 53))).isTrue();
        assertThat(path.from6(udp6(CLIENT, 3, REMOTE6, 53))).isFalse();
        assertThat(path.from4(udp4("203.0.113.9", 2, pool, port))).isFalse();
        assertThat(path.counters.get(PathDrop.SUBSCRIBER_SESSIONS)).isEqualTo(2);
        assertThat(path.answers).as("strangers are told nothing").hasSize(1);
        path.assertStateCounts(2, 3);
        assertThat(path.core.subscribers.of(0x20010db800060000L, 0xa).sessions()).isEqualTo(3);
    }

    @Test
    @DisplayName("REQ-4c: so many new sessions a second, at most a second's worth at once")
    void rate() {
        PathFixture path = rule("limit rate 10", 128);
        for (int port = 1; port <= 15; port++) {
            assertThat(path.from6(udp6(CLIENT, port, REMOTE6, 53))).isEqualTo(port <= 10);
        }
        assertThat(path.counters.get(PathDrop.SUBSCRIBER_RATE)).isEqualTo(5);
        assertThat(path.from6(udp6(CLIENT, 1, REMOTE6, 53))).as("sessions that are there go on").isTrue();
        assertThat(path.from6(udp6(NEIGHBOR, 1, REMOTE6, 53))).as("another subscriber").isTrue();
        path.elapse(0.1);
        assertThat(path.from6(udp6(CLIENT, 100, REMOTE6, 53))).isTrue();
        assertThat(path.from6(udp6(CLIENT, 101, REMOTE6, 53))).isFalse();
    }

    @Test
    @DisplayName("REQ-2: a subscriber is a prefix: its addresses share limits and the pool address")
    void prefixes() {
        PathFixture path = rule("limit ports 2", 64);
        path.from6(udp6(CLIENT, 1, REMOTE6, 53));
        int pool = path.sent.source4();
        path.from6(udp6(NEIGHBOR, 1, REMOTE6, 53));
        assertThat(path.sent.source4()).isEqualTo(pool);
        assertThat(path.from6(udp6("2001:db8:6::c", 1, REMOTE6, 53))).isFalse();
        assertThat(path.core.subscribers.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("sessions are bounded, in all and for one binding, whoever opens them")
    void inAll() {
        PathFixture path = new PathFixture(Map.of("limits", Map.of("maxSessions", 100, "maxSessionsPerBinding", 4)));
        for (int i = 1; i <= 5; i++) {
            assertThat(path.from6(udp6(CLIENT, 4000, REMOTE6, i))).isEqualTo(i <= 4);
        }
        int pool = path.sent.source4();
        int port = path.sent.sourcePort();
        assertThat(path.from4(udp4("203.0.113.99", 7777, pool, port))).as("the binding is full").isFalse();
        assertThat(path.from6(udp6(CLIENT, 4000, REMOTE6, 1))).as("its sessions live on").isTrue();
        for (int i = 1; i <= 200; i++) {
            path.from6(udp6(NEIGHBOR, i % 2 + 1, REMOTE6, i));
            path.from6(tcp6(NEIGHBOR, i, REMOTE6, 80, SYN));
        }
        path.assertStateCounts(1 + 2 + 88, 100);
        assertThat(path.counters.get(PathDrop.SESSION_LIMIT)).isEqualTo(1 + 1 + 2 * 200 - 96);
    }

    @Test
    @DisplayName("REQ-6: what a rule excludes, or none includes, makes no state, and the client is told")
    void notTranslated() {
        PathFixture path = new PathFixture(Map.of("rules", List.of(
                "no nat64 from any to 64:ff9b:1::198.51.100.0/120",
                "nat64 proto udp from any to any -> pool main")));
        assertThat(path.from6(udp6(CLIENT, 1, REMOTE6, 53))).isFalse();
        assertThat(path.from6(tcp6(CLIENT, 1, "64:ff9b:1::203.0.113.9", 80, SYN))).isFalse();
        assertThat(path.counters.get(PathDrop.NOT_TRANSLATED)).isEqualTo(2);
        assertThat(path.answers).hasSize(2);
        assertThat(path.answers.get(0)[40]).as("destination unreachable").isEqualTo((byte) 1);
        assertThat(path.answers.get(0)[41]).as("administratively prohibited").isEqualTo((byte) 1);
        path.assertStateCounts(0, 0);
        assertThat(path.core.subscribers.size()).isZero();
        assertThat(path.from6(udp6(CLIENT, 1, "64:ff9b:1::203.0.113.9", 53))).isTrue();
    }

    @Test
    @DisplayName("BCP 38: a source that may not come in there makes no state")
    void sources() {
        PathFixture path = new PathFixture(Map.of("ingress", List.of(
                Map.of("port", "p1", "sources", List.of("2001:db8:6::/64")),
                Map.of("port", "p2", "vlan", 7, "sources", List.of("2001:db8:7::/64")))));
        path.ingress = Ingress.of("p2", 7);
        assertThat(path.from6(udp6(CLIENT, 1, REMOTE6, 53))).isFalse();
        assertThat(path.counters.get(PathDrop.SOURCE_NOT_ALLOWED)).isEqualTo(1);
        path.assertStateCounts(0, 0);
        assertThat(path.core.subscribers.size()).isZero();
        assertThat(path.answers).isEmpty();
        assertThat(path.from6(udp6("2001:db8:7::1", 1, REMOTE6, 53))).isTrue();
        path.ingress = Ingress.of("p1", 0);
        assertThat(path.from6(udp6(CLIENT, 1, REMOTE6, 53))).isTrue();
        assertThat(path.from6(udp6("2001:db8:7::1", 2, REMOTE6, 53))).isFalse();
        path.ingress = Ingress.UNKNOWN;
        assertThat(path.from6(udp6("2001:db8:8::1", 1, REMOTE6, 53))).isFalse();
        path.assertStateCounts(2, 2);
    }
}
