// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.openflow.PrivateOpenVswitch.FAST_PATH_END;
import static org.instar.openflow.PrivateOpenVswitch.HOST_END;
import static org.instar.openflow.PrivateOpenVswitch.REMOTE_END;
import static org.instar.openflow.inswitch.InSwitchFixture.GATEWAY_MAC;
import static org.instar.openflow.inswitch.InSwitchFixture.HOST;
import static org.instar.openflow.inswitch.InSwitchFixture.MAC6;
import static org.instar.openflow.inswitch.InSwitchFixture.POOL;
import static org.instar.openflow.inswitch.InSwitchFixture.REMOTE_PORT;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip4;
import org.instar.fastpath.PacketSocket;
import org.instar.openflow.PacketIn;
import org.instar.openflow.PrivateOpenVswitch;
import org.instar.openflow.pipeline.Pipeline;
import org.instar.openflow.pipeline.PipelineConfig;
import org.instar.openflow.pipeline.StaticRule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tags, next hops and what the fast path gets, through the ports of a real Open vSwitch. */
class InSwitchPortsIT {

    private static final int VLAN_IN = 100;
    private static final int VLAN_OUT = 777;
    private static final Pattern HEADER_ACTION = Pattern.compile("\\b(pop|push)_[a-z]+|\\brecirc\\b");

    private static PrivateOpenVswitch ovs;
    private InSwitchFixture fixture;
    private List<TranslatedSession> sessions;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** InSwitchPortsIT SKIPPED, nothing was tested against a real switch: " + missing);
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
    void begin() throws Exception {
        fixture = new InSwitchFixture(ovs, InSwitchFixture.config());
        fixture.install(fixture.tables.flows());
        sessions = List.of(fixture.session(1, 17, POOL, 1), fixture.session(2, 6, POOL, 0xf_ffff));
        for (TranslatedSession session : sessions) {
            fixture.install(fixture.tables.install(session));
        }
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    private static FrameExchange exchange(String in, String out) throws Exception {
        return new FrameExchange(ovs.open(in, FrameExchange.WINDOW), ovs.open(out, FrameExchange.WINDOW));
    }

    private static byte[] frame(byte[] packet, int vlan) {
        byte[] untagged = ProbePackets.frame(GATEWAY_MAC, packet);
        return vlan == NextHop.UNTAGGED ? untagged : ProbePackets.tagged(untagged, vlan);
    }

    /** Every length that matters, tagged or not on either side. */
    private void exchangeAll(FrameExchange up, FrameExchange down, int in, int out) throws Exception {
        for (TranslatedSession session : sessions) {
            for (int length : List.of(20, 21, 536, 1459, 1460)) {
                byte[] from6 = ProbePackets.from6(session, length, 64, 0xb8);
                byte[] from4 = ProbePackets.from4(session, length, 64, 0xb8, length);
                up.exchange(frame(from6, in), tagged(fixture.translation(session, from6), out));
                down.exchange(frame(from4, in), tagged(fixture.translation(session, from4), out));
            }
        }
        up.finish();
        down.finish();
    }

    private static byte[] tagged(byte[] frame, int vlan) {
        return vlan == NextHop.UNTAGGED ? frame : ProbePackets.tagged(frame, vlan);
    }

    /**
     * What the switch makes of the tables' actions, as it is in the datapath: a header taken off that isn't there, or
     * is behind a tag, aborts it.
     */
    @Test
    void tagsInAndOutAndEveryHeaderThatTheDatapathTakesOffIsThere() throws Exception {
        Set<String> composed = new TreeSet<>();
        try (FrameExchange up = exchange(HOST_END, REMOTE_END); FrameExchange down = exchange(REMOTE_END, HOST_END)) {
            for (int out : new int[] {NextHop.UNTAGGED, VLAN_OUT}) {
                fixture.nextHopsAtPorts(HOST, REMOTE_PORT, out);
                exchangeAll(up, down, NextHop.UNTAGGED, out);
                exchangeAll(up, down, VLAN_IN, out);
                composed.addAll(headerActions(ovs.appctl("dpctl/dump-flows")));
            }
        }
        String again = "push_mpls pop_eth pop_mpls recirc";
        assertThat(composed).containsExactlyInAnyOrder(again, "pop_vlan " + again,
                "pop_eth push_nsh push_eth " + again, "", "push_vlan");
    }

    /** The actions that change what headers there are, of every flow of IP or of headers made of it. */
    private static Set<String> headerActions(String flows) {
        return Pattern.compile("eth_type\\(0x(?:0800|86dd|894f)\\).*actions:(.*)").matcher(flows).results()
                .map(flow -> HEADER_ACTION.matcher(flow.group(1)).results().map(MatchResult::group)
                        .collect(Collectors.joining(" "))).collect(Collectors.toSet());
    }

    /** Packets may leave by the port they came in by: by name, as a switch sends nothing back else. */
    @Test
    void bothSidesMayBeAtOnePort() throws Exception {
        fixture.nextHopsAtPorts(HOST, HOST, VLAN_OUT);
        try (FrameExchange both = exchange(HOST_END, HOST_END)) {
            exchangeAll(both, both, VLAN_IN, VLAN_OUT);
        }
    }

    /** A barrier behind the marker, as session rules have one, finds all frames before it gone. */
    @Test
    void whenAMarkerIsBackWhatWasSentBeforeItHasBeenForwarded() throws Exception {
        try (PacketSocket fastPath = ovs.open(FAST_PATH_END, 64); PacketSocket host = ovs.open(HOST_END, 64)) {
            for (int burst : new int[] {1, 2, 7, 31, 32, 33, 62, 63, 63, 63}) {
                for (int i = 0; i < burst; i++) {
                    send(fastPath, ByteBuffer.wrap(ProbePackets.frame(GATEWAY_MAC, new byte[] {0x60, (byte) i}))
                            .putShort(0, (short) (MAC6 >>> 32)).putInt(2, (int) MAC6).array());
                }
                byte[] marker = ByteBuffer.wrap(ProbePackets.frame(GATEWAY_MAC, new byte[46]))
                        .putShort(12, (short) Pipeline.ETH_TYPE_MARKER).array();
                send(fastPath, marker);
                fastPath.flush();
                int back = 0;
                while (back == 0 && fastPath.await(TimeUnit.SECONDS.toNanos(5))) {
                    back = fastPath.receive();
                }
                assertThat(back).isEqualTo(1);
                assertThat(FrameExchange.received(fastPath, 0)).isEqualTo(marker);
                fixture.install(List.of());
                int received = host.receive();
                assertThat(received).isEqualTo(burst);
                for (int i = 0; i < burst; i++) {
                    assertThat(FrameExchange.received(host, i)[15]).isEqualTo((byte) i);
                }
            }
        }
    }

    private static void send(PacketSocket socket, byte[] frame) {
        socket.transmitBuffer().put(socket.claim(), frame);
        socket.commit(frame.length);
    }

    @Test
    void whatTellsAPortGoesToTheFastPathAndACopyToTheController() throws Exception {
        PipelineConfig config = fixture.config.pipeline();
        fixture.install(Pipeline.staticFlows(new PipelineConfig(config.fastPathPort(), GATEWAY_MAC,
                config.gatewayGlobal(), config.gatewayLinkLocal(), config.gatewayIpv4(), config.prefixes(),
                config.poolPrefixes(), true)));
        byte[] request = ByteBuffer.allocate(14 + 28).putShort((short) -1).putInt(-1).putShort((short) 0x0200)
                .putInt(10).putShort((short) 0x0806).putInt(0x0001_0800).putInt(0x0604_0001).putShort((short) 0x0200)
                .putInt(10).putInt(Ip4.parse("192.0.2.80")).putShort((short) 0).putInt(0).putInt(POOL).array();
        try (FrameExchange frames = exchange(REMOTE_END, FAST_PATH_END)) {
            for (byte[] frame : List.of(request, ProbePackets.tagged(request, VLAN_IN))) {
                frames.exchange(frame, frame);
                frames.finish();
                PacketIn copy = fixture.listener.next(PacketIn.class);
                assertThat(StaticRule.isLocating(copy.cookie())).isTrue();
                assertThat(copy.inPort()).isEqualTo(REMOTE_PORT);
                assertThat(copy.frame()).isEqualTo(frame);
            }
        }
    }
}
