// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.echo6;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolEvents;
import org.instar.core.session.Session;
import org.instar.core.session.TcpState;
import org.instar.core.shard.InvariantChecker;
import org.instar.core.snapshot.RestoreOutcome;
import org.instar.core.snapshot.RestoreReport;
import org.instar.core.snapshot.SnapshotException;
import org.instar.core.snapshot.Snapshots;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sessions outlive the process in a snapshot, as far as the configuration of then has a place for them")
class RestartTest {

    private static final String CLIENT = PathFixture.CLIENT;
    private static final String OTHER = PathFixture.OTHER_CLIENT;
    private static final String REMOTE6 = PathFixture.REMOTE6;
    private static final String REMOTE4 = PathFixture.REMOTE4;

    private final Map<String, Object> config = new HashMap<>();
    private PathFixture path = new PathFixture(config);
    private RestoreReport report;
    private int pool;
    private int port;

    private void start(Map<String, ?> changes) {
        config.putAll(changes);
        path = new PathFixture(config);
    }

    /** Another process with changes of the configuration, some seconds later. */
    private void restart(double downSeconds, Map<String, ?> changes) {
        byte[] snapshot = Snapshots.of(path.core, path.nowNanos, 1000);
        config.putAll(changes);
        long nowNanos = path.nowNanos + (long) (downSeconds * PathFixture.SECOND);
        CoreFixture fresh = new CoreFixture(TestConfig.of(config), 7, nowNanos);
        report = Snapshots.restore(snapshot, fresh, nowNanos, 1000 + (long) (downSeconds * 1000));
        path = new PathFixture(fresh, PayloadEditor.NONE);
        path.nowNanos = nowNanos;
        assertThat(new InvariantChecker(fresh.state, fresh.ports, fresh.subscribers).checkAll()).isEmpty();
    }

    private void restart() {
        restart(0, Map.of());
    }

    private void establish() {
        path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, SYN));
        remember();
        path.from4(tcp4(REMOTE4, 80, pool, port, SYN | ACK));
    }

    private void remember() {
        pool = path.sent.source4();
        port = path.sent.sourcePort();
    }

    private void assertOutcome(RestoreOutcome outcome) {
        for (RestoreOutcome each : RestoreOutcome.values()) {
            assertThat(report.sessions(each)).as(each.name()).isEqualTo(each == outcome ? 1 : 0);
        }
        if (outcome != RestoreOutcome.RESTORED) {
            path.assertStateCounts(0, 0);
        }
    }

    @Test
    @DisplayName("a connection goes on with its transport address, state, time, age and counters")
    void goesOn() {
        establish();
        path.elapse(100);
        Session before = path.core.sessions.read(1);
        restart(10, Map.of());
        assertOutcome(RestoreOutcome.RESTORED);
        Session after = path.core.sessions.read(1);
        assertThat(after.toString()).isEqualTo(before.toString());
        assertThat(after.tcpState()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(after.expiresInMillis(path.nowNanos)).isEqualTo(7100_000 - 10_000);
        assertThat(after.createdSeconds()).isEqualTo(before.createdSeconds());
        assertThat(after.packets6to4()).isEqualTo(1);
        assertThat(after.bytes4to6()).isEqualTo(before.bytes4to6()).isPositive();
        assertThat(after.rules()).isEqualTo(Session.Rules.ABSENT);
        assertThat(path.from4(tcp4(REMOTE4, 80, pool, port, ACK))).isTrue();
        assertThat(path.from6(tcp6(CLIENT, 4000, REMOTE6, 80, ACK))).isTrue();
        assertThat(path.sent.source4()).isEqualTo(pool);
        assertThat(path.sent.sourcePort()).isEqualTo(port);
    }

    @Test
    @DisplayName("a clock that went backwards counts as no time gone")
    void clockBackwards() {
        establish();
        byte[] snapshot = Snapshots.of(path.core, path.nowNanos, 5_000_000);
        CoreFixture fresh = new CoreFixture(TestConfig.standard(), 7, 77);
        Snapshots.restore(snapshot, fresh, 77, 1000);
        assertThat(fresh.sessions.read(1).expiresInMillis(77)).isEqualTo(7200_000);
    }

    @Test
    @DisplayName("what is over is not there again; its port rests from its end on (RFC 6888 REQ-8)")
    void over() {
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        remember();
        restart(360, Map.of());
        assertOutcome(RestoreOutcome.EXPIRED);
        assertThat(report.restingPorts()).isEqualTo(1);
        path.elapse(59);
        assertThat(path.core.ports.heldDown()).isEqualTo(1);
        path.elapse(1.1);
        assertThat(path.core.ports.heldDown()).isZero();
        path.elapse(1);
        assertThat(path.core.pools.status().get(0).leasedBlocks()).isZero();
    }

    @Test
    @DisplayName("a port rests no longer because a session of another port of its block was over and came first")
    void overOneOfTwo() {
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        path.elapse(100);
        path.from6(udp6(CLIENT, 4000, REMOTE6, 54));
        path.elapse(100);
        path.from6(echo6(CLIENT, REMOTE6, 128, 7));
        restart(110, Map.of());   // over for 10 s, not over, over for 50 s
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(1);
        assertThat(report.restingPorts()).isEqualTo(1);
        path.elapse(69);
        assertThat(path.core.ports.heldDown()).isEqualTo(1);
        path.elapse(1.1);
        assertThat(path.core.ports.heldDown()).isZero();
    }

    @Test
    @DisplayName("what rested goes on resting, by the configuration of now")
    void resting() {
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        path.elapse(301);
        path.elapse(50);
        restart(20, Map.of());
        assertThat(path.core.ports.heldDown()).isEqualTo(1);
        path.elapse(48);
        assertThat(path.core.ports.heldDown()).isEqualTo(1);
        restart(0, Map.of("pools",
                List.of(Map.of("name", "main", "prefixes", "192.0.2.64/28", "holdDownSeconds", 119))));
        path.elapse(0.1);
        assertThat(path.core.ports.heldDown()).isEqualTo(1);
        path.elapse(1.5);
        assertThat(path.core.ports.heldDown()).isZero();
    }

    @Test
    @DisplayName("an established session whose time ran out meanwhile is probed first (RFC 6146 §3.5.2.2)")
    void probedLate() {
        establish();
        restart(7300, Map.of());
        assertOutcome(RestoreOutcome.RESTORED);
        path.elapse(0.2);
        assertThat(path.answers).hasSize(1);
        assertThat(path.core.sessions.tcpState(1)).isEqualTo(TcpState.TRANS);
        restart(7300 + 240, Map.of());
        assertOutcome(RestoreOutcome.EXPIRED);
    }

    @Test
    @DisplayName("what the configuration has no place for any more is left out under its reason")
    void gone() {
        establish();
        restart(0, Map.of("pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.128/28"))));
        assertOutcome(RestoreOutcome.PORT_GONE);
        establish();
        restart(0, Map.of("pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.128/28", "protocols", "udp"))));
        assertOutcome(RestoreOutcome.PORT_GONE);
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        restart(0, Map.of("prefixes", List.of("64:ff9b:2::/96")));
        assertOutcome(RestoreOutcome.PREFIX_GONE);
    }

    @Test
    @DisplayName("prefixes are known by what they are, not by their number")
    void prefixesMove() {
        establish();
        restart(0, Map.of("prefixes", List.of("64:ff9b:2::/96", "64:ff9b:1::/96")));
        assertThat(path.core.sessions.read(1).prefix().toString()).isEqualTo("64:ff9b:1::/96");
    }

    @Test
    @DisplayName("as after a reload, sessions go by the rule they began with, though it is configured no more")
    void rulesPast() {
        start(Map.of("rules", List.of("nat64 from any to any -> pool main filter address-dependent timeout udp 200")));
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        remember();
        restart(0, Map.of("rules", List.of("no nat64 from any to any")));
        assertOutcome(RestoreOutcome.RESTORED);
        assertThat(path.from4(udp4("203.0.113.9", 53, pool, port))).as("filtered still").isFalse();
        assertThat(path.from4(udp4(REMOTE4, 53, pool, port))).isTrue();
        assertThat(path.secondsLeft()).isEqualTo(200);
        assertThat(path.from6(udp6(CLIENT, 4001, REMOTE6, 53))).as("a new one").isFalse();
        path.elapse(201);
        path.elapse(121);
        path.assertStateCounts(0, 0);
        assertThat(path.core.state.rules().sessions()).isZero();
    }

    @Test
    @DisplayName("the rest of a block is its subscriber's again, and the subscriber has the same address")
    void blocks() {
        start(Map.of("limits", Map.of("subscriberPrefixLength", 128)));
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        remember();
        path.from6(udp6(OTHER, 4000, REMOTE6, 53));
        restart();
        path.from6(udp6(CLIENT, 4002, REMOTE6, 53));
        assertThat(path.sent.source4()).isEqualTo(pool);
        assertThat(path.sent.sourcePort() / 256).isEqualTo(port / 256);
        assertThat(path.core.pools.status().get(0).leasedBlocks()).isEqualTo(2);
    }

    @Test
    @DisplayName("ports of endpoint-dependent bindings serve the remotes they served, and others")
    void dependent() {
        start(Map.of("rules", List.of("nat64 from any to any -> pool main endpoint-dependent")));
        for (int remote = 1; remote < 40; remote++) {
            path.from6(udp6(CLIENT, 4000, "64:ff9b:1::203.0.113." + remote, 53));
        }
        remember();
        restart();
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(39);
        assertThat(path.from4(udp4("203.0.113.39", 53, pool, port))).isTrue();
        assertThat(path.from4(udp4("203.0.113.39", 54, pool, port))).isFalse();
    }

    @Test
    @DisplayName("BIB entries of static bindings are so again, also when the static binding is gone, as after a reload")
    void staticBindings() {
        start(Map.of("staticBindings", List.of(
                "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80")));
        path.from4(tcp4(REMOTE4, 4000, Ip4.parse("192.0.2.70"), 8080, SYN));
        restart();
        assertOutcome(RestoreOutcome.RESTORED);
        assertThat(path.core.sessions.read(1).binding().isFixed()).isTrue();
        assertThat(path.core.sessions.read(1).isFrom6()).isFalse();
        config.remove("staticBindings");
        restart();
        assertOutcome(RestoreOutcome.RESTORED);
        assertThat(path.from6(tcp6("2001:db8:6::80", 80, REMOTE6, 4000, SYN | ACK))).isTrue();
        assertThat(path.sent.sourcePort()).isEqualTo(8080);
    }

    @Test
    @DisplayName("RFC 7422: in a deterministic pool a subscriber has its own ports only")
    void deterministic() {
        Map<String, Object> limits = Map.of("subscriberPrefixLength", 64);
        start(Map.of("limits", limits, "pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/28",
                "deterministic", Map.of("clients", "2001:db8:6::/60", "subscriberLength", 64)))));
        path.from6(echo6(CLIENT, REMOTE6, 128, 9));
        restart();
        assertOutcome(RestoreOutcome.RESTORED);
        restart(0, Map.of("pools", List.of(Map.of("name", "main", "prefixes", "192.0.2.64/28",
                "deterministic", Map.of("clients", "2001:db8:7::/60", "subscriberLength", 64)))));
        assertOutcome(RestoreOutcome.PORT_GONE);
    }

    @Test
    @DisplayName("no more sessions than may be are restored")
    void limit() {
        for (int i = 0; i < 5; i++) {
            path.from6(udp6(CLIENT, 4000 + i, REMOTE6, 53));
        }
        restart(0, Map.of("limits", Map.of("maxSessions", 3)));
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(3);
        assertThat(report.sessions(RestoreOutcome.SESSION_LIMIT)).isEqualTo(2);
    }

    @Test
    @DisplayName("the binding log hears of each BIB entry and session once, as restored, before anything else of it")
    void logged() throws SnapshotException {
        List<String> lines = new ArrayList<>();
        BindingLog log = new BindingLog() {
            @Override
            public void bindingCreated(Protocol protocol, long high, long low, int clientPort, int address, int port,
                    long nowMillis) {
                lines.add("created " + clientPort);
            }

            @Override
            public void bindingRestored(Protocol protocol, long high, long low, int clientPort, int address,
                    int port, long nowMillis) {
                lines.add(nowMillis + " restored " + protocol.text() + " " + clientPort);
            }

            @Override
            public void sessionRestored(Protocol protocol, long high, long low, int clientPort, int address,
                    int port, int remoteAddress, int remotePort, long nowMillis) {
                lines.add("session " + clientPort + " " + Ip4.toString(remoteAddress) + " " + remotePort);
            }
        };
        path.from6(udp6(CLIENT, 4000, REMOTE6, 53));
        path.from6(udp6(CLIENT, 4000, REMOTE6, 54));
        path.from6(udp6(CLIENT, 4001, REMOTE6, 53));
        byte[] snapshot = Snapshots.of(path.core, path.nowNanos, 0);
        CoreFixture fresh = new CoreFixture(path.core.config, 1, 0, log, PoolEvents.NONE);
        Snapshots.restore(snapshot, fresh, log, 0, 500);
        assertThat(lines).containsExactly("500 restored udp 4000", "session 4000 198.51.100.7 53",
                "session 4000 198.51.100.7 54", "500 restored udp 4001", "session 4001 198.51.100.7 53");
    }
}
