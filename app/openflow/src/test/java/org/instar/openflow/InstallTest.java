// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.instar.openflow.RecordingListener.Disconnected;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.projectfloodlight.openflow.protocol.OFFlowMod;
import org.projectfloodlight.openflow.protocol.OFFlowStatsRequest;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFType;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U64;

class InstallTest {

    private static final OpenFlowTimeouts HASTY = new OpenFlowTimeouts(5_000, 5_000, 15_000, 200);

    private ServerFixture server;
    private FakeSwitch fake;
    private SwitchConnection connection;

    @BeforeEach
    void connect() throws Exception {
        server = new ServerFixture(ServerFixture.PATIENT);
        fake = server.connect(1);
        connection = server.nextConnection();
    }

    @AfterEach
    void close() throws Exception {
        fake.close();
        server.close();
    }

    private static FlowMod mod(int number) {
        return FlowMod.add(1).priority(number & 0xffff).cookie(number)
                .match(FlowMatch.builder().inPort(number)).output(3).build();
    }

    private static List<FlowMod> mods(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(InstallTest::mod).toList();
    }

    private static void confirm(FakeSwitch fake, OFMessage barrier) throws Exception {
        fake.send(FakeSwitch.OF.buildBarrierReply().setXid(barrier.getXid()).build());
    }

    private void refuse(OFMessage message, int type, int code) throws Exception {
        fake.send(ByteBufUtil.decodeHexDump(String.format("0401000c%08x%04x%04x", message.getXid(), type, code)));
    }

    private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
        try {
            return new AssertionError("completed with " + future.get(5, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Test
    void completesOnTheBarrierReplyNotBefore() throws Exception {
        CompletableFuture<Void> done = connection.install(mods(3));
        for (int i = 1; i <= 3; i++) {
            assertThat(((OFFlowMod) fake.expect(OFType.FLOW_MOD)).getCookie().getValue()).isEqualTo(i);
        }
        OFMessage barrier = fake.expect(OFType.BARRIER_REQUEST);
        assertThat(done).isNotDone();
        confirm(fake, barrier);
        assertThat(done.get(5, TimeUnit.SECONDS)).isNull();
    }

    @Test
    void emptyBatchIsABarrier() throws Exception {
        CompletableFuture<Void> done = connection.install(List.of());
        confirm(fake, fake.expect(OFType.BARRIER_REQUEST));
        done.get(5, TimeUnit.SECONDS);
    }

    @Test
    void batchesKeepTheirOrder() throws Exception {
        for (int i = 0; i < 50; i++) {
            connection.install(List.of(mod(2 * i + 1), mod(2 * i + 2)));
        }
        List<Long> cookies = new ArrayList<>();
        while (cookies.size() < 100) {
            if (fake.read() instanceof OFFlowMod mod) {
                cookies.add(mod.getCookie().getValue());
            }
        }
        assertThat(cookies).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void errorInsideABatchNamesTypeCodeAndFlow() throws Exception {
        CompletableFuture<Void> before = connection.install(mods(2));
        CompletableFuture<Void> failing = connection.install(mods(3));
        List<OFMessage> messages = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            messages.add(fake.read());
        }
        confirm(fake, messages.get(2));
        refuse(messages.get(4), 5, 1);
        refuse(messages.get(5), 4, 9);
        confirm(fake, messages.get(6));
        before.get(5, TimeUnit.SECONDS);
        Throwable failure = failureOf(failing);
        assertThat(failure).isInstanceOf(OpenFlowException.class)
                .hasMessageContaining("FLOW_MOD_FAILED/TABLE_FULL (type 5, code 1")
                .hasMessageContaining("ADD table=1 priority=2 cookie=0x0000000000000002 in_port=2 -> output:3");
        assertThat(((OpenFlowException) failure).error()).hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(1));
        assertThat(failure.getSuppressed()).singleElement().asString()
                .contains("BAD_MATCH/BAD_PREREQ", "cookie=0x0000000000000003");
        assertThat(server.listener.events).isEmpty();
    }

    @Test
    void errorOfUnknownTypeIsReportedByNumber() throws Exception {
        CompletableFuture<Void> done = connection.install(mods(1));
        refuse(fake.expect(OFType.FLOW_MOD), 0xffff, 0x1234);
        confirm(fake, fake.expect(OFType.BARRIER_REQUEST));
        assertThat(failureOf(done)).hasMessageContaining("type 65535").hasMessageContaining("code 4660");
    }

    @Test
    void refusedBarrierFailsAtOnce() throws Exception {
        CompletableFuture<Void> done = connection.install(mods(1));
        fake.expect(OFType.FLOW_MOD);
        refuse(fake.expect(OFType.BARRIER_REQUEST), 1, 1);
        assertThat(failureOf(done)).hasMessageContaining("barrier refused: BAD_REQUEST/BAD_TYPE");
    }

    @Test
    void disconnectDuringABatchFailsIt() throws Exception {
        CompletableFuture<Void> done = connection.install(mods(1));
        fake.expect(OFType.FLOW_MOD);
        fake.close();
        assertThat(failureOf(done)).isInstanceOf(OpenFlowException.class)
                .hasMessageContaining("connection to switch 0x0000000000000001 ended");
        server.listener.next(Disconnected.class);
        assertThat(failureOf(connection.install(mods(1)))).hasMessageContaining("not connected");
        assertThat(failureOf(connection.flows(OptionalInt.empty()))).hasMessageContaining("not connected");
    }

    @Test
    void unansweredBarrierFailsInTimeAndItsLateErrorsGoToTheListener() throws Exception {
        try (ServerFixture hasty = new ServerFixture(HASTY); FakeSwitch slow = hasty.connect(2)) {
            CompletableFuture<Void> done = hasty.nextConnection().install(mods(2));
            OFMessage first = slow.expect(OFType.FLOW_MOD);
            assertThat(failureOf(done)).hasMessageContaining("no answer within 200 ms; 2 of 2 flow changes were sent");
            slow.send(ByteBufUtil.decodeHexDump(String.format("0401000c%08x00050001", first.getXid())));
            assertThat(hasty.listener.next(OpenFlowError.class).xid()).isEqualTo(first.getXid());
        }
    }

    @Test
    void slowReaderHoldsUpBatchesInOrderAndPacketOutsAreCountedNotQueued() throws Exception {
        List<FlowMod> many = mods(50_000);
        CompletableFuture<Void> done = connection.install(many);
        CompletableFuture<Void> tooMuch = connection.install(Collections.nCopies(60_000, mod(1)));
        assertThat(failureOf(tooMuch)).hasMessageContaining("too slow").hasMessageContaining("0 of 60000");
        for (int i = 0; i < 2_000 && connection.packetOutsDropped() == 0; i++) {
            connection.packetOut(new byte[60_000], SwitchPort.CONTROLLER, 1);
        }
        assertThat(connection.packetOutsDropped()).isPositive();

        long expected = 1;
        OFMessage message = fake.read();
        while (message.getType() != OFType.BARRIER_REQUEST) {
            if (message instanceof OFFlowMod mod) {
                assertThat(mod.getCookie().getValue()).isEqualTo(expected++);
            }
            message = fake.read();
        }
        assertThat(expected).isEqualTo(50_001);
        confirm(fake, message);
        done.get(5, TimeUnit.SECONDS);
        connection.install(mods(1));
        fake.expect(OFType.FLOW_MOD);
    }

    /** Answered from the last to the first. */
    @Test
    void thousandsOfStatisticsMayBeUnderWay() throws Exception {
        int queries = 5_000;
        List<CompletableFuture<List<FlowEntry>>> answers = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            answers.add(connection.flows(1000L + i));
        }
        List<OFMessage> requests = new ArrayList<>();
        for (int i = 0; i < queries; i++) {
            OFFlowStatsRequest request = (OFFlowStatsRequest) fake.expect(OFType.STATS_REQUEST);
            assertThat(request.getCookie().getValue()).isEqualTo(1000L + i);
            assertThat(request.getCookieMask()).isEqualTo(U64.NO_MASK);
            assertThat(request.getTableId()).isEqualTo(TableId.ALL);
            requests.add(request);
        }
        ByteBuf replies = Unpooled.buffer();
        for (OFMessage request : requests.reversed()) {
            FakeSwitch.OF.buildFlowStatsReply().setXid(request.getXid()).build().writeTo(replies);
        }
        fake.send(ByteBufUtil.getBytes(replies));
        for (CompletableFuture<List<FlowEntry>> answer : answers) {
            assertThat(answer.get(5, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void frameTooLongForAMessage() {
        assertThatThrownBy(() -> connection.packetOut(new byte[65_001], 1, 1))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("frame");
    }
}
