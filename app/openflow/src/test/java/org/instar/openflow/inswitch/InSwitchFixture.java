// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;
import org.instar.openflow.FlowAction;
import org.instar.openflow.FlowEntry;
import org.instar.openflow.FlowMod;
import org.instar.openflow.OpenFlowServer;
import org.instar.openflow.PacketIn;
import org.instar.openflow.PrivateOpenVswitch;
import org.instar.openflow.RecordingListener;
import org.instar.openflow.SwitchConnection;
import org.instar.openflow.SwitchPort;
import org.instar.openflow.pipeline.Pipeline;
import org.instar.openflow.pipeline.PipelineConfig;
import org.instar.openflow.pipeline.Table;

/**
 * Today's pipeline and the translation beside it in a real switch. Packets go in as if by the host's port; what is
 * translated, and what stays with the fast path, comes back as packet-ins.
 */
final class InSwitchFixture implements AutoCloseable {

    static final int HOST = 1;
    static final int REMOTE_PORT = 2;
    static final long GATEWAY_MAC = 0x0200_5e00_6401L;
    static final long MAC4 = 0x0200_0000_0004L;
    static final long MAC6 = 0x0200_0000_0006L;
    static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");
    static final int REMOTE = Ip4.parse("192.0.2.80");
    static final int POOL = Ip4.parse("198.51.100.7");
    static final int OTHER_POOL = Ip4.parse("203.0.113.200");
    /** Cookie of the rules that stand for the fast path. */
    static final long FAST_PATH = 0xfa57L;
    static final int MTU = 1500;

    final RecordingListener listener = new RecordingListener();
    private final PrivateOpenVswitch ovs;
    final StaticTables tables;
    final TranslationConfig config;
    final List<FlowMod> nextHops = Stream.of(new NextHop4(Prefix4.parse("0.0.0.0/0"), MAC4, SwitchPort.CONTROLLER, 0),
            new NextHop6(Prefix6.parse("2001:db8:6::/64"), MAC6, SwitchPort.CONTROLLER, 0))
            .flatMap(hop -> hop.add(GATEWAY_MAC).stream()).toList();
    final SwitchConnection connection;
    private final OpenFlowServer server;
    private final ExpectedTranslation expected = new ExpectedTranslation();

    InSwitchFixture(PrivateOpenVswitch ovs, TranslationConfig config) throws Exception {
        this.ovs = ovs;
        this.config = config;
        tables = new StaticTables(config);
        server = new OpenFlowServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), listener);
        ovs.connectTo(server.start());
        connection = listener.next(RecordingListener.Connected.class).connection();
        install(List.of(FlowMod.delete(FlowMod.ALL_TABLES).build()));
        install(Pipeline.staticFlows(config.pipeline()));
        install(nextHops);
        for (Table table : List.of(Table.SESSION_6TO4, Table.SESSION_4TO6)) {
            install(List.of(FlowMod.add(table.id()).priority(999).cookie(FAST_PATH).actions(FlowAction.controller())
                    .build()));
        }
    }

    static TranslationConfig config(String prefix, int mtu6, int mtu4) {
        return config(prefix, mtu6, mtu4, false);
    }

    static TranslationConfig config(String prefix, int mtu6, int mtu4, boolean strict) {
        return new TranslationConfig(new PipelineConfig(3, GATEWAY_MAC, Ip6.parse("2001:db8:6::1"),
                Ip6.parse("fe80::5eff:fe00:6401"), Ip4.parse("192.0.2.1"), List.of(Prefix64.parse(prefix)),
                List.of(Prefix4.parse("198.51.100.0/24"), Prefix4.parse("203.0.113.192/26")), false), mtu6, mtu4,
                strict);
    }

    static TranslationConfig config() {
        return config("64:ff9b:1::/96", MTU, MTU);
    }

    /**
     * Next hops at the ports of the host and of the remote host. A barrier tells that the tables are changed; the
     * datapath's flows follow when they have been looked at again.
     */
    void nextHopsAtPorts(int port6, int port4, int vlan) throws Exception {
        install(Stream.of(new NextHop4(Prefix4.parse("0.0.0.0/0"), MAC4, port4, vlan),
                new NextHop6(Prefix6.parse("2001:db8:6::/64"), MAC6, port6, vlan))
                .flatMap(hop -> hop.add(GATEWAY_MAC).stream()).toList());
        ovs.appctl("revalidator/wait");
    }

    /** The frame that a packet of the session comes out in, without a tag. */
    byte[] translation(TranslatedSession session, byte[] packet) {
        boolean to4 = packet[0] >>> 4 == 6;
        byte[] frame = ProbePackets.frame(GATEWAY_MAC, to4 ? expected.to4(session, packet)
                : expected.to6(session, packet));
        System.arraycopy(ProbePackets.frame(to4 ? MAC4 : MAC6, packet), 0, frame, 0, 6);
        return frame;
    }

    TranslatedSession session(int number, int protocol, int pool, int handle) {
        return new TranslatedSession(number, handle, protocol, CLIENT, 40_112 + number,
                config.pipeline().prefixes().get(0).embed(REMOTE), REMOTE, 53, pool, 23_411, 300);
    }

    void install(List<FlowMod> mods) throws Exception {
        connection.install(mods).get(20, TimeUnit.SECONDS);
    }

    List<FlowEntry> flows() throws Exception {
        return connection.flows(OptionalInt.empty()).get(20, TimeUnit.SECONDS);
    }

    PacketIn send(byte[] packet) throws Exception {
        return sendFrame(ProbePackets.frame(GATEWAY_MAC, packet));
    }

    PacketIn sendFrame(byte[] frame) throws Exception {
        connection.packetOut(frame, HOST, SwitchPort.TABLE);
        return listener.next(PacketIn.class);
    }

    /** The packet comes out as the engine would translate it, between the right MAC addresses. */
    void translated(TranslatedSession session, byte[] packet) throws Exception {
        translated(session, packet, ProbePackets.frame(GATEWAY_MAC, packet), NextHop.UNTAGGED);
    }

    /** The same for a frame with the packet in it, whatever its tag, that is to come out with this one. */
    void translated(TranslatedSession session, byte[] packet, byte[] in, int vlan) throws Exception {
        boolean to4 = packet[0] >>> 4 == 6;
        PacketIn out = sendFrame(in);
        assertThat(TranslationRule.ofCookie(out.cookie()))
                .contains(to4 ? TranslationRule.NEXT_HOP_4 : TranslationRule.NEXT_HOP_6);
        byte[] frame = translation(session, packet);
        assertThat(out.frame()).as("%d bytes, protocol %d", packet.length, session.protocol())
                .isEqualTo(vlan == NextHop.UNTAGGED ? frame : ProbePackets.tagged(frame, vlan));
    }

    /** The packet goes to the fast path's table, and not a bit of it is changed. */
    void untouched(byte[] packet) throws Exception {
        untouched(packet, ProbePackets.frame(GATEWAY_MAC, packet));
    }

    /** The same for a frame with the packet in it, whatever its tag. */
    void untouched(byte[] packet, byte[] frame) throws Exception {
        PacketIn out = sendFrame(frame);
        assertThat(out.cookie()).isEqualTo(FAST_PATH);
        assertThat(out.tableId()).isEqualTo((packet[0] >>> 4 == 6 ? Table.SESSION_6TO4 : Table.SESSION_4TO6).id());
        assertThat(out.frame()).isEqualTo(frame);
    }

    @Override
    public void close() {
        server.close();
    }
}
