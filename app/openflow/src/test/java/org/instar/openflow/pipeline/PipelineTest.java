// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowMatch;
import org.instar.openflow.FlowMatchBuilder;
import org.instar.openflow.FlowMod;
import org.instar.openflow.SwitchPort;
import org.instar.openflow.pipeline.FakeFlowTable.Verdict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sample packets through the pipeline. Packets are written with the match builder: all fields exact. */
class PipelineTest {

    static final int FAST_PATH = 3;
    static final long GATEWAY_MAC = 0x0200_5e00_6401L;
    static final Ip6 GATEWAY = Ip6.parse("2001:db8:6::1");
    static final Ip6 GATEWAY_LINK_LOCAL = Ip6.parse("fe80::5eff:fe00:6401");
    static final PipelineConfig CONFIG = new PipelineConfig(FAST_PATH, GATEWAY_MAC, GATEWAY, GATEWAY_LINK_LOCAL,
            Ip4.parse("192.0.2.1"), List.of(Prefix64.parse("64:ff9b:1::/96"), Prefix64.parse("2001:db8:64::/64")),
            List.of(Prefix4.parse("192.0.2.64/28"), Prefix4.parse("198.51.100.0/24")), false);

    private static final int HOST_PORT = 1;
    private static final long HOST_MAC = 0x0200_0000_000aL;
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    private static final Ip6 SERVER6 = Ip6.parse("64:ff9b:1::c000:250");
    private static final int SERVER4 = Ip4.parse("192.0.2.80");
    private static final int POOL = Ip4.parse("192.0.2.65");

    private final FakeFlowTable table = new FakeFlowTable();

    @BeforeEach
    void install() {
        table.apply(Pipeline.staticFlows(CONFIG));
    }

    private static FlowMatchBuilder fromHost(long ethDst) {
        return FlowMatch.builder().inPort(HOST_PORT).ethSrc(HOST_MAC).ethDst(ethDst);
    }

    private Verdict send(FlowMatchBuilder packet) {
        return table.send(packet.build().fields());
    }

    private void goesTo(int port, StaticRule by, FlowMatchBuilder packet) {
        Verdict verdict = send(packet);
        assertThat(verdict.outPort()).as(SwitchPort.text(verdict.outPort())).isEqualTo(port);
        assertThat(verdict.cookies()).contains(by.cookie());
    }

    private static long solicitedNodeMac(Ip6 target) {
        return 0x3333_ff00_0000L | target.low() & 0xff_ffff;
    }

    private static FlowMatchBuilder solicitation(Ip6 target) {
        return fromHost(solicitedNodeMac(target)).ipv6Source(CLIENT).icmpv6Type(135).ndTarget(target);
    }

    @Test
    void neighborSolicitationForTheGatewayGoesToTheFastPathByTarget() {
        goesTo(FAST_PATH, StaticRule.NEIGHBOR_SOLICITATION, solicitation(GATEWAY));
        goesTo(FAST_PATH, StaticRule.NEIGHBOR_SOLICITATION, solicitation(GATEWAY_LINK_LOCAL));
        goesTo(FAST_PATH, StaticRule.NEIGHBOR_SOLICITATION,
                fromHost(GATEWAY_MAC).ipv6Source(CLIENT).icmpv6Type(135).ndTarget(GATEWAY));
    }

    /** Both: the fast path answers, and the controller learns the sender's port. */
    @Test
    void whatTellsAPortIsCopiedToTheControllerIfWanted() {
        PipelineConfig locating = new PipelineConfig(FAST_PATH, GATEWAY_MAC, GATEWAY, GATEWAY_LINK_LOCAL,
                CONFIG.gatewayIpv4(), CONFIG.prefixes(), CONFIG.poolPrefixes(), true);
        List<FlowAction> fastPathAlone = List.of(FlowAction.output(FAST_PATH));
        assertThat(Pipeline.staticFlows(CONFIG)).filteredOn(flow -> StaticRule.isLocating(flow.cookie()))
                .hasSize(8).allMatch(flow -> flow.actions().equals(fastPathAlone));
        assertThat(Pipeline.staticFlows(locating)).hasSameSizeAs(Pipeline.staticFlows(CONFIG)).allSatisfy(flow ->
                assertThat(flow.actions().equals(List.of(FlowAction.output(FAST_PATH), FlowAction.controller())))
                        .isEqualTo(StaticRule.isLocating(flow.cookie())));
        assertThat(Arrays.stream(StaticRule.values()).filter(StaticRule::isLocating)).containsExactlyInAnyOrder(
                StaticRule.NEIGHBOR_SOLICITATION, StaticRule.NEIGHBOR_ADVERTISEMENT, StaticRule.ROUTER_SOLICITATION,
                StaticRule.ARP_FOR_GATEWAY, StaticRule.ARP_FOR_POOL, StaticRule.ARP_TO_GATEWAY);
        assertThat(StaticRule.isLocating(Cookies.sessionRule(StaticRule.ARP_FOR_POOL.number()))).isFalse();
    }

    @Test
    void markersOfTheFastPathComeBackToItAndThoseOfOthersDont() {
        goesTo(SwitchPort.IN_PORT, StaticRule.MARKER, FlowMatch.builder().inPort(FAST_PATH).ethDst(GATEWAY_MAC)
                .ethSrc(GATEWAY_MAC).ethType(Pipeline.ETH_TYPE_MARKER));
        goesTo(SwitchPort.NORMAL, StaticRule.FROM_FAST_PATH, FlowMatch.builder().inPort(FAST_PATH).ethDst(HOST_MAC)
                .ethSrc(GATEWAY_MAC).ethType(Pipeline.ETH_TYPE_MARKER));
        goesTo(FAST_PATH, StaticRule.TO_GATEWAY, fromHost(GATEWAY_MAC).ethType(Pipeline.ETH_TYPE_MARKER));
    }

    @Test
    void neighborSolicitationForAnotherHostIsSwitchedEvenWithTheSameMulticastGroup() {
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, solicitation(Ip6.parse("2001:db8:6::b")));
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, solicitation(Ip6.parse("2001:db8:6::1:0:1")));
    }

    @Test
    void routerSolicitationGoesToTheFastPath() {
        goesTo(FAST_PATH, StaticRule.ROUTER_SOLICITATION, fromHost(0x3333_0000_0002L)
                .ipv6Source(CLIENT).ipv6Destination(Ip6.parse("ff02::2")).icmpv6Type(133));
    }

    @Test
    void routerAdvertisementOfAnotherRouterIsSwitched() {
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, fromHost(0x3333_0000_0001L)
                .ipv6Source(CLIENT).ipv6Destination(Ip6.parse("ff02::1")).icmpv6Type(134));
    }

    @Test
    void neighborAdvertisementGoesWhereItIsAddressed() {
        goesTo(FAST_PATH, StaticRule.NEIGHBOR_ADVERTISEMENT,
                fromHost(GATEWAY_MAC).ipv6Source(CLIENT).ipv6Destination(GATEWAY).icmpv6Type(136).ndTarget(CLIENT));
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US,
                fromHost(HOST_MAC + 1).ipv6Source(CLIENT).icmpv6Type(136).ndTarget(CLIENT));
    }

    @Test
    void arpForTheGatewayAndForEveryPoolAddressGoesToTheFastPath() {
        goesTo(FAST_PATH, StaticRule.ARP_FOR_GATEWAY, fromHost(BROADCAST).arpTpa(Ip4.parse("192.0.2.1")));
        goesTo(FAST_PATH, StaticRule.ARP_FOR_POOL, fromHost(BROADCAST).arpTpa(Ip4.parse("192.0.2.64")));
        goesTo(FAST_PATH, StaticRule.ARP_FOR_POOL, fromHost(BROADCAST).arpTpa(Ip4.parse("192.0.2.79")));
        goesTo(FAST_PATH, StaticRule.ARP_FOR_POOL, fromHost(BROADCAST).arpTpa(Ip4.parse("198.51.100.7")));
        goesTo(FAST_PATH, StaticRule.ARP_TO_GATEWAY, fromHost(GATEWAY_MAC).arpTpa(Ip4.parse("192.0.2.80")));
    }

    @Test
    void arpForOthersIsSwitched() {
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, fromHost(BROADCAST).arpTpa(SERVER4));
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, fromHost(BROADCAST).arpTpa(Ip4.parse("192.0.2.63")));
    }

    @Test
    void firstPacketOfAFlowGoesToTheController() {
        goesTo(SwitchPort.CONTROLLER, StaticRule.MISS_6TO4, tcp6(GATEWAY_MAC, SERVER6));
        goesTo(SwitchPort.CONTROLLER, StaticRule.MISS_6TO4, tcp6(GATEWAY_MAC, Ip6.parse("2001:db8:64:0:c0:2:5000::")));
    }

    private static FlowMatchBuilder tcp6(long ethDst, Ip6 destination) {
        return fromHost(ethDst).ipv6Source(CLIENT).ipv6Destination(destination).tcpSource(40112).tcpDestination(80);
    }

    @Test
    void translatablePacketToAnotherMacIsSwitched() {
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, tcp6(HOST_MAC + 1, SERVER6));
    }

    @Test
    void otherPacketsToTheGatewayGoToTheRouterEdge() {
        goesTo(FAST_PATH, StaticRule.TO_GATEWAY, tcp6(GATEWAY_MAC, Ip6.parse("2001:db8:9::1")));
        goesTo(FAST_PATH, StaticRule.TO_GATEWAY,
                fromHost(GATEWAY_MAC).ipv6Source(CLIENT).ipv6Destination(GATEWAY).icmpv6Type(128));
        goesTo(FAST_PATH, StaticRule.TO_GATEWAY,
                fromHost(GATEWAY_MAC).ipv4Source(SERVER4).ipv4Destination(Ip4.parse("192.0.2.1")).icmpv4Type(8));
    }

    @Test
    void unknownIpv4ToThePoolGoesToTheFastPathNotToTheController() {
        goesTo(FAST_PATH, StaticRule.MISS_4TO6, tcp4(GATEWAY_MAC, POOL));
        goesTo(SwitchPort.NORMAL, StaticRule.NOT_FOR_US, tcp4(HOST_MAC + 1, POOL));
    }

    private static FlowMatchBuilder tcp4(long ethDst, int destination) {
        return fromHost(ethDst).ipv4Source(SERVER4).ipv4Destination(destination).tcpSource(80).tcpDestination(23411);
    }

    @Test
    void whatTheFastPathSendsIsSwitchedWhateverItIs() {
        goesTo(SwitchPort.NORMAL, StaticRule.FROM_FAST_PATH, FlowMatch.builder().inPort(FAST_PATH).ethDst(GATEWAY_MAC)
                .ipv6Source(CLIENT).ipv6Destination(SERVER6).tcpSource(1).tcpDestination(2));
        goesTo(SwitchPort.NORMAL, StaticRule.FROM_FAST_PATH, FlowMatch.builder().inPort(FAST_PATH).ethDst(BROADCAST)
                .arpTpa(POOL));
        goesTo(SwitchPort.NORMAL, StaticRule.FROM_FAST_PATH, FlowMatch.builder().inPort(FAST_PATH)
                .ethDst(0x3333_ff00_0001L).icmpv6Type(135).ndTarget(GATEWAY));
    }

    @Test
    void sessionFlowsTakeTheirPacketsAndNoOthers() {
        table.apply(SessionFlows.tcpOrUdp6to4(7, 6, CLIENT, 40112, SERVER6, 80, FAST_PATH, 240));
        table.apply(SessionFlows.tcpOrUdp4to6(7, 6, SERVER4, 80, POOL, 23411, FAST_PATH, 240));
        Verdict up = send(tcp6(GATEWAY_MAC, SERVER6));
        assertThat(up.outPort()).isEqualTo(FAST_PATH);
        assertThat(up.lastCookie()).isEqualTo(Cookies.sessionRule(7));
        assertThat(send(tcp4(GATEWAY_MAC, POOL)).lastCookie()).isEqualTo(Cookies.sessionRule(7));

        goesTo(SwitchPort.CONTROLLER, StaticRule.MISS_6TO4, fromHost(GATEWAY_MAC).ipv6Source(CLIENT)
                .ipv6Destination(SERVER6).tcpSource(40113).tcpDestination(80));
        goesTo(SwitchPort.CONTROLLER, StaticRule.MISS_6TO4, fromHost(GATEWAY_MAC).ipv6Source(CLIENT)
                .ipv6Destination(SERVER6).udpSource(40112).udpDestination(80));
        goesTo(FAST_PATH, StaticRule.MISS_4TO6, tcp4(GATEWAY_MAC, POOL + 1));
    }

    @Test
    void echoSessionsBetweenTwoAddressesShareAFlow() {
        table.apply(SessionFlows.icmpEcho6to4(8, CLIENT, SERVER6, FAST_PATH, 60));
        table.apply(SessionFlows.icmpEcho4to6(8, SERVER4, POOL, FAST_PATH, 60));
        FlowMatchBuilder request = fromHost(GATEWAY_MAC).ipv6Source(CLIENT).ipv6Destination(SERVER6).icmpv6Type(128);
        assertThat(send(request).lastCookie()).isEqualTo(Cookies.sessionRule(8));
        FlowMatchBuilder reply = fromHost(GATEWAY_MAC).ipv4Source(SERVER4).ipv4Destination(POOL).icmpv4Type(0);
        assertThat(send(reply).lastCookie()).isEqualTo(Cookies.sessionRule(8));
        goesTo(FAST_PATH, StaticRule.MISS_4TO6,
                fromHost(GATEWAY_MAC).ipv4Source(SERVER4).ipv4Destination(POOL).icmpv4Type(8));
    }

    @Test
    void errorsAndLaterFragmentsReachTheFastPathWithoutASession() {
        for (int type = 1; type <= 4; type++) {
            goesTo(FAST_PATH, StaticRule.ICMP_ERROR_6,
                    fromHost(GATEWAY_MAC).ipv6Source(CLIENT).ipv6Destination(SERVER6).icmpv6Type(type));
        }
        goesTo(FAST_PATH, StaticRule.LATER_FRAGMENT_6,
                fromHost(GATEWAY_MAC).ethType(0x86dd).ipv6Source(CLIENT).ipv6Destination(SERVER6).ipProto(44));
        goesTo(SwitchPort.CONTROLLER, StaticRule.MISS_6TO4,
                fromHost(GATEWAY_MAC).ipv6Source(CLIENT).ipv6Destination(SERVER6).icmpv6Type(128));
    }

    @Test
    void removalByCookieTakesOneSessionInOneTable() {
        table.apply(SessionFlows.tcpOrUdp6to4(7, 17, CLIENT, 1, SERVER6, 53, FAST_PATH, 240));
        table.apply(SessionFlows.tcpOrUdp4to6(7, 17, SERVER4, 53, POOL, 2000, FAST_PATH, 240));
        table.apply(SessionFlows.tcpOrUdp6to4(8, 17, CLIENT, 2, SERVER6, 53, FAST_PATH, 240));
        int before = table.flows().size();
        table.apply(SessionFlows.remove(Cookies.sessionRule(7), Table.SESSION_6TO4));
        assertThat(table.flows()).hasSize(before - 1)
                .filteredOn(flow -> flow.cookie() == Cookies.sessionRule(7))
                .singleElement().satisfies(left -> assertThat(left.tableId()).isEqualTo(Table.SESSION_4TO6.id()));
    }

    @Test
    void clearTakesEveryFlowOfOursAndNoOther() {
        FlowMod foreign = FlowMod.add(0).priority(5).cookie(0x1563_0001_0000_0001L).build();
        table.apply(foreign);
        table.apply(SessionFlows.icmpEcho6to4(8, CLIENT, SERVER6, FAST_PATH, 60));
        table.apply(Pipeline.clear());
        assertThat(table.flows()).containsExactly(foreign);
    }

    @Test
    void staticFlowsStayAndSessionFlowsReportTheirEnd() {
        assertThat(Pipeline.staticFlows(CONFIG)).allSatisfy(flow -> {
            assertThat(flow.idleTimeoutSeconds()).isZero();
            assertThat(flow.hardTimeoutSeconds()).isZero();
            assertThat(Cookies.isInstar(flow.cookie())).isTrue();
            assertThat(Cookies.isSession(flow.cookie())).isFalse();
            assertThat(StaticRule.ofCookie(flow.cookie())).hasValueSatisfying(
                    rule -> assertThat(rule.table().id()).isEqualTo(flow.tableId()));
        });
        FlowMod session = SessionFlows.tcpOrUdp6to4(7, 17, CLIENT, 1, SERVER6, 53, FAST_PATH, 240);
        assertThat(session.sendFlowRemoved()).isTrue();
        assertThat(session.idleTimeoutSeconds()).isEqualTo(240);
    }

    @Test
    void cookiesTellWhoseAFlowIs() {
        assertThat(Cookies.sessionRule(-1)).isEqualTo(0x1564_0002_ffff_ffffL);
        assertThat(Cookies.ruleNumber(Cookies.sessionRule(-1))).isEqualTo(-1);
        assertThat(Cookies.isSession(Cookies.sessionRule(0))).isTrue();
        assertThat(Cookies.MISS_6TO4).isEqualTo(0x1564_0001_0000_000cL);
        assertThat(Cookies.describe(Cookies.MISS_6TO4)).isEqualTo("MISS_6TO4");
        assertThat(Cookies.describe(Cookies.sessionRule(7))).isEqualTo("session rule 7");
        assertThat(Cookies.describe(0)).isEqualTo("not Instar's");
        assertThat(Cookies.isInstar(0x1565L << 48)).isFalse();
        assertThatThrownBy(() -> Cookies.ruleNumber(Cookies.MISS_6TO4)).hasMessageContaining("0x156400010000000c");
    }

    @Test
    void tablesAreFoundByNumber() {
        for (Table each : Table.values()) {
            assertThat(Table.ofId(each.id())).contains(each);
        }
        assertThat(Table.ofId(4)).isEmpty();
    }

    @Test
    void configsThatCannotBeAreRefusedByName() {
        assertThatThrownBy(() -> config(0, GATEWAY_MAC, GATEWAY_LINK_LOCAL)).hasMessageContaining("fastPathPort");
        assertThatThrownBy(() -> config(3, 0x0100_5e00_0001L, GATEWAY_LINK_LOCAL)).hasMessageContaining("gatewayMac");
        assertThatThrownBy(() -> config(3, GATEWAY_MAC, GATEWAY)).hasMessageContaining("gatewayLinkLocal");
        assertThatThrownBy(() -> SessionFlows.tcpOrUdp6to4(1, 1, CLIENT, 1, SERVER6, 1, 3, 1))
                .hasMessageContaining("proto");
    }

    private static PipelineConfig config(int fastPathPort, long mac, Ip6 linkLocal) {
        return new PipelineConfig(fastPathPort, mac, GATEWAY, linkLocal, 1, CONFIG.prefixes(), CONFIG.poolPrefixes(),
                false);
    }
}
