// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMod;
import org.instar.openflow.PacketTypeRules;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.Table;
import org.junit.jupiter.api.Test;

class StaticTablesTest {

    private static final TranslationConfig CONFIG = InSwitchFixture.config();
    private static final StaticTables TABLES = new StaticTables(CONFIG);

    private static List<FlowMod> everything(StaticTables tables) {
        List<FlowMod> flows = new ArrayList<>(tables.flows());
        for (int protocol : List.of(6, 17)) {
            flows.addAll(tables.install(session(protocol, InSwitchFixture.POOL)));
        }
        return flows;
    }

    private static TranslatedSession session(int protocol, int pool) {
        return new TranslatedSession(5, 77, protocol, InSwitchFixture.CLIENT, 4000,
                CONFIG.pipeline().prefixes().get(0).embed(InSwitchFixture.REMOTE), InSwitchFixture.REMOTE, 80, pool,
                2000, 300);
    }

    /**
     * Walks every way a packet can take within one pass, by goto and, at the end of a list, by resubmit, and looks at
     * all actions on it together: no list that can abort ovs-vswitchd may come about, in one flow or over several.
     */
    @Test
    void noWayThroughTheTablesHasActionsThatCanAbortTheSwitch() {
        for (int mtu : List.of(1500, 1280)) {
            for (int mtu4 : List.of(1500, 576)) {
                List<FlowMod> flows = everything(new StaticTables(InSwitchFixture.config("64:ff9b::/96", mtu, mtu4)));
                TreeMap<Integer, Set<Step>> steps = flows.stream().collect(Collectors.groupingBy(FlowMod::tableId,
                        TreeMap::new, Collectors.mapping(Step::of, Collectors.toSet())));
                Set<Integer> seen = new HashSet<>();
                for (int first : List.of(TranslationTable.SIZE_6TO4.id(), TranslationTable.NEXT_HEADER.id(),
                        TranslationTable.POOL_ADDRESS.id(), TranslationTable.SIZE_4TO6.id(),
                        TranslationTable.LENGTH_4TO6.id(), TranslationTable.TRAFFIC_CLASS.id())) {
                    walk(first, List.of(), steps, seen);
                }
                for (TranslationTable table : TranslationTable.values()) {
                    assertThat(seen).contains(table.id());
                }
            }
        }
    }

    /** What a flow does, its arguments left out: thousands of flows are a few steps. */
    private record Step(List<FlowAction> actions, int next, boolean isNextPass) {

        static Step of(FlowMod mod) {
            List<FlowAction> actions = mod.actions().stream().map(Step::withoutArguments).distinct().toList();
            boolean changesType = mod.actions().stream().anyMatch(FlowAction.PushMpls.class::isInstance);
            int resubmit = mod.actions().isEmpty() || !(mod.actions().getLast() instanceof FlowAction.Resubmit last)
                    ? -1 : last.tableId();
            return new Step(changesType ? mod.actions() : actions, mod.gotoTable().orElse(resubmit), changesType);
        }

        private static FlowAction withoutArguments(FlowAction action) {
            return switch (action) {
                case FlowAction.SetField set -> FlowAction.setField(set.field(), 0, 0);
                case FlowAction.EncapNsh encap -> new FlowAction.EncapNsh(List.of());
                default -> action;
            };
        }
    }

    private static void walk(int table, List<FlowAction> before, TreeMap<Integer, Set<Step>> steps, Set<Integer> seen) {
        seen.add(table);
        for (Step step : steps.getOrDefault(table, Set.of())) {
            List<FlowAction> all = new ArrayList<>(before);
            all.addAll(step.actions);
            assertThatCode(() -> PacketTypeRules.check(withoutPlainResubmits(all, step.isNextPass))).as("%s", all)
                    .doesNotThrowAnyException();
            if (step.next >= 0 && !step.isNextPass) {
                walk(step.next, all, steps, seen);
            }
        }
    }

    private static List<FlowAction> withoutPlainResubmits(List<FlowAction> actions, boolean keepLast) {
        List<FlowAction> kept = new ArrayList<>();
        for (int i = 0; i < actions.size(); i++) {
            if (!(actions.get(i) instanceof FlowAction.Resubmit) || keepLast && i == actions.size() - 1) {
                kept.add(actions.get(i));
            }
        }
        return kept;
    }

    /** What the datapath remembers between passes must be the same for all sessions, lengths and TTLs. */
    @Test
    void passesEndInRulesThatAreAlikeForAllPackets() {
        for (FlowMod mod : everything(TABLES)) {
            if (mod.actions().stream().anyMatch(FlowAction.DecapTo.class::isInstance)) {
                assertThat(TABLES.flows()).filteredOn(flow -> flow.tableId() == mod.tableId()).allSatisfy(other -> {
                    assertThat(other.cookie()).isEqualTo(mod.cookie());
                    assertThat(other.actions().subList(other.actions().size() - 4, other.actions().size()))
                            .isEqualTo(mod.actions().subList(mod.actions().size() - 4, mod.actions().size()));
                });
                assertThat(TranslationRule.ofCookie(mod.cookie())).isPresent();
            }
        }
        TABLES.flows().forEach(mod -> assertThat(TranslationRule.ofCookie(mod.cookie())).hasValueSatisfying(rule ->
                assertThat(rule.table()).isEqualTo(mod.tableId())));
    }

    @Test
    void theTablesAreAsManyAsTheMtuAsksFor() {
        assertThat(count(TABLES, TranslationRule.LENGTH_6TO4)).isEqualTo(1460 - 8 + 1);
        assertThat(count(TABLES, TranslationRule.LENGTH_4TO6)).isEqualTo(1480 - 28 + 1 + (1480 - 40 + 1));
        StaticTables jumbo = new StaticTables(InSwitchFixture.config("64:ff9b::/96", 9000, 9000));
        assertThat(count(jumbo, TranslationRule.LENGTH_6TO4)).isEqualTo(8960 - 8 + 1);
        StaticTables strict = new StaticTables(InSwitchFixture.config("64:ff9b::/96", 1500, 1500, true));
        assertThat(count(strict, TranslationRule.LENGTH_6TO4)).isEqualTo(1460 - 8 + 1);
        assertThat(count(strict, TranslationRule.LENGTH_4TO6)).isEqualTo(1260 - 28 + 1 + (1260 - 40 + 1));
        assertThat(count(TABLES, TranslationRule.HOP_LIMIT)).isEqualTo(254);
        assertThat(count(TABLES, TranslationRule.POOL_ADDRESS)).isEqualTo(2);
    }

    private static long count(StaticTables tables, TranslationRule rule) {
        return tables.flows().stream().filter(mod -> mod.cookie() == rule.cookie()).count();
    }

    @Test
    void packetsEnterLastAndSessionsGoInFromTheirEnd() {
        List<FlowMod> flows = TABLES.flows();
        assertThat(flows.subList(flows.size() - TABLES.entrance().size(), flows.size())).isEqualTo(TABLES.entrance())
                .allMatch(mod -> mod.tableId() == Table.CLASSIFY.id());
        assertThat(TABLES.install(session(6, InSwitchFixture.POOL))).extracting(FlowMod::tableId)
                .containsExactly(36, 31, 11);
        assertThat(session(6, InSwitchFixture.POOL).stop()).extracting(FlowMod::tableId).containsExactly(11, 31);
        assertThat(session(6, InSwitchFixture.POOL).forget()).extracting(FlowMod::tableId).containsExactly(36);
    }

    @Test
    void addressesBeyondTheBlocksStayWithTheFastPath() {
        PoolBlocks blocks = new PoolBlocks(List.of(Prefix4.parse("198.18.0.0/15"), Prefix4.parse("192.0.2.4/32")));
        assertThat(blocks.count()).isEqualTo(64);
        assertThat(blocks.blockOf(Ip4.parse("198.18.63.255"))).hasValue(63);
        assertThat(blocks.blockOf(Ip4.parse("198.18.64.0"))).isEmpty();
        assertThat(blocks.blockOf(Ip4.parse("192.0.2.4"))).isEmpty();
        assertThat(TABLES.translatesTo(InSwitchFixture.POOL)).isTrue();
        assertThat(TABLES.translatesTo(InSwitchFixture.REMOTE)).isFalse();
        assertThatThrownBy(() -> TABLES.install(session(6, InSwitchFixture.REMOTE))).hasMessageContaining("pool");
    }

    @Test
    void verificationLeavesWhatIsOthersAndWhatIsRight() {
        List<FlowEntry> found = new ArrayList<>(everything(TABLES).stream().map(StaticTablesTest::entry).toList());
        found.add(entry(FlowMod.add(3).cookie(7).build()));
        assertThat(TABLES.verify(found, List.of())).isEqualTo(new StaticTables.Repair(0, 0, 0, 0, 0, List.of()));
        found.remove(0);
        assertThat(TABLES.verify(found, List.of()).mods()).containsExactly(TABLES.flows().get(0));
    }

    @Test
    void nextHopsThatAreWantedAreNoLeftOversAndOthersAre() {
        NextHop hop4 = new NextHop4(Prefix4.parse("192.0.2.0/24"), InSwitchFixture.MAC4, 7, 0);
        NextHop hop6 = new NextHop6(Prefix6.parse("2001:db8:6::/64"), InSwitchFixture.MAC6, 8, 4094);
        List<FlowMod> dynamic = new ArrayList<>(hop4.add(InSwitchFixture.GATEWAY_MAC));
        List<FlowEntry> found = new ArrayList<>(everything(TABLES).stream().map(StaticTablesTest::entry).toList());
        assertThat(TABLES.verify(found, dynamic)).isEqualTo(new StaticTables.Repair(2, 0, 0, 0, 0, dynamic));
        hop6.add(InSwitchFixture.GATEWAY_MAC).forEach(flow -> found.add(entry(flow)));
        StaticTables.Repair repair = TABLES.verify(found, dynamic);
        assertThat(repair.leftOver()).isEqualTo(2);
        assertThat(repair.mods()).hasSize(4).filteredOn(mod -> mod.command() == FlowMod.Command.DELETE_STRICT)
                .extracting(FlowMod::match).containsExactlyInAnyOrderElementsOf(
                        hop6.add(InSwitchFixture.GATEWAY_MAC).stream().map(FlowMod::match).toList());
        dynamic.addAll(hop6.add(InSwitchFixture.GATEWAY_MAC + 1));
        assertThat(TABLES.verify(found, dynamic).altered()).isEqualTo(2);
    }

    @Test
    void nextHopsTagFramesAndGoBackOutOfThePortTheyCameInBy() {
        NextHop hop = new NextHop4(Prefix4.parse("192.0.2.0/24"), InSwitchFixture.MAC4, 7, 100);
        List<FlowMod> flows = hop.add(InSwitchFixture.GATEWAY_MAC);
        assertThat(flows).extracting(FlowMod::toString).containsExactly(
                "ADD table=20 priority=59 cookie=0x1564010300000012 in_port=7,eth_type=0x0800,ipv4_dst=192.0.2.0/24 ->"
                        + " set_field:02:00:5e:00:64:01->eth_src set_field:02:00:00:00:00:04->eth_dst push_vlan:0x8100"
                        + " set_field:0x1064->vlan_vid output:IN_PORT",
                "ADD table=20 priority=58 cookie=0x1564010300000012 eth_type=0x0800,ipv4_dst=192.0.2.0/24 ->"
                        + " set_field:02:00:5e:00:64:01->eth_src set_field:02:00:00:00:00:04->eth_dst push_vlan:0x8100"
                        + " set_field:0x1064->vlan_vid output:7");
        assertThat(hop.remove()).hasSize(2).allSatisfy(mod -> {
            assertThat(mod.command()).isEqualTo(FlowMod.Command.DELETE_STRICT);
            assertThat(mod.cookieMask()).isEqualTo(-1);
            assertThat(flows).anyMatch(flow -> flow.tableId() == mod.tableId() && flow.priority() == mod.priority()
                    && flow.match().equals(mod.match()) && flow.cookie() == mod.cookie());
        });
        assertThatThrownBy(() -> new NextHop6(Prefix6.parse("::/0"), 1, 1, 4095)).hasMessageContaining("vlan");
        assertThatThrownBy(() -> new NextHop6(Prefix6.parse("::/0"), 1L << 40, 1, 0)).hasMessageContaining("mac");
        assertThatThrownBy(() -> new NextHop4(Prefix4.parse("0.0.0.0/0"), 1, 0, 0)).hasMessageContaining("port");
    }

    private static FlowEntry entry(FlowMod mod) {
        return new FlowEntry(mod.tableId(), mod.priority(), mod.cookie(), mod.idleTimeoutSeconds(), 0, 1, 2, 3,
                mod.match(), mod.actions(), mod.gotoTable(), true);
    }

    @Test
    void cookiesTellWhatAFlowIs() {
        assertThat(TranslationCookies.session(-1)).isEqualTo(0x1564_0104_ffff_ffffL);
        assertThat(TranslationCookies.sessionNumber(TranslationCookies.session(-1))).isEqualTo(-1);
        assertThat(TranslationRule.HOP_LIMIT.cookie()).isEqualTo(0x1564_0103_0000_0009L);
        assertThat(Cookies.isInstar(TranslationRule.DSCP.cookie())).isTrue();
        assertThat(Cookies.isSession(TranslationCookies.session(1))).isFalse();
        assertThat(TranslationCookies.isSession(0x1564_0204_0000_0001L)).isTrue();
        assertThat(TranslationCookies.isCurrent(0x1564_0204_0000_0001L)).isFalse();
        assertThat(TranslationCookies.isRule(Cookies.MISS_6TO4)).isFalse();
        assertThatThrownBy(() -> TranslationCookies.sessionNumber(1)).hasMessageContaining("0x0000000000000001");
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertThatThrownBy(() -> InSwitchFixture.config("64:ff9b::/96", 1279, 1500)).hasMessageContaining("mtu6");
        assertThatThrownBy(() -> InSwitchFixture.config("64:ff9b::/96", 1500, 9001)).hasMessageContaining("mtu4");
        assertThatThrownBy(() -> session(1, InSwitchFixture.POOL)).hasMessageContaining("protocol");
        assertThatThrownBy(() -> new TranslatedSession(1, 1 << 20, 6, InSwitchFixture.CLIENT, 1, InSwitchFixture.CLIENT,
                1, 1, 1, 1, 1)).hasMessageContaining("handle");
    }
}
