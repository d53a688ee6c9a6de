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
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("RFC 6146 §3.1 to §3.5, §3.8, RFC 5508, RFC 7857: BIB entries and their sessions")
class SessionsRfc6146Test extends PathFixture {

    private static final String STRANGER = "203.0.113.99";

    SessionsRfc6146Test() {
        super(Map.of("prefixes", List.of("64:ff9b:1::/96", "2001:db8:64::/96")));
    }

    @ParameterizedTest(name = "the first ends first: {0}")
    @ValueSource(booleans = {true, false})
    @DisplayName("§3.1: a BIB entry goes with its last session, neither earlier nor later")
    void lastSession(boolean firstEndsFirst) {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        elapse(100);
        from6(udp6(CLIENT, 4000, "64:ff9b:1::203.0.113.99", 53));
        if (!firstEndsFirst) {
            elapse(50);
            from6(udp6(CLIENT, 4000, REMOTE6, 53));
        }
        assertStateCounts(1, 2);
        elapse(firstEndsFirst ? 201 : 251);
        assertStateCounts(1, 1);
        elapse(100);
        assertStateCounts(0, 0);
        assertThat(core.subscribers.of(0x20010db800060000L, 0xa).ports()).isZero();
    }

    @Test
    @DisplayName("RFC 7857 §5, §6, RFC 6146 §3.1: each protocol has bindings of its own, and one lets no other in")
    void protocolsAreApart() {
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        int pool = sent.source4();
        int port = sent.sourcePort();
        assertThat(from4(udp4(REMOTE4, 80, pool, port))).isFalse();
        assertThat(from4(echo4(REMOTE4, pool, 8, port))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(2);
        from6(udp6(CLIENT, 4000, REMOTE6, 80));
        from6(echo6(CLIENT, REMOTE6, 128, 4000));
        assertStateCounts(3, 3);
        elapse(100);
        assertThat(bindingOf(CLIENT, Protocol.TCP, 4000)).isNotNull();
        assertThat(bindingOf(CLIENT, Protocol.UDP, 4000)).isNotNull();
        assertThat(bindingOf(CLIENT, Protocol.ICMP, 4000)).as("60 s").isNull();
    }

    @Test
    @DisplayName("§3.2: a session made from outside answers by the prefix that the client uses")
    void prefixOfInboundSessions() {
        from6(udp6(CLIENT, 4000, "2001:db8:64::198.51.100.7", 53));
        from4(udp4(STRANGER, 53, sent.source4(), sent.sourcePort()));
        assertThat(Ip6.toString(sent.source6High(), sent.source6Low())).isEqualTo("2001:db8:64::cb00:7163");
    }

    @Test
    @DisplayName("§3.5: an ICMP error without a BIB entry is dropped silently, and makes none; RFC 5508 REQ-4, REQ-5")
    void errorsWithoutBinding() {
        ByteBuffer about6 = udp6(REMOTE6, 53, CLIENT, 4000);
        assertThat(from6(TestPackets.error6(CLIENT, REMOTE6, 1, 4, about6))).isFalse();
        ByteBuffer about4 = udp4("192.0.2.65", 2000, Ip4.parse(REMOTE4), 53);
        assertThat(from4(TestPackets.error4(STRANGER, Ip4.parse("192.0.2.65"), 3, 3, about4))).isFalse();
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(2);
        assertThat(answers).isEmpty();
        assertStateCounts(0, 0);
        assertThat(core.subscribers.size()).isZero();
        assertThat(core.pools.status().get(0).leasedBlocks()).isZero();
    }

    @Test
    @DisplayName("§3.5.3, RFC 5508 REQ-1a: an identifier has one binding for all remote hosts, each host its session")
    void identifiers() {
        from6(echo6(CLIENT, REMOTE6, 128, 7));
        int pool = sent.source4();
        int identifier = sent.sourcePort();
        from6(echo6(CLIENT, "64:ff9b:1::203.0.113.99", 128, 7));
        assertThat(sent.sourcePort()).isEqualTo(identifier);
        assertThat(sent.source4()).isEqualTo(pool);
        assertStateCounts(1, 2);
        elapse(30);
        assertThat(from4(echo4(REMOTE4, pool, 0, identifier))).isTrue();
        elapse(31);
        assertStateCounts(1, 1);
        elapse(30);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("RFC 5508 REQ-6: an error about a query neither refreshes its session nor ends it")
    void errorsAboutQueries() {
        from6(echo6(CLIENT, REMOTE6, 128, 7));
        int pool = sent.source4();
        ByteBuffer about = echo4(Ip4.toString(pool), Ip4.parse(REMOTE4), 8, sent.sourcePort());
        elapse(50);
        assertThat(from4(TestPackets.error4(STRANGER, pool, 3, 1, about))).isTrue();
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(CLIENT);
        assertThat(sent.destinationPort()).isEqualTo(7);
        assertStateCounts(1, 1);
        elapse(10.2);
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("§3.6.1, RFC 5508 REQ-5: an error of any router inside comes from the binding's address, quote "
            + "reverted")
    void errorsFromInside() {
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        BibEntry binding = bindingOf(CLIENT, Protocol.UDP, 4000);
        assertThat(from6(TestPackets.error6("2001:db8:6::77", REMOTE6, 1, 4, udp6(REMOTE6, 53, CLIENT, 4000))))
                .isTrue();
        assertThat(sentVersion).isEqualTo(4);
        assertThat(sent.destination4()).isEqualTo(Ip4.parse(REMOTE4));
        assertThat(sent.quoted().reporter4()).isEqualTo(binding.poolAddress());
        assertThat(sent.source4()).as("whom the quoted packet was to").isEqualTo(binding.poolAddress());
        assertThat(sent.sourcePort()).isEqualTo(binding.poolPort());
        assertThat(sent.destinationPort()).isEqualTo(53);
    }

    @Test
    @DisplayName("§3.8, RFC 5508 REQ-7: an error about a hairpin packet goes back the way, quote and outer "
            + "header turned")
    void hairpinErrors() {
        from6(udp6(OTHER_CLIENT, 5000, REMOTE6, 53));
        String there = core.config.prefixes().get(0).embed(sent.source4()).toString();
        int portThere = sent.sourcePort();
        from6(udp6(CLIENT, 4000, there, portThere));
        String here = Ip6.toString(sent.source6High(), sent.source6Low());
        int portHere = sent.sourcePort();
        int sessions = core.sessions.size();
        assertThat(from6(TestPackets.error6(OTHER_CLIENT, here, 1, 4,
                udp6(here, portHere, OTHER_CLIENT, 5000)))).isTrue();
        assertThat(sentVersion).isEqualTo(6);
        assertThat(sent.isIcmpError()).isTrue();
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(CLIENT);
        assertThat(Ip6.toString(sent.quoted().reporter6High(), sent.quoted().reporter6Low())).isEqualTo(there);
        assertThat(sent.destinationPort()).as("the quoted packet's source").isEqualTo(4000);
        assertThat(sent.sourcePort()).as("its destination").isEqualTo(portThere);
        assertThat(core.sessions.size()).isEqualTo(sessions);
    }

    @Test
    @DisplayName("§3.8: a hairpin packet is filtered as any other; a SYN is told about after 6 s")
    void hairpinIsFiltered() {
        PathFixture filtering = new PathFixture(Map.of("rules",
                List.of("nat64 from any to any -> pool main filter address-dependent")));
        filtering.from6(tcp6(OTHER_CLIENT, 5000, REMOTE6, 80, SYN));
        String there = filtering.core.config.prefixes().get(0).embed(filtering.sent.source4()).toString();
        int port = filtering.sent.sourcePort();
        assertThat(filtering.from6(tcp6(CLIENT, 4000, there, port, ACK))).isFalse();
        assertThat(filtering.from6(tcp6(CLIENT, 4000, there, port, SYN))).isFalse();
        assertThat(filtering.counters.get(PathDrop.SYN_STORED)).isEqualTo(1);
        filtering.elapse(5.9);
        assertThat(filtering.sentVersion).isZero();
        filtering.elapse(0.2);
        assertThat(filtering.sentVersion).as("to the client").isEqualTo(6);
        assertThat(filtering.sent.icmpType()).isEqualTo(1);
        assertThat(filtering.sent.quoted().code()).as("port unreachable").isEqualTo(4);
        assertThat(filtering.sent.destinationPort()).isEqualTo(4000);
        assertThat(filtering.answers).as("nothing leaves to the IPv4 side").isEmpty();
    }

    @Test
    @DisplayName("RFC 4787 REQ-11: at exhaustion mapping stays what it is: no port is shared, no binding ends")
    void exhaustionChangesNoBehavior() {
        PathFixture small = new PathFixture(Map.of("limits", Map.of("subscriberPrefixLength", 128), "pools",
                List.of(Map.of("name", "main", "prefixes", "192.0.2.64/32", "ports", "2000-2015", "blockSize", 16))));
        for (int i = 0; i < 16; i++) {
            assertThat(small.from6(udp6(CLIENT, 4000 + i, REMOTE6, 53))).isTrue();
        }
        int port = small.bindingOf(CLIENT, Protocol.UDP, 4000).poolPort();
        assertThat(small.from6(udp6(OTHER_CLIENT, 4000, "64:ff9b:1::203.0.113.99", 53))).isFalse();
        assertThat(small.from6(udp6(CLIENT, 4100, "64:ff9b:1::203.0.113.99", 53))).isFalse();
        assertThat(small.from6(udp6(CLIENT, 4000, "64:ff9b:1::203.0.113.99", 53))).isTrue();
        assertThat(small.sent.sourcePort()).isEqualTo(port);
        assertThat(small.from4(udp4(STRANGER, 7, small.sent.source4(), port))).as("filtering too").isTrue();
        small.assertStateCounts(16, 18);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"limits maxSessions, SESSION_LIMIT", "limits maxSessionsPerBinding, SESSION_LIMIT",
        "limit ports, SUBSCRIBER_PORTS", "limit sessions, SUBSCRIBER_SESSIONS", "limit rate, SUBSCRIBER_RATE",
        "pool, POOL_EXHAUSTED"})
    @DisplayName("RFC 6888 REQ-11: whatever runs out, the packet is dropped, its sender told 1/3, and "
            + "nothing else ends")
    void refusals(String what, PathDrop reason) {
        PathFixture path;
        if (what.startsWith("limits ")) {
            path = new PathFixture(Map.of("limits", Map.of(what.substring(7), 2)));
        } else if (what.equals("pool")) {
            path = new PathFixture(Map.of("pools", List.of(
                    Map.of("name", "main", "prefixes", "192.0.2.64/32", "ports", "2000-2001"))));
        } else {
            path = new PathFixture(Map.of("rules", List.of("nat64 from any to any -> pool main " + what + " 2")));
        }
        boolean sameBinding = what.endsWith("Binding");
        for (int i = 1; i <= 2; i++) {
            assertThat(path.from6(tcp6(CLIENT, sameBinding ? 1 : i, REMOTE6, i, SYN))).isTrue();
        }
        assertThat(path.from6(tcp6(CLIENT, sameBinding ? 1 : 3, REMOTE6, 3, SYN))).isFalse();
        assertThat(path.counters.get(reason)).isEqualTo(1);
        assertThat(path.answers).hasSize(1);
        assertThat(path.answers.get(0)[40]).as("destination unreachable").isEqualTo((byte) 1);
        assertThat(path.answers.get(0)[41]).as("address unreachable, which stacks take as a soft error")
                .isEqualTo((byte) 3);
        path.assertStateCounts(sameBinding ? 1 : 2, 2);
        assertThat(path.from6(tcp6(CLIENT, 1, REMOTE6, 1, SYN))).as("who was there goes on").isTrue();
    }

    @Test
    @DisplayName("RFC 7857 §7: packets that the filter or a limit keeps out don't keep a binding")
    void keptOut() {
        PathFixture filtering = new PathFixture(Map.of("rules",
                List.of("nat64 from any to any -> pool main filter address-dependent")));
        PathFixture limited = new PathFixture(Map.of("limits", Map.of("maxSessionsPerBinding", 1)));
        for (PathFixture path : List.of(filtering, limited)) {
            path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
            int pool = path.sent.source4();
            int port = path.sent.sourcePort();
            for (int minute = 1; minute <= 4; minute++) {
                path.elapse(60);
                assertThat(path.from4(udp4(STRANGER, minute, pool, port))).isFalse();
            }
            path.elapse(60.2);
            path.assertStateCounts(0, 0);
        }
    }

    @Test
    @DisplayName("RFC 7857 §7: nor do TCP segments that belong to no session")
    void withoutSession() {
        from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        int pool = sent.source4();
        int port = sent.sourcePort();
        elapse(200);
        assertThat(from4(tcp4(STRANGER, 80, pool, port, ACK))).isTrue();
        elapse(40.2);
        assertStateCounts(0, 0);
    }
}
