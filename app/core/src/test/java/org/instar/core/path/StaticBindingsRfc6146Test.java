// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.echo4;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.shard.InvariantChecker;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.1, §3.2: static bindings")
class StaticBindingsRfc6146Test extends PathFixture {

    private static final String WEB = "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80";
    private static final String WHOLE = "rdr64 from any to 192.0.2.71 -> 2001:db8:6::81";
    private static final int WEB_ADDRESS = Ip4.parse("192.0.2.70");
    private static final int WHOLE_ADDRESS = Ip4.parse("192.0.2.71");

    StaticBindingsRfc6146Test() {
        super(Map.of("staticBindings", List.of(WEB, WHOLE)));
    }

    @AfterEach
    void invariantsHold() {
        assertThat(new InvariantChecker(core.state, core.ports, core.subscribers).checkAll()).isEmpty();
    }

    @Test
    @DisplayName("the world reaches the host, whoever comes first, and its entry goes with the last session")
    void fromOutside() {
        assertThat(from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8080, SYN))).isTrue();
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo("2001:db8:6::80");
        assertThat(sent.destinationPort()).isEqualTo(80);
        assertThat(sentBinding().isFixed()).isTrue();
        assertThat(from4(tcp4("203.0.113.9", 5000, WEB_ADDRESS, 8080, SYN))).isTrue();
        assertStateCounts(1, 2);
        assertThat(from6(tcp6("2001:db8:6::80", 80, REMOTE6, 5000, SYN))).isTrue();
        assertThat(sent.source4()).isEqualTo(WEB_ADDRESS);
        assertThat(sent.sourcePort()).isEqualTo(8080);
        elapse(240.2);
        elapse(7200);
        elapse(241);
        assertStateCounts(0, 0);
        assertThat(core.ports.heldDown()).as("no port of a pool").isZero();
    }

    @Test
    @DisplayName("the host goes out by its own transport address, to anywhere")
    void fromInside() {
        assertThat(from6(tcp6("2001:db8:6::80", 80, REMOTE6, 5000, SYN))).isTrue();
        assertThat(sent.source4()).isEqualTo(WEB_ADDRESS);
        assertThat(sent.sourcePort()).isEqualTo(8080);
        from6(tcp6("2001:db8:6::80", 81, REMOTE6, 5000, SYN));
        assertThat(sentBinding().isFixed()).as("another port is a client's as any other").isFalse();
    }

    @Test
    @DisplayName("a whole address: every port and identifier of all protocols to itself")
    void wholeAddress() {
        assertThat(from4(udp4(REMOTE4, 53, WHOLE_ADDRESS, 1))).isTrue();
        assertThat(sent.destinationPort()).isEqualTo(1);
        assertThat(from4(echo4(REMOTE4, WHOLE_ADDRESS, 8, 77))).isTrue();
        assertThat(sent.sourcePort()).isEqualTo(77);
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo("2001:db8:6::81");
        assertStateCounts(2, 2);
    }

    @Test
    @DisplayName("nothing else of its address is open")
    void otherPorts() {
        assertThat(from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8081, SYN))).isFalse();
        assertThat(from4(udp4(REMOTE4, 5000, WEB_ADDRESS, 8080))).isFalse();
        assertStateCounts(0, 0);
    }

    @Test
    @DisplayName("§3.8: clients reach it by its pool address")
    void hairpin() {
        assertThat(from6(tcp6(CLIENT, 4000, "64:ff9b:1::192.0.2.70", 8080, SYN))).isTrue();
        assertThat(sentVersion).isEqualTo(6);
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo("2001:db8:6::80");
        assertStateCounts(2, 2);
    }

    @Test
    @DisplayName("RFC 6056 §3.2: no client gets a port that is bound")
    void portsAreNotGivenOut() {
        PathFixture small = new PathFixture(Map.of(
                "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.70/32", "ports", "8080-8095",
                        "blockSize", 16)), "staticBindings", List.of(WEB)));
        for (int port = 1; port <= 20; port++) {
            boolean fits = port <= 15;
            assertThat(small.from6(tcp6(CLIENT, 4000 + port, REMOTE6, 80, SYN))).isEqualTo(fits);
            if (fits) {
                assertThat(small.sent.sourcePort()).isNotEqualTo(8080);
            }
        }
        assertThat(small.counters.get(PathDrop.POOL_EXHAUSTED)).isEqualTo(5);
        assertThat(small.from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8080, SYN))).isTrue();
        assertThat(new InvariantChecker(small.core.state, small.core.ports, small.core.subscribers).checkAll())
                .isEmpty();
    }

    @Test
    @DisplayName("whole addresses bound within a pool cost nobody a port: the one that is left serves")
    void wholeAddressesInAPool() {
        List<String> bindings = new ArrayList<>();
        for (int i = 64; i < 79; i++) {
            bindings.add("rdr64 from any to 192.0.2." + i + " -> 2001:db8:6::1:" + i);
        }
        change(Map.of("staticBindings", bindings));
        for (int port = 1; port <= 300; port++) {
            assertThat(from6(tcp6(CLIENT, 4000 + port, REMOTE6, 80, SYN))).isTrue();
            assertThat(sent.source4()).isEqualTo(Ip4.parse("192.0.2.79"));
        }
        assertThat(counters.get(PathDrop.POOL_EXHAUSTED)).isZero();
    }

    @Test
    @DisplayName("removed live: its sessions live on, new ones come no more")
    void removed() {
        from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8080, SYN));
        change(Map.of());
        assertThat(from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8080, SYN))).isTrue();
        assertThat(from6(tcp6("2001:db8:6::80", 80, REMOTE6, 5000, SYN))).isTrue();
        elapse(7200.2);
        elapse(240.2);
        assertStateCounts(0, 0);
        assertThat(from4(tcp4(REMOTE4, 5000, WEB_ADDRESS, 8080, SYN))).isFalse();
    }

    @Test
    @DisplayName("added live while the host has another binding: that one goes first, and no transport "
            + "address is two's")
    void addedWhileTheHostHasAnother() {
        change(Map.of());
        from6(tcp6("2001:db8:6::80", 80, REMOTE6, 5000, SYN));
        int address = sent.source4();
        int port = sent.sourcePort();
        change(Map.of("staticBindings", List.of(WEB)));
        assertThat(from4(tcp4("203.0.113.9", 5000, WEB_ADDRESS, 8080, SYN))).isFalse();
        assertThat(counters.get(PathDrop.STATIC_BINDING_BUSY)).isEqualTo(1);
        assertThat(from6(tcp6("2001:db8:6::80", 80, "64:ff9b:1::203.0.113.9", 5000, SYN))).isTrue();
        assertThat(sent.source4() == address && sent.sourcePort() == port).as("RFC 4787 REQ-1").isTrue();
        assertStateCounts(1, 2);
        elapse(240.2);
        assertThat(from4(tcp4("203.0.113.9", 5000, WEB_ADDRESS, 8080, SYN))).isTrue();
    }

    @Test
    @DisplayName("added live while its transport address is a client's: the client keeps it as long as it lives")
    void addedWhileTheAddressIsAnothers() {
        change(Map.of());
        from6(udp6(CLIENT, 4000, REMOTE6, 53));
        String own = "rdr64 proto udp from any to " + Ip4.toString(sent.source4()) + " port " + sent.sourcePort()
                + " -> 2001:db8:6::80 port 53";
        int address = sent.source4();
        int port = sent.sourcePort();
        change(Map.of("staticBindings", List.of(own)));
        assertThat(from6(udp6("2001:db8:6::80", 53, REMOTE6, 53))).isFalse();
        assertThat(counters.get(PathDrop.STATIC_BINDING_BUSY)).isEqualTo(1);
        assertThat(answers).as("the host is told").hasSize(1);
        from4(udp4(REMOTE4, 53, address, port));
        assertThat(Ip6.toString(sent.destination6High(), sent.destination6Low())).isEqualTo(CLIENT);
        assertThat(bindingOf("2001:db8:6::80", Protocol.UDP, 53)).isNull();
        elapse(300.2);
        assertThat(from6(udp6("2001:db8:6::80", 53, REMOTE6, 53))).isTrue();
        assertThat(sent.sourcePort()).isEqualTo(port);
    }
}
