// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.inswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.edge.Hop;
import org.instar.core.path.PathEvent;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.shard.SwitchTranslation;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.inswitch.StaticTables;
import org.instar.openflow.inswitch.StrayPacket;
import org.instar.openflow.inswitch.TranslationConfig;
import org.instar.openflow.inswitch.TranslationTable;
import org.instar.openflow.pipeline.PipelineConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One shard's sessions in a switch that answers when the test says so. */
class SwitchSessionsTest implements SwitchTranslation.Listener {

    private static final Prefix64 PREFIX = Prefix64.parse("64:ff9b:1::/96");
    private static final long GATEWAY_MAC = 0x02005e006401L;
    private static final long CLIENT_MAC = 0x020000000006L;
    private static final long SERVER_MAC = 0x020000000004L;
    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    private static final int SERVER = Ip4.parse("192.0.2.80");
    private static final int POOL = Ip4.parse("192.0.2.65");
    private static final int IDLE_SECONDS = 300;
    private static final int MAX_SESSIONS = 3;
    private static final long SECOND = 1_000_000_000L;

    private final FakeSwitch connection = new FakeSwitch();
    private final HostLocations locations = new HostLocations((mac, vlan, port) -> { });
    private final List<String> heard = new ArrayList<>();
    private final KeyedHash hash = new KeyedHash(new Random(1)::nextLong);
    private final Bib bib = new Bib(hash);
    private final SessionTable table = new SessionTable(bib, hash, List.of(PREFIX), 0);
    private final PipelineConfig pipeline = new PipelineConfig(5, GATEWAY_MAC, Ip6.parse("2001:db8:6::1"),
            Ip6.parse("fe80::5eff:fe00:6401"), Ip4.parse("192.0.2.1"), List.of(PREFIX),
            List.of(Prefix4.parse("192.0.2.64/28")), true);
    private final SwitchSessions sessions = new SwitchSessions(connection,
            new StaticTables(new TranslationConfig(pipeline, 1500, 1500, false)),
            new SwitchNextHops(connection, GATEWAY_MAC, locations, refusal -> heard.add("refused " + refusal)),
            command -> command.accept(this), 1, 2, MAX_SESSIONS);
    private final Hop to6 = Hop.of(Prefix6.of(CLIENT, 128), CLIENT_MAC, 0);
    private final Hop to4 = Hop.of(Prefix4.parse("0.0.0.0/0"), SERVER_MAC, 0);
    private int nextPort = 4000;

    @BeforeEach
    void hostsAreKnown() {
        locations.learn(frameFrom(CLIENT_MAC), 1);
        locations.learn(frameFrom(SERVER_MAC), 3);
    }

    private static byte[] frameFrom(long mac) {
        return ByteBuffer.allocate(60).putLong(4, mac).putShort(12, (short) 0x0806).array();
    }

    @Override
    public void switchJoined(long sessionId, long nowNanos) {
        heard.add("joined " + sessionId);
    }

    @Override
    public void switchJoinFailed(long sessionId, long nowNanos) {
        heard.add("failed " + sessionId);
    }

    @Override
    public void switchLeft(long sessionId) {
        heard.add("left " + sessionId);
    }

    @Override
    public void switchCounted(long sessionId, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6,
            long nowNanos) {
        heard.add("counted " + sessionId + " " + packets6to4 + "/" + bytes6to4 + " " + packets4to6 + "/" + bytes4to6);
    }

    @Override
    public void leaveSwitch(long sessionId, PathEvent reason) {
        heard.add(reason + " " + sessionId);
        sessions.leave(sessionId);
    }

    @Override
    public void strayed(long sessionId) {
        heard.add("strayed " + sessionId);
    }

    private Session session() {
        int binding = bib.create(Protocol.UDP, CLIENT.high(), CLIENT.low(), nextPort++, POOL, nextPort, false, false);
        return table.read(table.create(binding, SERVER, 53, true, 0, 0, 0));
    }

    private boolean join(Session session, int packetsPerSecond) {
        boolean asked = sessions.join(session, to6, to4, IDLE_SECONDS, packetsPerSecond);
        sessions.flush();
        return asked;
    }

    /** A session in the switch; the cookie of its rules. */
    private long in(Session session) {
        assertThat(join(session, 0)).isTrue();
        long cookie = connection.last().mods().get(0).cookie();
        connection.last().answer().complete(null);
        assertThat(heard).endsWith("joined " + session.id());
        heard.clear();
        return cookie;
    }

    private static FlowEntry flow(TranslationTable table, long cookie, long packets, long bytes) {
        return new FlowEntry(table.id(), 200, cookie, IDLE_SECONDS, 0, 0, packets, bytes, FlowMatch.any(), List.of(),
                OptionalInt.empty(), true);
    }

    private static FlowRemoved removed(TranslationTable table, long cookie, FlowRemoved.Reason reason, long packets,
            long bytes) {
        return new FlowRemoved(cookie, table.id(), 200, reason, 0, IDLE_SECONDS, packets, bytes);
    }

    @Test
    void nextHopsGoInBeforeTheRulesAndOnceForAllWhoUseThem() {
        Session first = session();
        assertThat(sessions.join(first, to6, to4, IDLE_SECONDS, 0)).isTrue();
        assertThat(connection.batches).as("each next hop at once").hasSize(2);
        sessions.flush();
        assertThat(connection.last().mods()).extracting(FlowMod::tableId).as("the end of the way first")
                .containsExactly(TranslationTable.ADDRESSES_6.id(), TranslationTable.OFFER_4TO6.id(),
                        TranslationTable.OFFER_6TO4.id());
        assertThat(join(session(), 0)).isTrue();
        assertThat(connection.batches).as("one batch more, the rules").hasSize(4);
    }

    @Test
    void aHostOfWhichNobodyKnowsThePortIsRefused() {
        locations.clear();
        locations.learn(frameFrom(CLIENT_MAC), 1);
        assertThat(join(session(), 0)).isFalse();
        assertThat(sessions.size()).isZero();
        locations.learn(frameFrom(SERVER_MAC), 3);
        assertThat(join(session(), 0)).isTrue();
    }

    @Test
    void theNumberInTheCookieTellsTheShard() {
        long cookie = in(session());
        assertThat(SwitchSessions.shardOf((int) cookie, 2)).isEqualTo(1);
        assertThat(in(session())).isNotEqualTo(cookie);
    }

    @Test
    void whatTheSwitchRefusesIsTakenOutAgainAndTold() {
        Session session = session();
        join(session, 0);
        connection.last().answer().completeExceptionally(new IllegalStateException("TABLE_FULL"));
        sessions.flush();
        assertThat(connection.last().mods()).allMatch(mod -> mod.command() == FlowMod.Command.DELETE);
        connection.last().answer().complete(null);
        forget();
        assertThat(heard).contains("failed " + session.id());
        assertThat(sessions.size()).isZero();
    }

    /** Lets the time pass that the last rule stays, and has it go. */
    private void forget() {
        sessions.tick(System.nanoTime() + SECOND);
        assertThat(connection.last().mods()).extracting(FlowMod::tableId)
                .containsOnly(TranslationTable.ADDRESSES_6.id());
        connection.last().answer().complete(null);
    }

    @Test
    void rulesLeaveInTwoSteps() {
        Session session = session();
        in(session);
        CompletableFuture<Void> left = sessions.leave(session.id());
        assertThat(sessions.leave(session.id())).as("once is enough").isSameAs(left);
        sessions.flush();
        assertThat(connection.last().mods()).extracting(FlowMod::tableId).containsExactly(
                TranslationTable.OFFER_6TO4.id(), TranslationTable.OFFER_4TO6.id());
        int batches = connection.batches.size();
        connection.last().answer().complete(null);
        assertThat(heard).containsExactly("left " + session.id());
        assertThat(connection.batches).as("not at once: the datapath may still go by the first ones").hasSize(batches);
        assertThat(left).isNotDone();
        forget();
        assertThat(left).isCompleted();
    }

    @Test
    void aRemovalThatIsNotConfirmedHasTheSwitchClearedByReconnecting() {
        Session session = session();
        in(session);
        CompletableFuture<Void> left = sessions.leave(session.id());
        sessions.flush();
        connection.last().answer().completeExceptionally(new IllegalStateException("no barrier reply"));
        assertThat(left.exceptionNow()).isInstanceOf(FlowsNotConfirmedException.class);
        assertThat(connection.disconnected).isNotNull();
        assertThat(sessions.isOpen()).isFalse();
        assertThat(heard).as("its rules may still be there").isEmpty();
    }

    @Test
    void countersAreAskedForInTurnAndTellWhatIsNew() {
        Session session = session();
        long cookie = in(session);
        sessions.tick(System.nanoTime() + SECOND);
        connection.asked.remove(cookie).complete(List.of(flow(TranslationTable.OFFER_6TO4, cookie, 10, 1140),
                flow(TranslationTable.OFFER_4TO6, cookie, 0, 0), flow(TranslationTable.ADDRESSES_6, cookie, 99, 99)));
        assertThat(heard).as("IP bytes: 14 less for each packet").containsExactly(
                "counted " + session.id() + " 10/1000 0/0");
        heard.clear();
        sessions.tick(System.nanoTime() + 2 * SECOND);
        connection.asked.remove(cookie).complete(List.of(flow(TranslationTable.OFFER_6TO4, cookie, 10, 1140),
                flow(TranslationTable.OFFER_4TO6, cookie, 2, 228)));
        assertThat(heard).containsExactly("counted " + session.id() + " 0/0 2/200");
    }

    @Test
    void oneWayIdleIsNotTheSessionIdle() {
        Session session = session();
        long cookie = in(session);
        sessions.removed(this, removed(TranslationTable.OFFER_4TO6, cookie, FlowRemoved.Reason.IDLE_TIMEOUT, 3, 342));
        assertThat(heard).containsExactly("counted " + session.id() + " 0/0 3/300");
        int batches = connection.batches.size();
        connection.asked.remove(cookie).complete(List.of(flow(TranslationTable.OFFER_6TO4, cookie, 7, 798)));
        assertThat(connection.batches).as("the rules once more").hasSize(batches + 1);
        assertThat(connection.last().mods()).hasSize(3).allMatch(mod -> mod.command() == FlowMod.Command.ADD);

        sessions.removed(this, removed(TranslationTable.OFFER_4TO6, cookie, FlowRemoved.Reason.IDLE_TIMEOUT, 3, 342));
        connection.asked.remove(cookie).complete(List.of(flow(TranslationTable.ADDRESSES_6, cookie, 3, 342)));
        assertThat(heard).as("both ways idle").endsWith(PathEvent.RULES_LOST + " " + session.id());
    }

    @Test
    void lastCountersComeAfterTheRulesAreGone() {
        Session session = session();
        long cookie = in(session);
        sessions.leave(session.id());
        sessions.flush();
        connection.last().answer().complete(null);
        sessions.removed(this, removed(TranslationTable.OFFER_6TO4, cookie, FlowRemoved.Reason.DELETE, 5, 570));
        assertThat(heard).containsExactly("left " + session.id(), "counted " + session.id() + " 5/500 0/0");
    }

    @Test
    void aRuleThatSomebodyElseTookTakesTheSessionOut() {
        Session session = session();
        long cookie = in(session);
        sessions.removed(this, removed(TranslationTable.OFFER_6TO4, cookie, FlowRemoved.Reason.DELETE, 0, 0));
        assertThat(heard).containsExactly(PathEvent.FLOWS_REMOVED_UNEXPECTEDLY + " " + session.id());
        long earlier = cookie ^ 1L << 20;
        sessions.removed(this, removed(TranslationTable.OFFER_6TO4, earlier, FlowRemoved.Reason.DELETE, 9, 9));
        assertThat(heard).as("a rule of the handle's session before").hasSize(1);
    }

    @Test
    void whenThereIsNoRoomTheLeastActiveSessionGoesForAMoreActiveOne() {
        List<Session> all = List.of(session(), session(), session());
        List<Long> cookies = all.stream().map(this::in).toList();
        sessions.tick(System.nanoTime() + SECOND);
        sessions.tick(System.nanoTime() + 2 * SECOND);
        sessions.tick(System.nanoTime() + 3 * SECOND);
        for (int i = 0; i < all.size(); i++) {
            connection.asked.get(cookies.get(i)).complete(List.of(flow(TranslationTable.OFFER_6TO4, cookies.get(i),
                    i == 1 ? 10 : 1_000_000, 1000)));
        }
        heard.clear();
        assertThat(join(session(), 0)).as("how active it is isn't known, and all are").isFalse();
        assertThat(heard).isEmpty();
        assertThat(join(session(), 1_000_000)).as("not yet").isFalse();
        assertThat(heard).containsExactly(PathEvent.SWITCH_EVICTIONS + " " + all.get(1).id());
        sessions.flush();
        connection.last().answer().complete(null);
        assertThat(join(session(), 1_000_000)).isTrue();
    }

    @Test
    void aStrayPacketNamesItsSession() {
        Session session = session();
        long cookie = in(session);
        int handle = (int) cookie & 0xf_ffff;
        sessions.strayed(this, new StrayPacket.From4(17, handle));
        sessions.strayed(this, new StrayPacket.From6(17, POOL, session.binding().poolPort(), SERVER));
        sessions.strayed(this, new StrayPacket.From6(17, POOL, 1, SERVER));
        assertThat(heard).containsExactly("strayed " + session.id(), "strayed " + session.id());
    }

    @Test
    void aHostThatMovedIsFollowed() {
        SwitchNextHops hops = new SwitchNextHops(connection, GATEWAY_MAC, locations, refusal -> { });
        assertThat(hops.use(to6)).isTrue();
        hops.moved(CLIENT_MAC, 0, 7);
        assertThat(connection.last().mods()).extracting(mod -> mod.command().name().substring(0, 3)).containsExactly(
                "DEL", "DEL", "ADD", "ADD");
        assertThat(hops.isRemovalOfOurs()).isTrue();
        assertThat(hops.isRemovalOfOurs()).isTrue();
        assertThat(hops.isRemovalOfOurs()).as("a third was somebody else").isFalse();
        assertThat(hops.flows()).allMatch(flow -> flow.toString().contains("7"));
        hops.release(to6, 0);
        hops.sweep(60 * SECOND);
        assertThat(hops.size()).isZero();
    }
}
