// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.binding.Bib;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PathCounters;
import org.instar.core.path.PathDrop;
import org.instar.core.path.PathEvent;
import org.instar.core.rule.StaticBinding;
import org.instar.core.service.SessionFilter;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The shard behind a switch that answers when the test says so. */
class ShardTest implements SessionRules {

    private static final String CLIENT = "2001:db8:6::a";
    private static final String REMOTE6 = "64:ff9b:1::192.0.2.80";
    static final long CLIENT_MAC = 0x020000000006L;
    static final long SERVER_MAC = 0x020000000004L;
    private static final long SECOND = 1_000_000_000L;

    private final Nat64Config config = TestConfig.standard();
    private final CoreFixture core = new CoreFixture(config);
    private final PathCounters counters = core.counters;
    private final Bib bib = core.bib;
    private final SessionTable sessions = core.sessions;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Session> asked = new ArrayList<>();
    private final List<Session> removed = new ArrayList<>();
    private CompletableFuture<Void> removal = CompletableFuture.completedFuture(null);
    private final RouterEdge edge = new RouterEdge(config.gateway(), this::record, new EdgeCounters());
    private final Shard shard = new Shard(config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools,
            counters, edge, this, () -> 1234L, 0);

    @Override
    public void install(Session session) {
        asked.add(session);
    }

    @Override
    public CompletableFuture<Void> remove(List<Session> sessionsToRemove) {
        removed.addAll(sessionsToRemove);
        return removal;
    }

    private void record(ByteBuffer buffer, int offset, int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = buffer.get(offset + i);
        }
        sent.add(frame);
    }

    /** The server and the client make themselves known by ARP and neighbor solicitation, as hosts do. */
    @BeforeEach
    void neighborsAreKnown() {
        shard.receive(arpRequest(), 0, 42, 0);
        shard.receive(solicitation(CLIENT, CLIENT_MAC), 0, 86, 0);
        assertThat(sent).as("an ARP reply and a neighbor advertisement").hasSize(2);
        sent.clear();
    }

    /** The server asks for the gateway. */
    static ByteBuffer arpRequest() {
        ByteBuffer arp = ByteBuffer.allocateDirect(42);
        ethernet(arp, 0xffffffffffffL, SERVER_MAC, 0x0806);
        arp.putInt(14, 0x00010800).putInt(18, 0x06040001);
        mac(arp, 22, SERVER_MAC);
        arp.putInt(28, 0xc0000250).putInt(38, 0xc0000201);
        return arp;
    }

    /** A client asks for the gateway. */
    static ByteBuffer solicitation(String client, long mac) {
        ByteBuffer solicitation = ByteBuffer.allocateDirect(86);
        ethernet(solicitation, 0x3333ff000001L, mac, 0x86dd);
        Ip6 source = Ip6.parse(client);
        Ip6 target = Ip6.parse("2001:db8:6::1");
        solicitation.putInt(14, 0x60000000).putShort(18, (short) 32).put(20, (byte) 58).put(21, (byte) 255)
                .putLong(22, source.high()).putLong(30, source.low())
                .putLong(38, 0xff02000000000000L).putLong(46, 0x00000001ff000001L)
                .put(54, (byte) 135).putLong(62, target.high()).putLong(70, target.low())
                .put(78, (byte) 1).put(79, (byte) 1);
        mac(solicitation, 80, mac);
        int sum = 32 + 58;
        for (int i = 22; i < 86; i += 2) {
            sum += solicitation.getShort(i) & 0xffff;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        solicitation.putShort(56, (short) ~sum);
        return solicitation;
    }

    static void ethernet(ByteBuffer frame, long destination, long source, int type) {
        mac(frame, 0, destination);
        mac(frame, 6, source);
        frame.putShort(12, (short) type);
    }

    private static void mac(ByteBuffer frame, int offset, long mac) {
        frame.putShort(offset, (short) (mac >>> 32)).putInt(offset + 2, (int) mac);
    }

    private void receive(ByteBuffer packet, long nowNanos) {
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.capacity());
        ethernet(frame, TestConfig.GATEWAY_MAC, ipv6 ? CLIENT_MAC : SERVER_MAC, ipv6 ? 0x86dd : 0x0800);
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(14 + i, packet.get(i));
        }
        shard.receive(frame, 0, frame.capacity(), nowNanos);
    }

    private Session onlySession() {
        assertThat(sessions.size()).isEqualTo(1);
        int session = 1;
        while (!sessions.isSession(session)) {
            session++;
        }
        return sessions.read(session);
    }

    private List<Long> askedIds() {
        return asked.stream().map(Session::id).collect(Collectors.toList());
    }

    private void confirm(Session session) {
        shard.rulesConfirmed(session.id(), 0);
    }

    @Test
    void isDueAtOnceWhileItsBlocksAreToFollowStaticBindings() {
        shard.tick(SECOND);
        assertThat(shard.nextDeadlineNanos()).isGreaterThan(SECOND);
        core.pools.reserve(List.of(StaticBinding.parse("rdr64 to 192.0.2.64 -> 2001:db8:6::80")));
        assertThat(shard.nextDeadlineNanos()).isLessThanOrEqualTo(SECOND);
        shard.tick(SECOND);
        assertThat(shard.nextDeadlineNanos()).isGreaterThan(SECOND);
    }

    @Test
    void theFirstPacketWaitsForItsRulesAndItsDuplicatesAllocateNothing() {
        receive(tcp6(CLIENT, 4000, REMOTE6, 80, SYN), 0);
        receive(tcp6(CLIENT, 4000, REMOTE6, 80, SYN), 0);
        assertThat(sent).isEmpty();
        assertThat(askedIds()).containsExactly(onlySession().id());
        assertThat(bib.size()).isEqualTo(1);

        confirm(onlySession());
        assertThat(sent).hasSize(2);
        ByteBuffer first = ByteBuffer.wrap(sent.get(0));
        assertThat(first.getLong(0) >>> 16).isEqualTo(SERVER_MAC);
        assertThat(first.getLong(6) >>> 16).isEqualTo(TestConfig.GATEWAY_MAC);
        assertThat(first.getInt(30)).isEqualTo(0xc0000250);

        receive(tcp6(CLIENT, 4000, REMOTE6, 80, SYN), 0);
        assertThat(sent).as("no waiting any more").hasSize(3);
        assertThat(asked).hasSize(1);
    }

    @Test
    void waitingPacketsLeaveInTheirOrderAndTooManyAreCounted() {
        for (int i = 0; i < HeldFrames.MAX_PER_SESSION + 3; i++) {
            ByteBuffer packet = udp6(CLIENT, 4000, REMOTE6, 53);
            packet.putInt(48, i);
            receive(packet, 0);
        }
        assertThat(counters.get(PathDrop.HELD_FULL)).isEqualTo(3);
        confirm(onlySession());
        assertThat(sent).hasSize(HeldFrames.MAX_PER_SESSION);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(ByteBuffer.wrap(sent.get(i)).getInt(42)).isEqualTo(i);
        }
    }

    @Test
    void whenTheSwitchRefusesThePacketStillGoesAndTheNextAsksAgain() {
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        shard.rulesFailed(onlySession().id(), 0);
        assertThat(sent).hasSize(1);
        receive(udp6(CLIENT, 4000, REMOTE6, 53), SECOND / 2);
        assertThat(sent).as("without rules meanwhile").hasSize(2);
        assertThat(asked).hasSize(1);
        receive(udp6(CLIENT, 4000, REMOTE6, 53), SECOND);
        assertThat(asked).as("after a second").hasSize(2);
        assertThat(counters.get(PathEvent.RULES_FAILED)).isEqualTo(1);
    }

    @Test
    void lostRulesAreAskedForAgainByTheNextPacketOfEitherSide() {
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        Session session = onlySession();
        confirm(session);
        shard.rulesLost(session.id());
        receive(udp4("192.0.2.80", 53, session.binding().poolAddress(), session.binding().poolPort()), 0);
        assertThat(asked).hasSize(2);
        confirm(session);
        assertThat(sent).hasSize(2);
        assertThat(ByteBuffer.wrap(sent.get(1)).getLong(0) >>> 16).isEqualTo(CLIENT_MAC);

        shard.allRulesLost();
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        assertThat(asked).hasSize(3);
    }

    @Test
    void anIdleSessionEndsWithItsRulesAndItsBinding() {
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        Session session = onlySession();
        confirm(session);
        shard.tick(299 * SECOND);
        assertThat(sessions.size()).isEqualTo(1);
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 299 * SECOND);
        shard.tick(598 * SECOND);
        assertThat(sessions.size()).as("the second packet refreshed it").isEqualTo(1);

        shard.tick(600 * SECOND);
        assertThat(removed).extracting(Session::id).containsExactly(session.id());
        assertThat(sessions.size()).isZero();
        assertThat(bib.size()).isZero();
        assertThat(counters.get(PathEvent.SESSIONS_EXPIRED)).isEqualTo(1);
        assertThat(counters.get(PathEvent.BINDINGS_REMOVED)).isEqualTo(1);
    }

    @Test
    void removingByClientTakesItsSessionsOnlyAndAnswersWhenTheSwitchHas() {
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        receive(udp6(CLIENT, 4001, REMOTE6, 53), 0);
        receive(udp6("2001:db8:6::b", 4000, REMOTE6, 53), 0);
        removal = new CompletableFuture<>();
        CompletableFuture<Integer> count = shard.removeSessions(
                SessionFilter.of(Optional.of(Ip6.parse(CLIENT)), Optional.empty()), 0);
        assertThat(count).isNotDone();
        assertThat(sessions.size()).isEqualTo(1);
        assertThat(counters.get(PathDrop.SESSION_REMOVED)).as("packets that waited").isEqualTo(2);

        removal.complete(null);
        assertThat(count).isCompletedWithValue(2);
        assertThat(bib.find6(Protocol.UDP, 0x20010db800060000L, 0xb, 4000)).isNotZero();
        shard.tick(400 * SECOND);
        assertThat(counters.get(PathEvent.SESSIONS_EXPIRED)).as("no timer of a removed session").isEqualTo(1);
    }

    @Test
    void aLateAnswerForASessionThatIsGoneChangesNothing() {
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        long id = onlySession().id();
        shard.removeSessions(SessionFilter.ALL, 0);
        shard.rulesConfirmed(id, 0);
        shard.rulesFailed(id, 0);
        shard.rulesLost(id);
        assertThat(sent).isEmpty();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void bothSessionsOfAHairpinAskForTheirRules() {
        receive(udp6("2001:db8:6::b", 5000, REMOTE6, 53), 0);
        Session receiver = onlySession();
        confirm(receiver);
        String pool = "64:ff9b:1::" + Ip4.toString(receiver.binding().poolAddress());
        receive(udp6(CLIENT, 4000, pool, receiver.binding().poolPort()), 0);
        assertThat(asked).extracting(session -> session.binding().clientAddress().toString())
                .containsExactly("2001:db8:6::b", "2001:db8:6::b", CLIENT);
    }

    @Test
    void framesForOtherMacAddressesAreNotTranslated() {
        for (long destination : new long[] {0x021122334455L, 0xffffffffffffL}) {
            ByteBuffer packet = udp6(CLIENT, 4000, REMOTE6, 53);
            ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.capacity());
            ethernet(frame, destination, CLIENT_MAC, 0x86dd);
            for (int i = 0; i < packet.capacity(); i++) {
                frame.put(14 + i, packet.get(i));
            }
            shard.receive(frame, 0, frame.capacity(), 0);
        }
        assertThat(counters.get(PathDrop.NOT_TO_GATEWAY)).isEqualTo(2);
        assertThat(sessions.size()).isZero();
    }

    @Test
    void whatHasNoWayMakesNoState() {
        receive(udp6(CLIENT, 4000, "64:ff9b:1::203.0.113.1", 53), 0);
        receive(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.255", 53), 0);
        receive(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.1", 53), 0);
        assertThat(counters.get(PathDrop.NO_ROUTE)).isEqualTo(3);
        assertThat(sessions.size()).isZero();
        assertThat(bib.size()).isZero();
    }

    @Test
    void rfc6146Section35OnlyPacketsToAPrefixOrAPoolAreTranslated() {
        receive(udp6(CLIENT, 4000, "64:ff9b:2::192.0.2.80", 53), 0);
        receive(udp4("192.0.2.80", 53, Ip4.parse("192.0.2.80"), 4000), 0);
        receive(udp4("192.0.2.80", 53, Ip4.parse("192.0.2.1"), 4000), 0);
        assertThat(sessions.size()).isZero();
        assertThat(counters.get(PathDrop.NO_BINDING)).as("none came to the translation").isZero();
        assertThat(asked).isEmpty();
        receive(udp6(CLIENT, 4000, REMOTE6, 53), 0);
        receive(udp4("192.0.2.80", 53, Ip4.parse("192.0.2.64"), 4000), 0);
        assertThat(sessions.size()).isEqualTo(1);
        assertThat(counters.get(PathDrop.NO_BINDING)).isEqualTo(1);
    }

    @Test
    void framesOfNoUseAreCountedByName() {
        ByteBuffer frame = ByteBuffer.allocateDirect(60);
        shard.receive(frame, 0, 13, 0);
        ethernet(frame, TestConfig.GATEWAY_MAC, CLIENT_MAC, 0x86dd);
        shard.receive(frame, 0, 53, 0);
        ethernet(frame, TestConfig.GATEWAY_MAC, CLIENT_MAC, 0x0800);
        shard.receive(frame, 0, 33, 0);
        ethernet(frame, TestConfig.GATEWAY_MAC, CLIENT_MAC, 0x88a8);
        shard.receive(frame, 0, 60, 0);
        ethernet(frame, TestConfig.GATEWAY_MAC, CLIENT_MAC, 0x88cc);
        shard.receive(frame, 0, 60, 0);
        assertThat(counters.get(PathDrop.SHORT_FRAME)).isEqualTo(3);
        assertThat(counters.get(PathDrop.VLAN_STACKED)).isEqualTo(1);
        assertThat(counters.get(PathDrop.UNKNOWN_ETHERTYPE)).isEqualTo(1);
        assertThat(Map.copyOf(counters.byName())).containsEntry("drop_short_frame", 3L);
    }
}
