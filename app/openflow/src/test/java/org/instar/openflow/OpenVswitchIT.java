// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.openflow.RecordingListener.Disconnected;
import org.instar.openflow.pipeline.Cookies;
import org.instar.openflow.pipeline.Pipeline;
import org.instar.openflow.pipeline.PipelineConfig;
import org.instar.openflow.pipeline.SessionFlows;
import org.instar.openflow.pipeline.StaticRule;
import org.instar.openflow.pipeline.Table;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a real Open vSwitch. Needs root and Debian's openvswitch-switch; without them it is skipped, loudly. */
class OpenVswitchIT {

    private static final int HOST = 1;
    private static final int FAST_PATH = 3;
    private static final long GATEWAY_MAC = 0x0200_5e00_6401L;
    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    private static final Ip6 SERVER = Ip6.parse("64:ff9b:1::c000:250");
    private static final PipelineConfig CONFIG = new PipelineConfig(FAST_PATH, GATEWAY_MAC, Ip6.parse("2001:db8:6::1"),
            Ip6.parse("fe80::5eff:fe00:6401"), Ip4.parse("192.0.2.1"), List.of(Prefix64.parse("64:ff9b:1::/96")),
            List.of(Prefix4.parse("192.0.2.64/28")), false);

    private static PrivateOpenVswitch ovs;

    private final RecordingListener listener = new RecordingListener();
    private OpenFlowServer server;
    private SwitchConnection connection;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** OpenVswitchIT SKIPPED, nothing was tested against a real switch: " + missing);
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
        server = new OpenFlowServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), listener);
        ovs.connectTo(server.start());
        connection = listener.next(RecordingListener.Connected.class).connection();
        install(List.of(FlowMod.delete(FlowMod.ALL_TABLES).build()));
        install(Pipeline.staticFlows(CONFIG));
    }

    @AfterEach
    void disconnect() {
        server.close();
    }

    private void install(List<FlowMod> mods) throws Exception {
        connection.install(mods).get(10, TimeUnit.SECONDS);
    }

    private List<FlowEntry> flows(OptionalInt table) throws Exception {
        return connection.flows(table).get(10, TimeUnit.SECONDS);
    }

    /** Ethernet, IPv6 and TCP headers from the client to the embedded address of the server. */
    private static byte[] syn(int sourcePort) {
        return ByteBuffer.allocate(14 + 40 + 20)
                .putShort((short) (GATEWAY_MAC >>> 32)).putInt((int) GATEWAY_MAC)
                .putShort((short) 0x0200).putInt(10).putShort((short) 0x86dd)
                .putInt(6 << 28).putShort((short) 20).put((byte) 6).put((byte) 64)
                .put(CLIENT.toBytes()).put(SERVER.toBytes())
                .putShort((short) sourcePort).putShort((short) 80).putLong(0).putShort((short) 0x5002).array();
    }

    @Test
    void handshakeFindsThePorts() {
        assertThat(connection.datapathIdText()).isEqualTo("0x0000000000001564");
        assertThat(connection.port("host")).hasValue(HOST);
        assertThat(connection.port("nat64-sw")).hasValue(FAST_PATH);
    }

    @Test
    void staticFlowsAreInTheSwitchAsBuilt() throws Exception {
        List<FlowMod> built = Pipeline.staticFlows(CONFIG);
        List<FlowEntry> found = flows(OptionalInt.empty());
        assertThat(found).hasSameSizeAs(built).allSatisfy(flow -> assertThat(flow.understood()).isTrue());
        for (FlowMod mod : built) {
            assertThat(found).anySatisfy(flow -> {
                assertThat(flow.match()).isEqualTo(mod.match());
                assertThat(flow.cookie()).isEqualTo(mod.cookie());
                assertThat(flow.priority()).isEqualTo(mod.priority());
                assertThat(flow.tableId()).isEqualTo(mod.tableId());
                assertThat(flow.actions()).isEqualTo(mod.actions());
                assertThat(flow.gotoTable()).isEqualTo(mod.gotoTable());
            });
        }
    }

    @Test
    void firstPacketComesToTheControllerAndASessionFlowEndsThatUntilItIsIdle() throws Exception {
        byte[] syn = syn(40112);
        connection.packetOut(syn, HOST, SwitchPort.TABLE);
        PacketIn packetIn = listener.next(PacketIn.class);
        assertThat(packetIn.cookie()).isEqualTo(Cookies.MISS_6TO4);
        assertThat(packetIn.inPort()).isEqualTo(HOST);
        assertThat(packetIn.tableId()).isEqualTo(Table.SESSION_6TO4.id());
        assertThat(packetIn.frame()).isEqualTo(syn);

        install(List.of(SessionFlows.tcpOrUdp6to4(7, 6, CLIENT, 40112, SERVER, 80, FAST_PATH, 1)));
        connection.packetOut(syn, HOST, SwitchPort.TABLE);
        FlowRemoved removed = listener.next(FlowRemoved.class);
        assertThat(removed.reason()).isEqualTo(FlowRemoved.Reason.IDLE_TIMEOUT);
        assertThat(removed.cookie()).isEqualTo(Cookies.sessionRule(7));
        assertThat(removed.packets()).isEqualTo(1);
        assertThat(removed.bytes()).isEqualTo(syn.length);
        assertThat(removed.durationNanos()).isGreaterThan(900_000_000L);
        assertThat(listener.events).isEmpty();
    }

    @Test
    void removalByCookieIsReported() throws Exception {
        install(List.of(SessionFlows.icmpEcho6to4(8, CLIENT, SERVER, FAST_PATH, 60),
                SessionFlows.icmpEcho4to6(8, Ip4.parse("192.0.2.80"), Ip4.parse("192.0.2.65"), FAST_PATH, 60),
                SessionFlows.icmpEcho6to4(9, SERVER, CLIENT, FAST_PATH, 60)));
        install(List.of(SessionFlows.remove(Cookies.sessionRule(8), Table.SESSION_6TO4),
                SessionFlows.remove(Cookies.sessionRule(8), Table.SESSION_4TO6)));
        for (Table table : List.of(Table.SESSION_6TO4, Table.SESSION_4TO6)) {
            FlowRemoved removed = listener.next(FlowRemoved.class);
            assertThat(removed.reason()).isEqualTo(FlowRemoved.Reason.DELETE);
            assertThat(removed.cookie()).isEqualTo(Cookies.sessionRule(8));
            assertThat(removed.tableId()).isEqualTo(table.id());
        }
        assertThat(flows(OptionalInt.of(Table.SESSION_6TO4.id()))).extracting(FlowEntry::cookie)
                .filteredOn(Cookies::isSession).containsExactly(Cookies.sessionRule(9));
    }

    @Test
    void flowsAreFoundByTheirCookieThousandsOfTimesAtOnce() throws Exception {
        int sessions = 5_000;
        install(IntStream.range(0, sessions).mapToObj(i -> List.of(
                SessionFlows.tcpOrUdp6to4(i, 17, CLIENT, 10_000 + i, SERVER, 53, FAST_PATH, 300),
                SessionFlows.tcpOrUdp4to6(i, 17, 1, 53, 2, 10_000 + i, FAST_PATH, 300))).flatMap(List::stream)
                .toList());
        List<CompletableFuture<List<FlowEntry>>> answers = IntStream.range(0, sessions)
                .mapToObj(i -> connection.flows(Cookies.sessionRule(i))).toList();
        for (int i = 0; i < sessions; i++) {
            long cookie = Cookies.sessionRule(i);
            assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).hasSize(2)
                    .allSatisfy(flow -> assertThat(flow.cookie()).isEqualTo(cookie))
                    .extracting(FlowEntry::tableId).containsExactlyInAnyOrder(1, 2);
        }
        assertThat(connection.flows(Cookies.sessionRule(sessions)).get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aCopyOfWhatTellsAPortComesToTheController() throws Exception {
        install(Pipeline.staticFlows(new PipelineConfig(FAST_PATH, GATEWAY_MAC, CONFIG.gatewayGlobal(),
                CONFIG.gatewayLinkLocal(), CONFIG.gatewayIpv4(), CONFIG.prefixes(), CONFIG.poolPrefixes(), true)));
        byte[] request = ByteBuffer.allocate(14 + 28).putShort((short) -1).putInt(-1).putShort((short) 0x0200)
                .putInt(10).putShort((short) 0x0806).putInt(0x0001_0800).putInt(0x0604_0001).putShort((short) 0x0200)
                .putInt(10).putInt(Ip4.parse("192.0.2.80")).putShort((short) 0).putInt(0)
                .putInt(Ip4.parse("192.0.2.1")).array();
        connection.packetOut(request, HOST, SwitchPort.TABLE);
        PacketIn copy = listener.next(PacketIn.class);
        assertThat(StaticRule.isLocating(copy.cookie())).isTrue();
        assertThat(copy.inPort()).isEqualTo(HOST);
        assertThat(copy.frame()).isEqualTo(request);
    }

    @Test
    void manyFlowsAndTheirStatisticsInManyParts() throws Exception {
        install(IntStream.range(0, 5_000).mapToObj(i ->
                SessionFlows.tcpOrUdp6to4(i, 17, CLIENT, 10_000 + i, SERVER, 53, FAST_PATH, 300)).toList());
        assertThat(flows(OptionalInt.of(Table.SESSION_6TO4.id())))
                .filteredOn(flow -> Cookies.isSession(flow.cookie())).hasSize(5_000);
        install(Pipeline.clear());
        assertThat(flows(OptionalInt.empty())).isEmpty();
    }

    @Test
    void refusedFlowIsNamed() {
        FlowMatch withoutPrerequisite = new FlowMatch(Map.of(FlowField.TCP_DST, new FlowMatch.Value(0, 80, 0, 0xffff)));
        FlowMod bad = FlowMod.add(1).priority(77).match(withoutPrerequisite).output(3).build();
        assertThatThrownBy(() -> install(List.of(bad))).cause().isInstanceOf(OpenFlowException.class)
                .hasMessageContaining("BAD_MATCH/BAD_PREREQ").hasMessageContaining("priority=77");
    }

    @Test
    void flowsMadeByOthersAreReadAndLeftAlone() throws Exception {
        ovs.ofctl("add-flow", PrivateOpenVswitch.BRIDGE,
                "table=9,priority=5,cookie=0xabc,ct_label=1,ip,"
                        + "actions=learn(table=10,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[])");
        assertThat(flows(OptionalInt.of(9))).singleElement().satisfies(flow -> {
            assertThat(flow.cookie()).isEqualTo(0xabc);
            assertThat(flow.understood()).isFalse();
        });
        install(Pipeline.clear());
        assertThat(flows(OptionalInt.empty())).extracting(FlowEntry::cookie).containsExactly(0xabcL);
    }

    @Test
    void nextControllerGetsTheMasterRoleAndFindsTheFlows() throws Exception {
        int before = flows(OptionalInt.empty()).size();
        OpenFlowServer next = new OpenFlowServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), listener);
        ovs.redirectTo(next.start());
        server.close();
        server = next;
        listener.next(Disconnected.class);
        connection = listener.next(RecordingListener.Connected.class).connection();
        assertThat(flows(OptionalInt.empty())).hasSize(before);
    }
}
