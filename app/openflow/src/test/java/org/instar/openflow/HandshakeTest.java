// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.instar.openflow.RecordingListener.Disconnected;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFErrorType;
import org.projectfloodlight.openflow.protocol.OFFeaturesRequest;
import org.projectfloodlight.openflow.protocol.OFHello;
import org.projectfloodlight.openflow.protocol.OFHelloElemVersionbitmap;
import org.projectfloodlight.openflow.protocol.OFHelloFailedCode;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFPacketInReason;
import org.projectfloodlight.openflow.protocol.OFRoleRequest;
import org.projectfloodlight.openflow.protocol.OFSetConfig;
import org.projectfloodlight.openflow.protocol.OFType;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.errormsg.OFHelloFailedErrorMsg;
import org.projectfloodlight.openflow.protocol.match.MatchField;
import org.projectfloodlight.openflow.types.OFBufferId;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U32;
import org.projectfloodlight.openflow.types.U64;

class HandshakeTest {

    private static final OpenFlowTimeouts HASTY = new OpenFlowTimeouts(200, 5_000, 15_000, 5_000);

    @Test
    void asksForVersionFeaturesPortsAndTheMasterRole() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            OFHello hello = (OFHello) fake.expect(OFType.HELLO);
            assertThat(hello.getVersion()).isEqualTo(OFVersion.OF_13);
            assertThat(((OFHelloElemVersionbitmap) hello.getElements().get(0)).getBitmaps())
                    .containsExactly(U32.of(1 << 4));
            fake.send(FakeSwitch.OF.buildHello().setXid(1).setElements(List.of()).build());
            fake.featuresAndPorts(0xab);
            OFRoleRequest role = fake.role(41);
            assertThat(role.getRole()).isEqualTo(OFControllerRole.ROLE_MASTER);
            assertThat(role.getGenerationId()).isEqualTo(U64.of(42));

            SwitchConnection connection = server.nextConnection();
            assertThat(connection.datapathId()).isEqualTo(0xab);
            assertThat(connection.datapathIdText()).isEqualTo("0x00000000000000ab");
            assertThat(connection.peer()).isEqualTo(fake.address());
            assertThat(connection.isConnected()).isTrue();
            assertThat(connection.port("eth1")).hasValue(1);
            assertThat(connection.port("nat64-sw")).hasValue(3);
            assertThat(connection.port("other")).isEmpty();
        }
    }

    @Test
    void wantsWholePacketsAndNoBuffersInTheSwitch() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            OFMessage request = fake.expect(OFType.FEATURES_REQUEST);
            fake.send(FakeSwitch.OF.buildFeaturesReply().setXid(request.getXid()).build());
            assertThat(((OFSetConfig) fake.expect(OFType.SET_CONFIG)).getMissSendLen()).isEqualTo(0xffff);
        }
    }

    @Test
    void switchWithoutAGenerationGetsTheFirst() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            fake.featuresAndPorts(1);
            assertThat(fake.role(-1).getGenerationId()).isEqualTo(U64.of(1));
        }
    }

    /** Hexadecimal HELLOs of versions 1.0, 1.2, and of 1.5 with a bitmap that leaves 1.3 out. */
    @ParameterizedTest
    @CsvSource({"0100000800000001, 1", "0300000800000001, 3", "06000010000000010001000800000042, 6"})
    void otherVersionIsRefusedWithAnErrorAndALogLineNamingThePeer(String hello, int version) throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.expect(OFType.HELLO);
            fake.send(ByteBufUtil.decodeHexDump(hello));
            OFHelloFailedErrorMsg error = (OFHelloFailedErrorMsg) fake.expect(OFType.ERROR);
            assertThat(error.getErrType()).isEqualTo(OFErrorType.HELLO_FAILED);
            assertThat(error.getCode()).isEqualTo(OFHelloFailedCode.INCOMPATIBLE);
            assertThat(new String(error.getData().getData(), StandardCharsets.US_ASCII)).contains("OpenFlow 1.3");
            assertThat(fake.closedByServer()).isTrue();
            assertThat(log.linesWith(fake.address())).singleElement().asString()
                    .contains("offers version " + version, "not OpenFlow 1.3");
            assertThat(server.listener.events).isEmpty();
        }
    }

    /** Versions 1.0 to 1.5 with a bitmap of 1.0 and 1.3; 1.4 without a bitmap: both come down to 1.3. */
    @ParameterizedTest
    @CsvSource({"06000010000000010001000800000012", "0500000800000001"})
    void higherVersionThatAlsoSpeaksOurs(String hello) throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.expect(OFType.HELLO);
            fake.send(ByteBufUtil.decodeHexDump(hello));
            assertThat(fake.read()).isInstanceOf(OFFeaturesRequest.class);
        }
    }

    @Test
    void slowPeerIsClosedAndTheLogSaysWhatWasMissing() throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(HASTY);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            assertThat(fake.closedByServer()).isTrue();
            assertThat(log.linesWith(fake.address())).singleElement().asString()
                    .contains("handshake not complete after 200 ms", "FEATURES_REPLY");
        }
    }

    @Test
    void refusedRoleEndsTheHandshake() throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            fake.featuresAndPorts(1);
            OFMessage query = fake.expect(OFType.ROLE_REQUEST);
            // ROLE_REQUEST_FAILED (11), UNSUP (1)
            fake.send(ByteBufUtil.decodeHexDump(String.format("0401000c%08x000b0001", query.getXid())));
            assertThat(fake.closedByServer()).isTrue();
            assertThat(log.linesWith(fake.address())).singleElement().asString()
                    .contains("ROLE_REQUEST_FAILED/UNSUP", "ROLE_QUERY_REPLY");
        }
    }

    @Test
    void packetsThatCameDuringTheHandshakeAreDeliveredAfterIt() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            fake.send(FakeSwitch.OF.buildPacketIn().setBufferId(OFBufferId.NO_BUFFER).setReason(OFPacketInReason.ACTION)
                    .setTableId(TableId.of(1)).setCookie(U64.of(7)).setMatch(FakeSwitch.OF.buildMatch()
                            .setExact(MatchField.IN_PORT, OFPort.of(1)).build()).setData(new byte[] {1, 2}).build());
            fake.featuresAndPorts(1);
            fake.role(1);
            server.nextConnection();
            assertThat(server.listener.next(PacketIn.class).frame()).containsExactly(1, 2);
        }
    }

    @Test
    void echoIsAnsweredDuringTheHandshake() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = new FakeSwitch(server.address)) {
            fake.hello();
            fake.expect(OFType.FEATURES_REQUEST);
            fake.send(FakeSwitch.OF.buildEchoRequest().setXid(77).setData(new byte[] {9}).build());
            assertThat(fake.expect(OFType.ECHO_REPLY)).isEqualTo(
                    FakeSwitch.OF.buildEchoReply().setXid(77).setData(new byte[] {9}).build());
        }
    }

    @Test
    void garbageClosesOneConnectionWithOneLogLineAndNoOther() throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch good = server.connect(1); FakeSwitch bad = new FakeSwitch(server.address)) {
            server.nextConnection();
            bad.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(bad.closedByServer()).isTrue();
            assertThat(log.linesWith(bad.address())).hasSize(1);
            good.send(FakeSwitch.OF.buildEchoRequest().setXid(5).setData(new byte[0]).build());
            good.expect(OFType.ECHO_REPLY);
        }
    }

    @Test
    void malformedMessageAfterTheHandshakeEndsTheConnection() throws Exception {
        try (LogCapture log = new LogCapture(); ServerFixture server = new ServerFixture(ServerFixture.PATIENT);
                FakeSwitch fake = server.connect(1)) {
            server.nextConnection();
            fake.send(ByteBufUtil.decodeHexDump("040a000300000000" + "040a000300000000"));
            assertThat(fake.closedByServer()).isTrue();
            assertThat(server.listener.next(Disconnected.class).reason())
                    .contains("malformed message (version 4, type 10, length 3)");
            assertThat(log.linesWith("malformed")).singleElement().asString().contains(fake.address());
        }
    }

    @Test
    void sameDatapathIdAgainEndsTheOldConnectionFirst() throws Exception {
        try (ServerFixture server = new ServerFixture(ServerFixture.PATIENT); FakeSwitch first = server.connect(9)) {
            SwitchConnection old = server.nextConnection();
            try (FakeSwitch second = server.connect(9)) {
                Disconnected ended = server.listener.next(Disconnected.class);
                assertThat(ended.connection()).isSameAs(old);
                assertThat(ended.reason()).contains("connected again", second.address());
                SwitchConnection now = server.nextConnection();
                assertThat(now.isConnected()).isTrue();
                assertThat(old.isConnected()).isFalse();
                assertThat(first.closedByServer()).isTrue();
            }
        }
    }
}
