// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.instar.openflow.RecordingListener.Disconnected;
import org.junit.jupiter.api.Test;
import org.projectfloodlight.openflow.protocol.OFFlowRemovedReason;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.OFFlowStatsRequest;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPacketInReason;
import org.projectfloodlight.openflow.protocol.OFPacketOut;
import org.projectfloodlight.openflow.protocol.OFPortReason;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.protocol.OFType;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U64;

class SwitchEventsTest {

    @Test
    void packetInFlowRemovedPortStatusAndErrorsArriveInOrder() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT); FakeSwitch fake = server.connect(1)) {
            SwitchConnection connection = server.nextConnection();
            fake.send(FakeSwitch.OF.buildPacketIn().setBufferId(OFBufferId.NO_BUFFER)
                    .setReason(OFPacketInReason.NO_MATCH)
                    .setTableId(TableId.of(1)).setCookie(U64.of(-2)).setMatch(FakeSwitch.OF.buildMatch()
                            .setExact(MatchField.IN_PORT, OFPort.of(3)).build()).setData(new byte[] {1, 2, 3}).build());
            fake.send(FakeSwitch.OF.buildFlowRemoved().setCookie(U64.of(9)).setTableId(TableId.of(2)).setPriority(100)
                    .setReason(OFFlowRemovedReason.IDLE_TIMEOUT).setDurationSec(6).setDurationNsec(5).setIdleTimeout(4)
                    .setPacketCount(U64.of(10)).setByteCount(U64.of(1000)).setMatch(FakeSwitch.OF.matchWildcardAll())
                    .build());
            fake.send(FakeSwitch.OF.buildPortStatus().setReason(OFPortReason.ADD).setDesc(FakeSwitch.port(8, "new"))
                    .build());
            fake.send(ByteBufUtil.decodeHexDump("0401000c7fffffff00010001"));

            PacketIn packetIn = server.listener.next(PacketIn.class);
            assertThat(packetIn.frame()).containsExactly(1, 2, 3);
            assertThat(packetIn).usingRecursiveComparison().ignoringFields("frame")
                    .isEqualTo(new PacketIn(1, 3, -2, PacketIn.Reason.NO_MATCH, null));
            assertThat(server.listener.next(FlowRemoved.class)).isEqualTo(
                    new FlowRemoved(9, 2, 100, FlowRemoved.Reason.IDLE_TIMEOUT, 6_000_000_005L, 4, 10, 1000));
            assertThat(server.listener.next(PortStatus.class)).isEqualTo(
                    new PortStatus(PortStatus.Reason.ADDED, new SwitchPort(8, "new", true)));
            assertThat(connection.port("new")).hasValue(8);
            assertThat(server.listener.next(OpenFlowError.class).name()).isEqualTo("BAD_REQUEST/BAD_TYPE");

            fake.send(FakeSwitch.OF.buildPortStatus().setReason(OFPortReason.DELETE).setDesc(FakeSwitch.port(8, "new"))
                    .build());
            assertThat(server.listener.next(PortStatus.class).reason()).isEqualTo(PortStatus.Reason.DELETED);
            assertThat(connection.port("new")).isEmpty();
        }
    }

    @Test
    void packetOutCarriesTheFrame() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT); FakeSwitch fake = server.connect(1)) {
            server.nextConnection().packetOut(new byte[] {5, 6}, 2, SwitchPort.TABLE);
            OFPacketOut out = (OFPacketOut) fake.expect(OFType.PACKET_OUT);
            assertThat(out.getData()).containsExactly(5, 6);
            assertThat(out.getInPort()).isEqualTo(OFPort.of(2));
            assertThat(out.getBufferId()).isEqualTo(OFBufferId.NO_BUFFER);
            assertThat(out.getActions()).containsExactly(FakeSwitch.OF.actions().output(OFPort.TABLE, 0));
        }
    }

    @Test
    void flowStatisticsComeInParts() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT); FakeSwitch fake = server.connect(1)) {
            CompletableFuture<List<FlowEntry>> flows = server.nextConnection().flows(OptionalInt.of(1));
            OFFlowStatsRequest request = (OFFlowStatsRequest) fake.expect(OFType.STATS_REQUEST);
            assertThat(request.getTableId()).isEqualTo(TableId.of(1));
            fake.send(statistics(request, true, 1));
            assertThat(flows).isNotDone();
            fake.send(statistics(request, false, 2));
            assertThat(flows.get(5, TimeUnit.SECONDS)).containsExactly(entry(1), entry(2));
        }
    }

    private static OFMessage statistics(OFMessage request, boolean more, int cookie) {
        OFFlowStatsEntry entry = FakeSwitch.OF.buildFlowStatsEntry().setTableId(TableId.of(1)).setPriority(100)
                .setCookie(U64.of(cookie)).setIdleTimeout(4).setHardTimeout(8).setDurationSec(1).setDurationNsec(5)
                .setPacketCount(U64.of(3)).setByteCount(U64.of(300)).setFlags(Set.of())
                .setMatch(FakeSwitch.OF.buildMatch().setExact(MatchField.IN_PORT, OFPort.of(1)).build())
                .setInstructions(List.of(FakeSwitch.OF.instructions().applyActions(List.of(
                        FakeSwitch.OF.actions().output(OFPort.of(3), 0xffff))))).build();
        return FakeSwitch.OF.buildFlowStatsReply().setXid(request.getXid()).setEntries(List.of(entry))
                .setFlags(more ? Set.of(OFStatsReplyFlags.REPLY_MORE) : Set.of()).build();
    }

    private static FlowEntry entry(int cookie) {
        return new FlowEntry(1, 100, cookie, 4, 8, 1_000_000_005L, 3, 300, FlowMatch.builder().inPort(1).build(),
                List.of(FlowAction.output(3)), OptionalInt.empty(), true);
    }

    @Test
    void silentSwitchIsProbedThenDisconnected() throws Exception {
        try (ServerFixture server = new ServerFixture(new OpenFlowTimeouts(5_000, 100, 400, 5_000));
                FakeSwitch fake = server.connect(1)) {
            server.nextConnection();
            OFMessage probe = fake.expect(OFType.ECHO_REQUEST);
            fake.send(FakeSwitch.OF.buildEchoReply().setXid(probe.getXid()).setData(new byte[0]).build());
            fake.expect(OFType.ECHO_REQUEST);
            assertThat(server.listener.next(Disconnected.class).reason()).contains("silent for 400 ms");
            assertThat(fake.closedByServer()).isTrue();
        }
    }

    @Test
    void listenerThatThrowsDoesNotCostTheConnection() throws Exception {
        SwitchListener throwing = new ThrowingListener();
        try (LogCapture log = new LogCapture();
                OpenFlowServer server = new OpenFlowServer(loopback(0), throwing);
                FakeSwitch fake = FakeSwitch.connected(server.start(), 1)) {
            fake.send(FakeSwitch.OF.buildPacketIn().setBufferId(OFBufferId.NO_BUFFER)
                    .setReason(OFPacketInReason.NO_MATCH)
                    .setMatch(FakeSwitch.OF.buildMatch().setExact(MatchField.IN_PORT, OFPort.of(3)).build()).build());
            fake.send(FakeSwitch.OF.buildEchoRequest().setXid(5).setData(new byte[0]).build());
            fake.expect(OFType.ECHO_REPLY);
            assertThat(log.linesWith("Listener failed in onPacketIn")).hasSize(1);
        }
    }

    @Test
    void disconnectAndCloseTellTheListenerOnce() throws Exception {
        ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
        try (FakeSwitch first = server.connect(1); FakeSwitch second = server.connect(2)) {
            SwitchConnection connection = server.nextConnection();
            assertThat(server.nextConnection().datapathId()).isEqualTo(2);
            connection.disconnect("told to");
            connection.disconnect("told again");
            assertThat(server.listener.next(Disconnected.class).reason()).isEqualTo("told to");
            assertThat(first.closedByServer()).isTrue();
            server.close();
            assertThat(server.listener.next(Disconnected.class).reason()).isEqualTo("the server was closed");
            assertThat(second.closedByServer()).isTrue();
            assertThat(server.listener.events).isEmpty();
        }
        assertThatThrownBy(() -> new FakeSwitch(server.address)).isInstanceOf(IOException.class);
    }

    @Test
    void busyPortIsNamed() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                OpenFlowServer second = new OpenFlowServer(server.address, server.listener)) {
            assertThatThrownBy(second::start).isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + server.address.getPort());
        }
    }

    @Test
    void oneConnectionTooManyIsRefused() throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(ServerFixture.PATIENT)) {
            FakeSwitch[] open = new FakeSwitch[OpenFlowServer.MAX_CONNECTIONS];
            try {
                for (int i = 0; i < open.length; i++) {
                    open[i] = new FakeSwitch(server.address);
                    open[i].expect(OFType.HELLO);
                }
                try (FakeSwitch extra = new FakeSwitch(server.address)) {
                    assertThat(extra.closedByServer()).isTrue();
                    assertThat(log.linesWith(extra.address())).singleElement().asString().contains("refused");
                }
            } finally {
                for (FakeSwitch fake : open) {
                    fake.close();
                }
            }
        }
    }

    private static final class ThrowingListener implements SwitchListener {
        @Override
        public void onConnected(SwitchConnection connection) {
        }

        @Override
        public void onDisconnected(SwitchConnection connection, String reason) {
        }

        @Override
        public void onPacketIn(SwitchConnection connection, PacketIn packetIn) {
            throw new IllegalStateException("for the test");
        }

        @Override
        public void onFlowRemoved(SwitchConnection connection, FlowRemoved flowRemoved) {
        }

        @Override
        public void onError(SwitchConnection connection, OpenFlowError error) {
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
