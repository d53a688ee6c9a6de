// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.FIN;
import static org.instar.core.path.TestPackets.RST;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.instar.core.CoreFixture;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.Hop;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PathEvent;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Offload;
import org.instar.core.session.TcpState;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shard beside a switch that translates sessions itself, and answers when the test says so. */
class OffloadTest implements SessionRules, SwitchTranslation {

    private static final String CLIENT = "2001:db8:6::a";
    private static final String REMOTE6 = "64:ff9b:1::192.0.2.80";
    private static final String REMOTE = "192.0.2.80";
    private static final int CLIENT_PORT = 4000;
    private static final int WINDOW = 14;
    private static final int TRUE_WINDOW = 500;
    private static final long SECOND = 1_000_000_000L;

    private Nat64Config config;
    private CoreFixture core;
    private Shard shard;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Session> joining = new ArrayList<>();
    private final List<Long> leaving = new ArrayList<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private boolean open = true;
    private boolean hasRoom = true;
    private boolean hopsAreTheSame = true;
    private Hop to6;
    private Hop to4;
    private int idleSeconds;
    private long now;

    @Override
    public void install(Session session) {
        shard.rulesConfirmed(session.id(), now);
    }

    @Override
    public CompletableFuture<Void> remove(List<Session> sessions) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean join(Session session, Hop hop6, Hop hop4, int idleTimeoutSeconds, int packetsPerSecond) {
        if (hasRoom) {
            joining.add(session);
            to6 = hop6;
            to4 = hop4;
            idleSeconds = idleTimeoutSeconds;
        }
        return hasRoom;
    }

    @Override
    public CompletableFuture<Void> leave(long sessionId) {
        leaving.add(sessionId);
        return gone;
    }

    @Override
    public boolean goesBy(long sessionId, Hop hop6, Hop hop4) {
        return hopsAreTheSame;
    }

    @Override
    public void flush() {
        // answers come when the test says so
    }

    @Override
    public void tick(long nowNanos) {
        // counters too
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** A shard whose neighbors are known. */
    private void begin(Map<String, ?> changes) {
        config = TestConfig.of(changes);
        core = new CoreFixture(config);
        RouterEdge edge = new RouterEdge(config.gateway(), this::record, new EdgeCounters());
        shard = new Shard(config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools, core.counters,
                edge, this, () -> 1234L, 0);
        shard.useTranslation(this, 0);
        shard.receive(ShardTest.arpRequest(), 0, 42, 0);
        shard.receive(ShardTest.solicitation(CLIENT, ShardTest.CLIENT_MAC), 0, 86, 0);
        sent.clear();
    }

    private void begin(String when) {
        begin(Map.of("offload", Map.of("when", when)));
    }

    private void record(ByteBuffer buffer, int offset, int length) {
        byte[] frame = new byte[length];
        ByteBuffer whole = buffer.duplicate();
        whole.clear();
        whole.position(offset);
        whole.get(frame);
        sent.add(frame);
    }

    private void receive(ByteBuffer packet) {
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.capacity());
        ShardTest.ethernet(frame, TestConfig.GATEWAY_MAC, ipv6 ? ShardTest.CLIENT_MAC : ShardTest.SERVER_MAC,
                ipv6 ? 0x86dd : 0x0800);
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(14 + i, packet.get(i));
        }
        shard.receive(frame, 0, frame.capacity(), now);
    }

    private void fromClient(int flags) {
        receive(windowed(tcp6(CLIENT, CLIENT_PORT, REMOTE6, 80, flags), 40));
    }

    private void fromServer(int flags) {
        Session session = session();
        receive(windowed(tcp4(REMOTE, 80, session.binding().poolAddress(), session.binding().poolPort(), flags), 20));
    }

    /** The segment with a window and a right checksum. */
    private static ByteBuffer windowed(ByteBuffer packet, int tcp) {
        int addresses = tcp == 40 ? 32 : 8;
        int length = packet.capacity() - tcp;
        packet.putShort(tcp + WINDOW, (short) TRUE_WINDOW).putShort(tcp + 16, (short) 0);
        return packet.putShort(tcp + 16, (short) InternetChecksum.ofSum(
                InternetChecksum.sum(packet, tcp - addresses, addresses + length) + length + 6));
    }

    private Session session() {
        assertThat(core.sessions.size()).isEqualTo(1);
        int session = 1;
        while (!core.sessions.isSession(session)) {
            session++;
        }
        return core.sessions.read(session);
    }

    private byte[] lastSent() {
        return sent.get(sent.size() - 1);
    }

    /** Window of a frame with a right TCP checksum. */
    private static int window(byte[] frame) {
        ByteBuffer packet = ByteBuffer.wrap(frame, 14, frame.length - 14).slice();
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        IpPacket view = new IpPacket();
        assertThat(ipv6 ? view.read6(packet, 0, packet.capacity()) : view.read4(packet, 0, packet.capacity())).isNull();
        int tcp = ipv6 ? 40 : 20;
        int addresses = ipv6 ? 32 : 8;
        int length = packet.capacity() - tcp;
        assertThat(InternetChecksum.fold(InternetChecksum.sum(packet, tcp - addresses, addresses + length)
                + length + 6)).as("checksum").isEqualTo(0xffff);
        return packet.getShort(tcp + WINDOW) & 0xffff;
    }

    private void established() {
        fromClient(SYN);
        fromServer(SYN | ACK);
    }

    private void inSwitch() {
        established();
        shard.switchJoined(session().id(), now);
        assertThat(session().offload()).isEqualTo(Offload.IN);
        sent.clear();
    }

    @Test
    void aConnectionGoesIntoTheSwitchWhileTheAnswerToItsSynWaits() {
        begin("established");
        fromClient(SYN);
        assertThat(joining).isEmpty();
        sent.clear();
        fromServer(SYN | ACK);
        assertThat(joining).hasSize(1);
        assertThat(sent).as("the answer waits: nobody sends data before it").isEmpty();
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
        assertThat(to6.mac()).isEqualTo(ShardTest.CLIENT_MAC);
        assertThat(to4.mac()).isEqualTo(ShardTest.SERVER_MAC);
        assertThat(to4.prefix4()).hasToString("Optional[192.0.2.80/32]");
        assertThat(idleSeconds).isEqualTo(config.timers().tcpEstablishedSeconds());
        shard.switchJoined(session().id(), now);
        assertThat(sent).hasSize(1);
        assertThat(window(lastSent())).isEqualTo(TRUE_WINDOW);
        assertThat(session().offload()).isEqualTo(Offload.IN);
        assertThat(core.counters.get(PathEvent.SWITCH_JOINS)).isEqualTo(1);
    }

    @Test
    void whatTheSwitchRefusesGoesOnBesideItAndAsksAgainInASecond() {
        begin("established");
        established();
        sent.clear();
        shard.switchJoinFailed(session().id(), now);
        assertThat(sent).as("the answer to the SYN").hasSize(1);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        now += SECOND / 2;
        fromClient(ACK);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        now += SECOND;
        fromClient(ACK);
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
        assertThat(core.counters.get(PathEvent.SWITCH_JOINS_FAILED)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"true, 1", "false, 1", "true, 4", "false, 4"})
    void finAndRstTakeItOut(boolean fromClient, int flags) {
        begin("established");
        inSwitch();
        if (fromClient) {
            fromClient(flags | ACK);
        } else {
            fromServer(flags | ACK);
        }
        assertThat(flags).isIn(FIN, RST);
        assertThat(leaving).containsExactly(session().id());
        assertThat(session().offload()).isEqualTo(Offload.LEAVING);
        assertThat(sent).as("it goes on").hasSize(1);
        shard.switchLeft(session().id());
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        fromClient(ACK);
        assertThat(session().tcpState()).as("data after RST moves the state (RFC 6146 3.5.2.2)")
                .isEqualTo(flags == RST ? TcpState.ESTABLISHED
                        : fromClient ? TcpState.V6_FIN_RCV : TcpState.V4_FIN_RCV);
    }

    @Test
    void packetsInTheSwitchAreCountedAndKeepTheSessionAlive() {
        begin("established");
        inSwitch();
        now += 1000 * SECOND;
        shard.switchCounted(session().id(), 10, 1000, 20, 3000, now);
        Session counted = session();
        assertThat(counted.packets6to4()).isEqualTo(11);
        assertThat(counted.packets4to6()).isEqualTo(21);
        assertThat(counted.bytes6to4()).isGreaterThan(1000);
        assertThat(counted.bytes4to6()).isGreaterThan(3000);
        int seconds = config.timers().tcpEstablishedSeconds() - config.timers().tcpClosingSeconds();
        assertThat(counted.expiresInMillis(now)).isEqualTo(seconds * 1000);
        assertThat(core.counters.get(PathEvent.SWITCH_PACKETS_6TO4)).isEqualTo(10);
        assertThat(core.counters.get(PathEvent.SWITCH_PACKETS_4TO6)).isEqualTo(20);
    }

    @Test
    void anIdleSessionLeavesTheSwitchBeforeItEndsAndLivesOnIfThereWereMorePackets() {
        begin(Map.of("offload", Map.of("when", "at-once")));
        receive(udp6(CLIENT, CLIENT_PORT, REMOTE6, 53));
        shard.switchJoined(session().id(), now);
        now += (config.timers().udpSeconds() + 2) * SECOND;
        shard.tick(now);
        assertThat(leaving).containsExactly(session().id());
        shard.switchCounted(session().id(), 1, 100, 0, 0, now);
        shard.switchLeft(session().id());
        now += 10 * SECOND;
        shard.tick(now);
        assertThat(core.sessions.size()).as("its last counters tell of a packet").isEqualTo(1);
        now += config.timers().udpSeconds() * SECOND;
        shard.tick(now);
        assertThat(core.sessions.size()).isZero();
    }

    @Test
    void aUdpSessionGoesWhenTheClientGoesOnAfterAnAnswer() {
        begin("established");
        receive(udp6(CLIENT, CLIENT_PORT, REMOTE6, 53));
        receive(udp6(CLIENT, CLIENT_PORT, REMOTE6, 53));
        receive(udp4(REMOTE, 53, session().binding().poolAddress(), session().binding().poolPort()));
        assertThat(joining).hasSize(1);
        assertThat(sent).as("no datagram waits for it").hasSize(3);
        assertThat(idleSeconds).isEqualTo(config.timers().udpSeconds());
    }

    @Test
    void atOnceTheFirstPacketWaitsForAllRules() {
        begin("at-once");
        fromClient(SYN);
        assertThat(joining).hasSize(1);
        assertThat(sent).isEmpty();
        shard.switchJoined(session().id(), now);
        assertThat(sent).hasSize(1);
    }

    @Test
    void afterSoManyPackets() {
        begin("after 5");
        established();
        fromClient(ACK);
        fromClient(ACK);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        fromServer(ACK);
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
    }

    @ParameterizedTest
    @CsvSource({"'place software', OUT", "'place controller', OUT", "'offload never', OUT", "'offload established', OUT",
        "'offload at-once', JOINING", "'', OUT"})
    void theRuleSaysWhenTheConfigurationSaysNever(String option, Offload expected) {
        begin(Map.of("offload", Map.of("when", "never"),
                "rules", List.of("nat64 from any to any -> pool main " + option)));
        fromClient(SYN);
        assertThat(session().offload()).isEqualTo(expected);
        fromServer(SYN | ACK);
        if (option.equals("offload established")) {
            assertThat(session().offload()).isEqualTo(Offload.JOINING);
        }
    }

    @Test
    void aSwitchWithoutRoomIsAskedAgain() {
        begin("established");
        hasRoom = false;
        established();
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(sent).as("nothing waits").hasSize(2);
        hasRoom = true;
        fromClient(ACK);
        assertThat(session().offload()).as("not at every packet").isEqualTo(Offload.OUT);
        now += SECOND;
        fromClient(ACK);
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
    }

    @Test
    void aClosedSwitchIsAskedNothing() {
        begin("established");
        open = false;
        established();
        assertThat(joining).isEmpty();
        assertThat(session().offload()).isEqualTo(Offload.OUT);
    }

    @Test
    void strictKeepsUdpOut() {
        begin(Map.of("offload", Map.of("when", "at-once", "strict", true)));
        receive(udp6(CLIENT, CLIENT_PORT, REMOTE6, 53));
        assertThat(joining).isEmpty();
    }

    @Test
    void aNeighborThatIsElsewhereTakesItOut() {
        begin("established");
        inSwitch();
        hopsAreTheSame = false;
        shard.switchCounted(session().id(), 1, 100, 0, 0, now);
        assertThat(leaving).containsExactly(session().id());
    }

    @Test
    void aSessionWithPacketsThatTheSwitchLosesStaysOut() {
        begin("established");
        inSwitch();
        shard.strayed(session().id());
        assertThat(leaving).containsExactly(session().id());
        shard.switchLeft(session().id());
        now += 60 * SECOND;
        fromClient(ACK);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(core.counters.get(PathEvent.SWITCH_STRAYS)).isEqualTo(1);
    }

    @Test
    void takenOutByHandItLivesOn() {
        begin("established");
        inSwitch();
        assertThat(shard.leaveSwitch(SessionFilter.ALL)).isEqualTo(1);
        assertThat(shard.leaveSwitch(SessionFilter.ALL)).as("it is leaving already").isZero();
        assertThat(session().offload()).isEqualTo(Offload.LEAVING);
    }

    @Test
    void aConfigurationThatWantsNoneTakesThemOut() {
        begin("established");
        inSwitch();
        shard.change(TestConfig.of(Map.of("offload", Map.of("when", "never"))), config.poolPrefixes());
        assertThat(leaving).containsExactly(session().id());
    }

    @Test
    void removingASessionWaitsForItsRulesInTheSwitchToo() {
        begin("established");
        inSwitch();
        CompletableFuture<Integer> removed = shard.removeSessions(SessionFilter.ALL, now);
        assertThat(leaving).hasSize(1);
        assertThat(removed).isNotDone();
        gone.complete(null);
        assertThat(removed).isCompletedWithValue(1);
    }

    @Test
    void aConnectionInFullSwingPausesByAWindowOfZero() {
        begin("established");
        inSwitch();
        shard.leaveSwitch(SessionFilter.ALL);
        shard.switchLeft(session().id());

        now += SECOND;
        fromClient(ACK);
        fromServer(ACK);
        assertThat(session().offload()).isEqualTo(Offload.JOINING);
        assertThat(sent).hasSize(2).allMatch(frame -> window(frame) == 0);
        assertThat(joining).as("not while packets come").hasSize(1);

        now += LiveMove.SILENCE_NANOS;
        assertThat(shard.nextDeadlineNanos()).isLessThanOrEqualTo(now);
        shard.tick(now);
        byte[] marker = lastSent();
        assertThat(sent).hasSize(3);
        fromClient(ACK);
        shard.receive(direct(marker), 0, marker.length, now);
        assertThat(joining).as("there was a packet after the marker").hasSize(1);

        now += LiveMove.SILENCE_NANOS;
        shard.tick(now);
        marker = lastSent();
        shard.receive(direct(marker), 0, marker.length, now);
        assertThat(joining).hasSize(2);
        sent.clear();
        shard.switchJoined(session().id(), now);
        assertThat(session().offload()).as("the datapath follows a little later").isEqualTo(Offload.JOINING);
        now += LiveMove.SETTLING_NANOS;
        shard.tick(now);
        assertThat(session().offload()).isEqualTo(Offload.IN);
        assertThat(sent).as("both ends are told their windows").hasSize(2)
                .allMatch(frame -> window(frame) == TRUE_WINDOW);
    }

    @Test
    void aConnectionThatDoesNotFallSilentGoesOn() {
        begin("established");
        inSwitch();
        shard.leaveSwitch(SessionFilter.ALL);
        shard.switchLeft(session().id());
        now += SECOND;
        long end = now + LiveMove.MOST_NANOS;
        while (now - end <= 0) {
            fromClient(ACK);
            shard.tick(now);
            now += LiveMove.SILENCE_NANOS / 2;
        }
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(window(lastSent())).isEqualTo(TRUE_WINDOW);
        assertThat(core.counters.get(PathEvent.SWITCH_JOINS_FAILED)).isEqualTo(1);
    }

    @Test
    void whenTheSwitchIsGoneAllIsBesideIt() {
        begin("established");
        established();
        shard.useTranslation(SwitchTranslation.NONE, now);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(sent).as("what waited goes on").hasSize(2);
    }

    private static ByteBuffer direct(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            buffer.put(i, bytes[i]);
        }
        return buffer;
    }
}
