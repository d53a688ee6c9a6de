// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.instar.core.config.ConfigException;
import org.instar.core.config.Nat64Config;
import org.instar.core.shard.Shard;
import org.instar.nat64d.inswitch.TranslatingSwitch;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.core.rule.Ingress;
import org.instar.nat64d.inswitch.FakeSwitch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.PacketIn;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.PipelineConfig;
import org.junit.jupiter.api.Test;

class SwitchAgentTest implements SwitchAgent.Events {

    private final List<String> events = new ArrayList<>();
    private CompletableFuture<Void> shardLeft = CompletableFuture.completedFuture(null);
    private final FakeSwitch connection = new FakeSwitch();
    private final SwitchAgent agent = new SwitchAgent("nat64-sw", SwitchAgentTest::pipeline, this,
            new TranslatingSwitch(neverInSwitch(), new NoShards(), 1500));

    private static Nat64Config neverInSwitch() {
        try {
            return Nat64dConfigTest.read(Nat64dConfigTest.GOOD + "offload:\n  when: never\n").nat64();
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private static final class NoShards implements TranslatingSwitch.Shards {

        @Override
        public int count() {
            return 0;
        }

        @Override
        public void execute(int shard, Consumer<Shard> command) {
            throw new AssertionError("there is no shard " + shard);
        }
    }

    private static PipelineConfig pipeline(int port) {
        return new PipelineConfig(port, 0x02005e006401L, Ip6.parse("2001:db8:6::1"), Ip6.parse("fe80::5eff:fe00:6401"),
                Ip4.parse("192.0.2.1"), List.of(Prefix64.parse("64:ff9b:1::/96")),
                List.of(Prefix4.parse("192.0.2.64/28")), false);
    }

    @Override
    public void packetIn(byte[] frame, Ingress ingress) {
        events.add("packet-in " + frame.length);
    }

    @Override
    public void sessionRuleRemoved(int ruleNumber, FlowRemoved.Reason reason) {
        events.add("rule " + ruleNumber + " " + reason);
    }

    @Override
    public CompletableFuture<Void> switchGone() {
        events.add("gone");
        return shardLeft;
    }

    @Override
    public void switchReady(SwitchAgent.Ready ready) {
        events.add("ready " + ready.fastPathPort());
    }

    @Override
    public void staticFlowRemoved() {
        events.add("static");
    }

    private static FlowRemoved removed(long cookie) {
        return new FlowRemoved(cookie, 1, 100, FlowRemoved.Reason.DELETE, 0, 0, 0, 0);
    }

    @Test
    void isReadyWhenTheStaticFlowsAreConfirmedAndNotBefore() {
        assertThat(agent.problem()).isEqualTo("no switch has connected");
        agent.onConnected(connection);
        assertThat(agent.ready()).isEmpty();
        List<FlowMod> mods = connection.last().mods();
        assertThat(mods.getFirst().command()).as("first of all old flows go").isEqualTo(FlowMod.Command.DELETE);
        assertThat(mods.stream().skip(1)).allMatch(mod -> mod.command() == FlowMod.Command.ADD);

        connection.last().answer().complete(null);
        assertThat(agent.ready()).contains(new SwitchAgent.Ready(connection, 5));
        assertThat(agent.problem()).isEmpty();
        assertThat(events).containsExactly("gone", "ready 5");
    }

    @Test
    void aSwitchThatRefusesIsNamed() {
        agent.onConnected(connection);
        connection.last().answer().completeExceptionally(new IllegalStateException("BAD_ACTION"));
        assertThat(agent.ready()).isEmpty();
        assertThat(agent.problem()).contains("0x0000000000000001", "BAD_ACTION");
    }

    @Test
    void waitsForThePortAndFollowsItsNumber() {
        connection.ports.clear();
        agent.onConnected(connection);
        assertThat(agent.problem()).contains("no port 'nat64-sw'");
        assertThat(connection.batches).isEmpty();

        connection.ports.put("nat64-sw", 7);
        agent.onPortStatus(connection, null);
        connection.last().answer().complete(null);
        assertThat(agent.ready().orElseThrow().fastPathPort()).isEqualTo(7);

        agent.onPortStatus(connection, null);
        assertThat(connection.batches).as("nothing has changed").hasSize(1);
        shardLeft = new CompletableFuture<>();
        connection.ports.put("nat64-sw", 8);
        agent.onPortStatus(connection, null);
        assertThat(agent.ready()).isEmpty();
        assertThat(connection.batches).as("not before the shard has left the old port").hasSize(1);
        shardLeft.complete(null);
        connection.last().answer().complete(null);
        assertThat(agent.ready().orElseThrow().fastPathPort()).isEqualTo(8);
    }

    @Test
    void aPortStatusWhileTheStaticFlowsAreOnTheirWayStartsNothing() {
        agent.onConnected(connection);
        connection.ports.put("h1", 9);
        agent.onPortStatus(connection, null);
        assertThat(connection.batches).hasSize(1);

        connection.ports.put("nat64-sw", 8);
        agent.onPortStatus(connection, null);
        assertThat(connection.batches).hasSize(2);
        connection.batches.getFirst().answer().complete(null);
        assertThat(agent.ready()).as("the answer to what is out of date").isEmpty();
        connection.last().answer().complete(null);
        assertThat(agent.ready().orElseThrow().fastPathPort()).isEqualTo(8);
    }

    @Test
    void whatTheSwitchTellsGoesOnOnceItIsReady() {
        agent.onConnected(connection);
        events.clear();
        agent.onFlowRemoved(connection, removed(Cookies.sessionRule(3)));
        assertThat(events).as("our own clearing").isEmpty();
        connection.last().answer().complete(null);
        events.clear();

        agent.onPacketIn(connection, new PacketIn(1, 2, 0, PacketIn.Reason.ACTION, new byte[60]));
        agent.onFlowRemoved(connection, removed(Cookies.sessionRule(3)));
        agent.onFlowRemoved(connection, removed(0));
        assertThat(events).containsExactly("packet-in 60", "rule 3 DELETE");
        assertThat(agent.problem()).isEmpty();

        agent.onFlowRemoved(connection, removed(Cookies.MISS_6TO4));
        assertThat(events).endsWith("static");
        assertThat(agent.problem()).contains("static flow of table 1");
        agent.onFlowRemoved(connection, removed(Cookies.MISS_4TO6));
        assertThat(connection.last().mods()).as("all of them again, and no deletion")
                .allMatch(mod -> mod.command() == FlowMod.Command.ADD)
                .anyMatch(mod -> mod.cookie() == Cookies.MISS_6TO4);
        connection.last().answer().complete(null);
        assertThat(agent.problem()).as("one more round for what left meanwhile").contains("static flow");
        connection.last().answer().complete(null);
        assertThat(agent.problem()).isEmpty();
    }

    @Test
    void flowsOfAProcessBeforeMayLeaveLate() {
        agent.onConnected(connection);
        connection.last().answer().complete(null);
        events.clear();
        long hour = 3_600_000_000_000L;
        for (long cookie : new long[] {Cookies.MISS_6TO4, Cookies.sessionRule(3)}) {
            agent.onFlowRemoved(connection,
                    new FlowRemoved(cookie, 1, 100, FlowRemoved.Reason.DELETE, hour, 0, 0, 0));
        }
        assertThat(events).isEmpty();
        assertThat(agent.problem()).isEmpty();
    }

    @Test
    void aSecondSwitchIsSentAwayUntilTheFirstIsGone() {
        agent.onConnected(connection);
        connection.last().answer().complete(null);
        FakeSwitch second = new FakeSwitch();
        agent.onConnected(second);
        assertThat(second.disconnected).isNotNull();
        agent.onPacketIn(second, new PacketIn(1, 2, 0, PacketIn.Reason.ACTION, new byte[60]));
        agent.onDisconnected(second, "sent away");
        assertThat(agent.ready()).isPresent();

        agent.onDisconnected(connection, "cable");
        assertThat(agent.problem()).contains("gone: cable");
        assertThat(events).containsExactly("gone", "ready 5", "gone");
        FakeSwitch third = new FakeSwitch();
        agent.onConnected(third);
        third.last().answer().complete(null);
        assertThat(agent.ready().orElseThrow().connection()).isSameAs(third);
    }

    @Test
    void aLateAnswerOfASwitchThatIsGoneChangesNothing() {
        agent.onConnected(connection);
        agent.onDisconnected(connection, "cable");
        connection.last().answer().complete(null);
        assertThat(agent.ready()).isEmpty();
    }

    @Test
    void onceRetiredTheFlowsThatGoAreNobodysConcern() {
        agent.onConnected(connection);
        connection.last().answer().complete(null);
        assertThat(agent.retire()).isPresent();
        events.clear();
        agent.onFlowRemoved(connection, removed(Cookies.MISS_6TO4));
        assertThat(events).isEmpty();
    }
}
