// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PacketSocketTransferTest {
    private VethNamespace namespace;
    private PacketSocket left;
    private PacketSocket right;

    @BeforeEach
    void openBothEnds() throws IOException {
        Assumptions.assumeTrue(VethNamespace.available(), "root and veth");
        namespace = VethNamespace.create();
        left = namespace.open(VethNamespace.LEFT, 8, 1600);
        right = namespace.open(VethNamespace.RIGHT, 8, 1600);
    }

    @AfterEach
    void removeAll() {
        if (namespace != null) {
            left.close();
            right.close();
            namespace.close();
        }
    }

    @Test
    void everyFrameArrivesByteEqual() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        for (int length = 14; length <= 1514; length += 3) {
            byte[] frame = Frames.frame(length, length);
            sent.add(frame);
            Frames.send(left, frame);
            // Within the socket's and the backlog's room, and a batch that is not always full.
            if (length % 5 == 0) {
                left.flush();
            }
        }
        left.flush();

        assertThat(Frames.collect(right, sent.size())).usingElementComparator(Arrays::compare)
                .containsExactlyElementsOf(sent);
        assertThat(left.sent()).isEqualTo(sent.size());
        assertThat(left.sendFailures()).isZero();
        assertThat(right.received()).isEqualTo(sent.size());
        assertThat(right.kernelDrops()).isZero();
    }

    @Test
    void oneReceiveTakesABatchAndLeavesTheRest() throws IOException {
        for (int i = 0; i < 20; i++) {
            Frames.send(left, Frames.frame(100, i));
        }
        left.flush();
        assertThat(right.await(TimeUnit.SECONDS.toNanos(5))).isTrue();
        assertThat(right.receive()).isEqualTo(8);
        assertThat(right.receive()).isEqualTo(8);
        assertThat(right.receive()).isEqualTo(4);
        assertThat(right.receiveLength(3)).isEqualTo(100);
        assertThatThrownBy(() -> right.receiveLength(4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(right.receive()).isZero();
        assertThatThrownBy(() -> right.receiveOffset(0)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void ringIsClaimedSlotBySlotUntilFull() throws IOException {
        int first = left.claim();
        assertThat(left.claim()).as("claimed, not committed").isEqualTo(first);
        for (int i = 0; i < 8; i++) {
            left.transmitBuffer().put(left.claim(), Frames.frame(60, i));
            left.commit(60);
        }
        assertThat(left.claim()).isEqualTo(-1);
        assertThatIllegalStateException().isThrownBy(() -> left.commit(60));
        assertThat(left.flush()).isEqualTo(8);
        assertThat(left.claim()).isEqualTo(first);
        assertThat(left.flush()).as("nothing committed").isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> left.commit(0));
        assertThatIllegalArgumentException().isThrownBy(() -> left.commit(1601));
        assertThat(left.flush()).isZero();
    }

    @Test
    void aRefusedFrameDoesNotHoldUpTheRest() throws IOException {
        byte[] good = Frames.frame(200, 1);
        byte[] last = Frames.frame(300, 2);
        Frames.send(left, Frames.frame(1600, 9));           // EMSGSIZE
        Frames.send(left, good);
        Frames.send(left, new byte[] {1, 2, 3});            // shorter than a header
        Frames.send(left, Frames.frame(1599, 9));
        Frames.send(left, last);

        assertThat(left.flush()).isEqualTo(2);

        assertThat(left.sendFailures()).isEqualTo(3);
        assertThat(Frames.collect(right, 2)).usingElementComparator(Arrays::compare)
                .containsExactly(good, last);
    }

    @Test
    void oversizedFrameIsReportedAndCounted() throws IOException {
        namespace.ip("link", "set", VethNamespace.LEFT, "mtu", "4000");
        namespace.ip("link", "set", VethNamespace.RIGHT, "mtu", "4000");
        try (PacketSocket jumbo = namespace.open(VethNamespace.LEFT, 8, 4014)) {
            byte[] before = Frames.frame(100, 1);
            byte[] fits = Frames.frame(1600, 2);
            Frames.send(jumbo, before);
            Frames.send(jumbo, Frames.frame(1601, 3));
            Frames.send(jumbo, Frames.frame(4014, 4));
            Frames.send(jumbo, fits);
            assertThat(jumbo.flush()).isEqualTo(4);
        }
        List<byte[]> frames = Frames.collect(right, 4);
        assertThat(frames).hasSize(4);
        assertThat(frames.get(0)).isEqualTo(Frames.frame(100, 1));
        assertThat(frames.get(1)).isNull();
        assertThat(frames.get(2)).isNull();
        assertThat(frames.get(3)).isEqualTo(Frames.frame(1600, 2));
        assertThat(right.oversized()).isEqualTo(2);
        assertThat(right.received()).isEqualTo(2);
    }

    /** What leaves by the interface is not received, be it this socket's, another socket's or the kernel's own. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void outgoingFramesAreNotReceived(boolean bySocketFilter) throws IOException {
        addressBothEnds();
        try (PacketSocket observed =
                namespace.inside(() -> PacketSocket.open(VethNamespace.LEFT, 8, 1600, bySocketFilter, null))) {
            Frames.send(observed, Frames.frame(100, 1));
            Frames.send(left, Frames.frame(100, 2));
            observed.flush();
            left.flush();
            datagramFromLeft();
            assertThat(Frames.collect(right, 3)).hasSize(3);
            assertThat(observed.receive()).isZero();

            Frames.send(right, Frames.frame(77, 3));
            right.flush();
            assertThat(Frames.collect(observed, 1)).containsExactly(Frames.frame(77, 3));
        }
    }

    @Test
    void partialChecksumIsRecognised() throws IOException {
        VethNamespace.assumeInstalled("ethtool");
        addressBothEnds();
        datagramFromLeft();
        assertThat(right.await(TimeUnit.SECONDS.toNanos(5))).isTrue();
        assertThat(right.receive()).isEqualTo(1);
        assertThat(right.receiveChecksumPartial(0)).isTrue();
        assertThat(right.partialChecksums()).isEqualTo(1);

        namespace.exec("ethtool", "-K", VethNamespace.LEFT, "tx", "off");
        datagramFromLeft();
        assertThat(right.await(TimeUnit.SECONDS.toNanos(5))).isTrue();
        assertThat(right.receive()).isEqualTo(1);
        assertThat(right.receiveChecksumPartial(0)).isFalse();
        assertThat(right.partialChecksums()).isEqualTo(1);
    }

    @Test
    void strippedVlanTagIsTold() throws IOException {
        byte[] tagged = Frames.frame(104, 5);
        ByteBuffer.wrap(tagged).putInt(12, 0x8100_a123).putShort(16, (short) 0x88b5);
        byte[] plain = Frames.frame(100, 6);
        Frames.send(left, tagged);
        Frames.send(left, plain);
        left.flush();
        assertThat(right.await(TimeUnit.SECONDS.toNanos(5))).isTrue();
        assertThat(right.receive()).isEqualTo(2);
        assertThat(right.receiveVlan(0)).isEqualTo(0x123);
        assertThat(right.receiveLength(0)).isEqualTo(100);
        assertThat(right.receiveVlan(1)).isEqualTo(-1);
        assertThat(right.vlanTagged()).isEqualTo(1);
    }

    @Test
    void providersTagIsToldApart() throws IOException {
        byte[] tagged = Frames.frame(104, 5);
        ByteBuffer.wrap(tagged).putInt(12, 0x88a8_0123).putShort(16, (short) 0x88b5);
        Frames.send(left, tagged);
        left.flush();
        assertThat(right.await(TimeUnit.SECONDS.toNanos(5))).isTrue();
        assertThat(right.receive()).isEqualTo(1);
        assertThat(right.receiveVlan(0)).isEqualTo(PacketSocket.PROVIDER_TAG + 0x123);
    }

    @Test
    void whatTheKernelDropsIsCounted() throws IOException {
        int frames = 60_000;
        for (int i = 0; i < frames; i++) {
            Frames.send(left, Frames.frame(60, i));
        }
        left.flush();
        assertThat(left.sent()).isEqualTo(frames);
        int received = Frames.collect(right, 1).size();
        for (int n = right.receive(); n > 0; n = right.receive()) {
            received += n;
        }
        assertThat(right.kernelDrops()).isPositive().isEqualTo(frames - received);
        assertThat(right.kernelDrops()).as("read again").isEqualTo(frames - received);
    }

    @Test
    void peerWithoutCarrierCostsAFlushItsBoundOnceAndNoMore() throws IOException {
        namespace.ip("link", "set", VethNamespace.RIGHT, "down");
        long start = System.nanoTime();
        int flushes = 200;
        for (int i = 0; i < flushes; i++) {
            Frames.send(left, Frames.frame(100, i));
            assertThat(left.flush()).isZero();
        }
        assertThat(System.nanoTime() - start).isLessThan(TimeUnit.MILLISECONDS.toNanos(200));
        assertThat(left.sendFailures()).isEqualTo(flushes);

        namespace.ip("link", "set", VethNamespace.RIGHT, "up");
        Frames.send(left, Frames.frame(100, 7));
        assertThat(left.flush()).isEqualTo(1);
        assertThat(Frames.collect(right, 1)).containsExactly(Frames.frame(100, 7));
    }

    private void addressBothEnds() throws IOException {
        namespace.ip("address", "add", "192.0.2.1/24", "dev", VethNamespace.LEFT);
        namespace.ip("neighbour", "add", "192.0.2.2", "lladdr", "02:00:00:00:00:02", "dev", VethNamespace.LEFT);
    }

    private void datagramFromLeft() throws IOException {
        namespace.inside(() -> {
            try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                return channel.send(ByteBuffer.wrap(new byte[50]), new InetSocketAddress("192.0.2.2", 4000));
            }
        });
    }
}
