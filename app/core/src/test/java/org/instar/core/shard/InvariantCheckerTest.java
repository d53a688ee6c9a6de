// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.path.PacketPath;
import org.instar.core.rule.Ingress;
import org.instar.core.session.TcpState;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the checker finds when something is broken on purpose. */
class InvariantCheckerTest implements PacketPath.Output {

    private static final String CLIENT = "2001:db8:6::a";

    private final CoreFixture core = new CoreFixture(TestConfig.of(Map.of("rules", List.of(
            "nat64 proto udp from any to any port 5353 -> pool main endpoint-dependent",
            "nat64 from any to any -> pool main"))));
    private final PacketPath path = new PacketPath(core.config, TranslatorSettings.defaults(), core.state,
            core.lifecycle,
            core.pools, core.counters, this);
    private final InvariantChecker checker = new InvariantChecker(core.state, core.ports, core.subscribers);
    /** 1 to 7: of one BIB entry, UDP; 8: TCP; 9 and 10: endpoint-dependent. */
    private static final int SESSIONS = 10;

    @Override
    public void to4(int session, ByteBuffer frame, int frameLength, long nowNanos) {
    }

    @Override
    public void to6(int session, ByteBuffer frame, int frameLength, long nowNanos) {
    }

    @Override
    public void turned(int session, long nowNanos) {
    }

    @Override
    public void answer4(ByteBuffer frame, int frameLength, long nowNanos) {
    }

    @Override
    public void answer6(ByteBuffer frame, int frameLength, long nowNanos) {
    }

    private void send(ByteBuffer packet) {
        path.from6(packet, 0, packet.capacity(), 0, Ingress.UNKNOWN, 0, 0);
    }

    @BeforeEach
    void sessionsOfAllKinds() {
        for (int i = 1; i <= 7; i++) {
            send(udp6(CLIENT, 4000, "64:ff9b:1::198.51.100.7", i));
        }
        send(tcp6(CLIENT, 4001, "64:ff9b:1::198.51.100.7", 80, SYN));
        send(udp6(CLIENT, 4000, "64:ff9b:1::198.51.100.7", 5353));
        send(udp6(CLIENT, 4000, "64:ff9b:1::198.51.100.8", 5353));
        assertThat(core.sessions.size()).isEqualTo(SESSIONS);
        assertThat(checker.checkAll()).isEmpty();
    }

    private void assertFinds(String... words) {
        assertThat(String.join("\n", checker.checkAll())).contains(words);
    }

    @Test
    void slicesFindWhatTheWholeFindsAndEnd() {
        core.wheel.cancel(2);
        core.wheel.cancel(9);
        List<String> violations = new ArrayList<>();
        int calls = 0;
        for (int from = 1; from != 0; from = checker.check(from, 3, violations)) {
            calls++;
        }
        assertThat(calls).isEqualTo(4);
        assertThat(violations).containsExactly("timers and sessions: 8 and 10", "session 2: it has no timer",
                "session 9: it has no timer");
    }

    @Test
    void emptyTablesAreRight() {
        for (int session = 1; session <= SESSIONS; session++) {
            core.lifecycle.end(session, 0, 0);
            assertThat(checker.checkAll()).isEmpty();
        }
        assertThat(core.bib.size()).isZero();
    }

    @Test
    void tcpStates() {
        core.sessions.setTcpState(8, TcpState.CLOSED);
        core.sessions.setTcpState(1, TcpState.TRANS);
        assertFinds("session 8: its TCP state is CLOSED", "session 1: its TCP state is TRANS");
    }

    @Test
    void sessionsWithoutAnEntry() {
        core.bib.remove(core.sessions.binding(8));
        assertFinds("session 8: its BIB entry " + core.sessions.binding(8) + " is gone",
                "sessions by BIB entry and sessions: 9 and 10",
                "ports by subscriber and BIB entries from pools: 4 and 3");
    }

    @Test
    void entriesWithoutASession() {
        core.bib.setFirstSession(core.sessions.binding(8), 0);
        assertFinds("it has no session", "session 8: its BIB entry doesn't list it");
        core.bib.setFirstSession(core.sessions.binding(8), 1);
        assertFinds("it has no session", "session 8: its BIB entry doesn't list it");
    }

    @Test
    void twoEntriesWithOneTransportAddress() {
        int entry = core.sessions.binding(1);
        int twin = core.bib.create(Protocol.UDP, core.bib.clientHigh(entry), core.bib.clientLow(entry), 4000,
                core.bib.poolAddress(entry), core.bib.poolPort(entry), false, true);
        core.sessions.create(twin, 1, 1, true, 0, 0, 0);
        assertFinds("transport address finds another");
    }

    @Test
    void twoSessionsWithTheSameEnds() {
        int entry = core.sessions.binding(9);
        int twin = core.bib.create(Protocol.UDP, 1, 1, 1, core.bib.poolAddress(entry), core.bib.poolPort(entry), true,
                true);
        core.sessions.create(twin, core.sessions.remoteAddress(9), core.sessions.remotePort(9), true, 0, 0, 0);
        assertFinds("it isn't what its addresses and ports find");
    }

    @Test
    void anIndependentEntryWithThePortOfADependentOne() {
        int entry = core.sessions.binding(9);
        core.bib.create(Protocol.UDP, 1, 1, 1, core.bib.poolAddress(entry), core.bib.poolPort(entry), false, true);
        assertFinds("session 9: an endpoint-independent BIB entry has its pool address and port");
    }

    @Test
    void portsThatAreNotTaken() {
        int entry = core.sessions.binding(8);
        core.ports.release(Protocol.TCP, core.bib.poolAddress(entry), core.bib.poolPort(entry),
                core.subscribers.of(core.bib.clientHigh(entry), core.bib.clientLow(entry)), 0);
        assertFinds("its pool port is not taken", "ports by subscriber and BIB entries from pools: 3 and 4");
    }

    @Test
    void countsOfSubscribersAndRules() {
        core.subscribers.of(1, 1).addSession(0);
        assertFinds("sessions by subscriber and sessions: 11 and 10");
        core.state.rules().addSession(core.sessions.rule(1));
        assertFinds("sessions by rule and sessions: 11 and 10");
    }
}
