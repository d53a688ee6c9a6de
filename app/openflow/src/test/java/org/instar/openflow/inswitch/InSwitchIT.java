// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.instar.engine.address.Prefix4;
import org.instar.openflow.FlowField;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMod;
import org.instar.openflow.FlowRemoved;
import org.instar.openflow.PacketIn;
import org.instar.openflow.PrivateOpenVswitch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The static tables, their repair and the probe against a real Open vSwitch. */
class InSwitchIT {

    private static PrivateOpenVswitch ovs;
    private InSwitchFixture fixture;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** InSwitchIT SKIPPED, nothing was tested against a real switch: " + missing);
            Assumptions.abort(missing);
        }
        ovs = new PrivateOpenVswitch();
    }

    @AfterAll
    static void stopSwitch() throws Exception {
        if (ovs != null) {
            ovs.close();
        }
    }

    @BeforeEach
    void connect() throws Exception {
        fixture = new InSwitchFixture(ovs, InSwitchFixture.config());
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    @Test
    void theTablesGoInAtOnceWithinASecondAndReadBackTheSame() throws Exception {
        fixture.install(fixture.tables.flows());
        fixture.install(StaticTables.clear());
        assertThat(fixture.flows()).noneMatch(flow -> TranslationCookies.isRule(flow.cookie()));
        List<FlowMod> flows = fixture.tables.flows();
        fixture.install(fixture.nextHops);
        long start = System.nanoTime();
        fixture.install(flows);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        System.out.println(flows.size() + " static flows installed in " + millis + " ms");
        assertThat(millis).isLessThan(1_000);
        StaticTables.Repair repair = fixture.tables.verify(fixture.flows(), fixture.nextHops);
        assertThat(repair).isEqualTo(new StaticTables.Repair(0, 0, 0, 0, 0, List.of()));
    }

    @Test
    void whatIsMissingAlteredOrLeftOverIsMended() throws Exception {
        fixture.install(fixture.tables.flows());
        TranslatedSession session = fixture.session(1, 17, InSwitchFixture.POOL, 7);
        fixture.install(fixture.tables.install(session));
        ovs.ofctl("del-flows", PrivateOpenVswitch.BRIDGE, "table=" + TranslationTable.LENGTH_4TO6.id());
        ovs.ofctl("mod-flows", PrivateOpenVswitch.BRIDGE, "table=" + TranslationTable.DSCP.id() + ",actions=drop");
        ovs.ofctl("add-flow", PrivateOpenVswitch.BRIDGE, "table=12,priority=77,cookie=0x156401030000000a,actions=drop");
        ovs.ofctl("add-flow", PrivateOpenVswitch.BRIDGE, "table=12,priority=78,cookie=0xabc,actions=drop");
        ovs.ofctl("add-flow", PrivateOpenVswitch.BRIDGE, "table=31,priority=79,cookie=0x1564020400000005,actions=drop");
        StaticTables.Repair repair = fixture.tables.verify(fixture.flows(), fixture.nextHops);
        assertThat(repair.missing()).isEqualTo(1453 + 1441 + 1);
        assertThat(repair.altered()).isEqualTo(64);
        assertThat(repair.leftOver()).isEqualTo(1);
        assertThat(repair.outdatedSessions()).isEqualTo(1);
        assertThat(repair.foreign()).isEqualTo(1);
        fixture.install(repair.mods());
        StaticTables.Repair again = fixture.tables.verify(fixture.flows(), fixture.nextHops);
        assertThat(again.isNothing()).isTrue();
        assertThat(again.foreign()).isEqualTo(1);
        ovs.ofctl("--strict", "del-flows", PrivateOpenVswitch.BRIDGE, "table=12,priority=78");
        fixture.listener.events.clear();
        fixture.translated(session, ProbePackets.from6(session, 100, 64, 0));
        fixture.translated(session, ProbePackets.from4(session, 100, 64, 0, 1));
    }

    @Test
    void anotherVersionIsReplacedAndItsSessionsLeave() throws Exception {
        List<FlowMod> old = fixture.tables.flows().stream().map(mod -> FlowMod.add(mod.tableId())
                .priority(mod.priority()).match(mod.match()).cookie(mod.cookie() + (1L << 40)).actions(mod.actions())
                .build()).toList();
        fixture.install(old.subList(0, 500));
        assertThat(fixture.tables.verify(fixture.flows(), fixture.nextHops).altered()).isEqualTo(500);
        fixture.install(fixture.tables.verify(fixture.flows(), fixture.nextHops).mods());
        assertThat(fixture.tables.verify(fixture.flows(), fixture.nextHops).isNothing()).isTrue();
    }

    @Test
    void theProbeTrustsASwitchThatTranslates() throws Exception {
        fixture.install(fixture.tables.inside());
        assertThat(probe()).isEqualTo(new PipelineProbe.Verdict(true, "32 packets came back as they should"));
        assertThat(fixture.flows()).noneMatch(flow -> TranslationCookies.isSession(flow.cookie()));
    }

    @Test
    void theProbeKeepsToTheLengthsOfStrict() throws Exception {
        fixture.close();
        fixture = new InSwitchFixture(ovs, InSwitchFixture.config("64:ff9b:1::/96", 1500, 1500, true));
        fixture.install(fixture.tables.inside());
        assertThat(probe().reason()).isEqualTo("32 packets came back as they should");
    }

    @Test
    void theProbeFindsWhatIsWrong() throws Exception {
        fixture.install(fixture.tables.inside());
        FlowMod ttl64 = fixture.tables.inside().stream().filter(mod -> mod.match().fields()
                .getOrDefault(FlowField.IP_TTL, new FlowMatch.Value(0, 0, 0, 0)).low() == 64).findFirst().orElseThrow();
        fixture.install(List.of(FlowMod.add(ttl64.tableId()).priority(ttl64.priority()).match(ttl64.match())
                .cookie(ttl64.cookie()).gotoTable(TranslationTable.DSCP.id()).build()));
        PipelineProbe.Verdict wrong = probe();
        assertThat(wrong.trusted()).isFalse();
        assertThat(wrong.reason()).startsWith("wrong: IPv6 to IPv4, protocol 6, 21 bytes, TTL 64: byte 22 of");

        fixture.install(List.of(FlowMod.delete(TranslationTable.HEADER_6.id()).build(), ttl64));
        PipelineProbe.Verdict silent = probe();
        assertThat(silent).isEqualTo(new PipelineProbe.Verdict(false,
                "no answer: IPv4 to IPv6, protocol 6, 20 bytes, TTL 2"));
    }

    private PipelineProbe.Verdict probe() throws Exception {
        PipelineProbe probe = new PipelineProbe(fixture.connection, fixture.tables, fixture.config);
        CompletableFuture<PipelineProbe.Verdict> verdict = probe.run();
        while (!verdict.isDone()) {
            if (fixture.listener.events.poll(20, TimeUnit.MILLISECONDS) instanceof PacketIn packetIn) {
                probe.onPacketIn(packetIn);
            }
        }
        fixture.install(List.of());
        return verdict.get();
    }

    @Test
    void aSessionsRulesCountAndReportTheirEnd() throws Exception {
        fixture.install(fixture.tables.flows());
        TranslatedSession session = fixture.session(9, 6, InSwitchFixture.POOL, 0xf_ffff);
        fixture.install(fixture.tables.install(session));
        fixture.translated(session, ProbePackets.from6(session, 1000, 64, 0));
        fixture.translated(session, ProbePackets.from4(session, 500, 64, 0, 1));
        fixture.translated(session, ProbePackets.from4(session, 501, 64, 0, 2));
        fixture.install(session.stop());
        List<FlowRemoved> removed = new ArrayList<>();
        removed.add(fixture.listener.next(FlowRemoved.class));
        removed.add(fixture.listener.next(FlowRemoved.class));
        fixture.untouched(ProbePackets.from6(session, 1000, 64, 0));
        fixture.untouched(ProbePackets.from4(session, 500, 64, 0, 3));
        fixture.install(session.forget());
        removed.add(fixture.listener.next(FlowRemoved.class));
        assertThat(removed).extracting(FlowRemoved::cookie).containsOnly(TranslationCookies.session(9)).hasSize(3);
        assertThat(removed.get(0).tableId()).isEqualTo(TranslationTable.OFFER_6TO4.id());
        assertThat(removed.get(0).packets()).isEqualTo(1);
        assertThat(removed.get(0).bytes()).isEqualTo(14 + 40 + 1000);
        assertThat(removed.get(1).packets()).isEqualTo(2);
    }

    @Test
    void nextHopsComeChangeAndGo() throws Exception {
        fixture.install(fixture.tables.flows());
        NextHop before = new NextHop4(Prefix4.parse("192.0.2.0/24"), InSwitchFixture.MAC4 + 1, InSwitchFixture.HOST, 9);
        NextHop after = new NextHop4(Prefix4.parse("192.0.2.0/24"), InSwitchFixture.MAC4 + 2, InSwitchFixture.HOST, 0);
        fixture.install(before.add(InSwitchFixture.GATEWAY_MAC));
        assertThat(fixture.tables.verify(fixture.flows(), fixture.nextHops).leftOver()).isEqualTo(2);
        fixture.install(after.add(InSwitchFixture.GATEWAY_MAC));
        List<FlowMod> wanted = new ArrayList<>(fixture.nextHops);
        wanted.addAll(after.add(InSwitchFixture.GATEWAY_MAC));
        assertThat(fixture.tables.verify(fixture.flows(), wanted).isNothing()).isTrue();
        fixture.install(after.remove());
        assertThat(fixture.tables.verify(fixture.flows(), fixture.nextHops).isNothing()).isTrue();
    }

    @Test
    void otherMtusChangeTheTablesInPlace() throws Exception {
        fixture.install(fixture.tables.flows());
        StaticTables jumbo = new StaticTables(InSwitchFixture.config("64:ff9b:1::/96", 9000, 9000));
        long start = System.nanoTime();
        fixture.install(jumbo.changesFrom(fixture.tables));
        System.out.println(jumbo.flows().size() + " flows of MTU 9000 after "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
        assertThat(jumbo.verify(fixture.flows(), fixture.nextHops).isNothing()).isTrue();
        fixture.install(fixture.tables.changesFrom(jumbo));
        assertThat(fixture.tables.verify(fixture.flows(), fixture.nextHops).isNothing()).isTrue();
    }
}
