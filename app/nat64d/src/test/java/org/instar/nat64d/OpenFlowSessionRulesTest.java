// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.rule.TimerConfig;
import org.instar.core.service.FlowsNotConfirmedException;
import org.instar.core.session.Session;
import org.instar.core.session.SessionTable;
import org.instar.core.table.KeyedHash;
import org.instar.core.shard.Shard;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.instar.nat64d.inswitch.FakeSwitch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.Table;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenFlowSessionRulesTest {

    private static final Prefix64 PREFIX = Prefix64.parse("64:ff9b:1::/96");
    private static final int POOL_ADDRESS = Ip4.parse("192.0.2.65");
    private static final int SERVER = Ip4.parse("192.0.2.80");

    private final FakeSwitch connection = new FakeSwitch();
    private final List<Consumer<Shard>> handedOver = new ArrayList<>();
    private final OpenFlowSessionRules rules =
            new OpenFlowSessionRules(TimerConfig.defaults(), handedOver::add, 1, 3);
    private final KeyedHash hash = new KeyedHash(new Random(1)::nextLong);
    private final Bib bib = new Bib(hash);
    private final SessionTable sessions = new SessionTable(bib, hash,
            List.of(PREFIX, Prefix64.parse("2001:db8:64::/96")), 0);
    private int nextPort = 20000;

    @BeforeEach
    void pools() {
        rules.use(new SwitchAgent.Ready(connection, 5));
    }

    @Test
    void theNumberOfARuleTellsItsShard() {
        for (int port = 4000; port < 4010; port++) {
            rules.install(session(Protocol.UDP, "2001:db8:6::a", port, 53));
            assertThat(connection.last().mods()).allSatisfy(mod -> assertThat(OpenFlowSessionRules.shardOf(
                    Cookies.ruleNumber(mod.cookie()), 3)).isEqualTo(1));
        }
    }

    private Session session(Protocol protocol, String client, int port, int remotePort) {
        Ip6 address = Ip6.parse(client);
        int binding = bib.create(protocol, address.high(), address.low(), port, POOL_ADDRESS, nextPort++, false, false);
        return sessions.read(sessions.create(binding, SERVER, remotePort, true, 0, 0, 0));
    }

    @Test
    void aSessionHasARuleInEachDirectionAnswersFirst() {
        rules.install(session(Protocol.TCP, "2001:db8:6::a", 4000, 80));
        List<FlowMod> mods = connection.last().mods();
        assertThat(mods).extracting(FlowMod::tableId)
                .containsExactly(Table.SESSION_4TO6.id(), Table.SESSION_6TO4.id());
        assertThat(mods).extracting(FlowMod::idleTimeoutSeconds).containsOnly(7440);
        assertThat(mods).allMatch(FlowMod::sendFlowRemoved);
        assertThat(mods.get(1).toString()).contains("2001:db8:6::a", "64:ff9b:1::c000:250");

        assertThat(handedOver).isEmpty();
        connection.last().answer().complete(null);
        assertThat(handedOver).hasSize(1);
    }

    @Test
    void removalNamesTheCookiesAndCompletesWhenTheSwitchHas() {
        Session session = session(Protocol.UDP, "2001:db8:6::a", 4000, 53);
        rules.install(session);
        List<Long> cookies = connection.last().mods().stream().map(FlowMod::cookie).toList();
        CompletableFuture<Void> removed = rules.remove(List.of(session));
        assertThat(removed).isNotDone();
        assertThat(connection.last().mods()).extracting(FlowMod::cookie).containsExactlyInAnyOrderElementsOf(cookies);
        assertThat(connection.last().mods()).allMatch(mod -> mod.command() == FlowMod.Command.DELETE);
        connection.last().answer().complete(null);
        assertThat(removed).isCompleted();
        assertThat(rules.remove(List.of(session))).as("there is nothing left to remove").isCompleted();
    }

    @Test
    void aRemovalThatIsNotConfirmedSaysSoAndHasTheSwitchClearedByReconnecting() {
        Session session = session(Protocol.UDP, "2001:db8:6::a", 4000, 53);
        rules.install(session);
        CompletableFuture<Void> removed = rules.remove(List.of(session));
        connection.last().answer().completeExceptionally(new IllegalStateException("no barrier reply"));
        assertThat(removed).isCompletedExceptionally();
        assertThat(removed.exceptionNow()).isInstanceOf(FlowsNotConfirmedException.class)
                .hasMessageContaining("no barrier reply");
        assertThat(connection.disconnected).isNotNull();

        rules.use(null);
        assertThat(rules.remove(List.of(session)).exceptionNow()).hasMessageContaining("no switch is connected");
    }

    @Test
    void manySessionsGoInFewBatchesOneAfterTheOther() {
        List<Session> many = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            Session session = session(Protocol.UDP, "2001:db8:6::a", 1024 + i, 53);
            rules.install(session);
            many.add(session);
        }
        int before = connection.batches.size();
        CompletableFuture<Void> removed = rules.remove(many);
        assertThat(connection.batches).hasSize(before + 1);
        int first = connection.last().mods().size();
        connection.last().answer().complete(null);
        assertThat(removed).isNotDone();
        assertThat(connection.batches).hasSize(before + 2);
        assertThat(first + connection.last().mods().size()).isEqualTo(6000);
        connection.last().answer().complete(null);
        assertThat(removed).isCompleted();
    }

    @Test
    void echoSessionsBetweenTwoAddressesShareTheirRules() {
        Session first = session(Protocol.ICMP, "2001:db8:6::a", 1, 0);
        Session second = session(Protocol.ICMP, "2001:db8:6::a", 2, 0);
        rules.install(first);
        List<Long> cookies = connection.last().mods().stream().map(FlowMod::cookie).toList();
        rules.install(second);
        assertThat(connection.last().mods()).extracting(FlowMod::cookie).containsExactlyElementsOf(cookies);

        assertThat(rules.remove(List.of(first))).as("the other still needs them").isCompleted();
        assertThat(connection.batches).hasSize(2);
        rules.remove(List.of(second));
        assertThat(connection.last().mods()).hasSize(2);
    }

    @Test
    void aSessionThatChangedItsPrefixLeavesNoRuleBehind() {
        Session session = session(Protocol.UDP, "2001:db8:6::a", 4000, 53);
        rules.install(session);
        int handle = sessions.ofId(session.id());
        sessions.changePrefix(handle, 1);
        rules.install(sessions.read(handle));
        rules.remove(List.of(session));
        assertThat(connection.last().mods()).as("two of the IPv6 side, one of the IPv4 side").hasSize(3);
    }

    @Test
    void withoutASwitchTheAnswerIsNo() {
        rules.use(null);
        rules.install(session(Protocol.UDP, "2001:db8:6::a", 4000, 53));
        assertThat(connection.batches).isEmpty();
        assertThat(handedOver).as("the refusal, on the shard's thread").hasSize(1);
    }
}
