// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.FIN;
import static org.instar.core.path.TestPackets.RST;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.instar.core.TestConfig;
import org.instar.core.path.PathEvent;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Offload;
import org.instar.core.session.TcpState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which sessions go into the switch and when, what keeps them alive there, what takes them out. */
class OffloadTest extends OffloadFixture {

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
    @CsvSource({"'place software', OUT", "'place controller', OUT", "'offload never', OUT",
        "'offload established', OUT", "'offload at-once', JOINING", "'', OUT"})
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
    void whenTheSwitchIsGoneAllIsBesideIt() {
        begin("established");
        established();
        shard.useTranslation(SwitchTranslation.NONE, now);
        assertThat(session().offload()).isEqualTo(Offload.OUT);
        assertThat(sent).as("what waited goes on").hasSize(2);
    }
}
