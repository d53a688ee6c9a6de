// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.packet.IpPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketTranslatorTest {

    private final IpPacket packet = new IpPacket();
    private final PacketTranslator translator = new PacketTranslator(TranslatorSettings.defaults());

    @Test
    void needsRoomForTheWholePacket() {
        byte[] in = TestPacket.v6().udp(1, 2, new byte[100]).build();
        assertThat(new TestTranslation(TranslatorSettings.defaults(), 128).to4(in, TestTranslation.tuple4()))
                .hasSize(128);
        TestTranslation tight = new TestTranslation(TranslatorSettings.defaults(), 127);
        assertThat(tight.to4(in, TestTranslation.tuple4())).isNull();
        assertThat(tight.reason()).isEqualTo(DropReason.OUTPUT_TOO_SMALL);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 501, Integer.MAX_VALUE})
    void anOffsetOutsideTheBufferHasNoRoom(int outOffset) {
        byte[] in = TestPacket.v6().udp(1, 2).build();
        packet.read6(TestPacket.direct(in), 0, in.length);
        ByteBuffer out = ByteBuffer.allocateDirect(500);
        assertThat(translator.translate6to4(packet, out, outOffset, TestTranslation.tuple4())).isEqualTo(-1);
        assertThat(translator.dropReason()).isEqualTo(DropReason.OUTPUT_TOO_SMALL);
    }

    @Test
    void refusesAPacketOfTheOtherVersionOrNone() {
        ByteBuffer out = ByteBuffer.allocateDirect(500);
        assertThat(translator.translate4to6(packet, out, 0, TestTranslation.tuple6())).isEqualTo(-1);
        assertThat(translator.dropReason()).isEqualTo(DropReason.BAD_VERSION);
        byte[] in = TestPacket.v6().udp(1, 2).build();
        packet.read6(TestPacket.direct(in), 0, in.length);
        assertThat(translator.translate4to6(packet, out, 0, TestTranslation.tuple6())).isEqualTo(-1);
        assertThat(translator.dropReason()).isEqualTo(DropReason.BAD_VERSION);
        packet.read6(TestPacket.direct(in), 0, 10);
        assertThat(translator.translate6to4(packet, out, 0, TestTranslation.tuple4())).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 200, 1400})
    void translatesWithinOneBufferAndLeavesPositionsAlone(int dataLength) {
        byte[] in = TestPacket.v6().udp(1, 2, new byte[dataLength]).build();
        ByteBuffer ring = ByteBuffer.allocateDirect(4096).put(in).position(7).limit(4000);
        packet.read6(ring, 0, in.length);
        assertThat(translator.translate6to4(packet, ring, 2048, TestTranslation.tuple4())).isEqualTo(28 + dataLength);
        assertThat(translator.dropReason()).isNull();
        assertThat(ring.position()).isEqualTo(7);
        assertThat(ring.limit()).isEqualTo(4000);
        assertThat(ring.getShort(2050)).isEqualTo((short) (28 + dataLength));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 100, 1400})
    void allocatesNothing(int dataLength) {
        byte[] bytes = TestPacket.v6().udp(1, 2, new byte[dataLength]).build();
        ByteBuffer in = TestPacket.direct(bytes);
        ByteBuffer out = ByteBuffer.allocateDirect(4096);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        OutgoingTuple4 tuple4 = TestTranslation.tuple4();
        OutgoingTuple6 tuple6 = TestTranslation.tuple6();
        thereAndBack(in, bytes.length, out, tuple4, tuple6);
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 2000; i++) {
            thereAndBack(in, bytes.length, out, tuple4, tuple6);
        }
        // less than a byte per packet: the measurement itself may allocate a little
        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(2000);
    }

    private void thereAndBack(ByteBuffer in, int length, ByteBuffer out, OutgoingTuple4 tuple4, OutgoingTuple6 tuple6) {
        packet.read6(in, 0, length);
        int length4 = translator.translate6to4(packet, out, 0, tuple4);
        packet.read4(out, 0, length4);
        translator.translate4to6(packet, out, 2048, tuple6);
    }

    @Test
    void settingsNameTheFieldThatIsWrong() {
        assertThat(TranslatorSettings.defaults().withMtu6(9000).withMtu4(68).mtu6()).isEqualTo(9000);
        assertThatIllegalArgumentException().isThrownBy(() -> TranslatorSettings.defaults().withMtu6(1279))
                .withMessage("mtu6 is 1280 to 65535, not 1279");
        assertThatIllegalArgumentException().isThrownBy(() -> TranslatorSettings.defaults().withMtu4(65536))
                .withMessage("mtu4 is 68 to 65535, not 65536");
        assertThatIllegalArgumentException().isThrownBy(() -> TranslatorSettings.defaults().withPart(0, 65))
                .withMessage("parts is 1 to 64, not 65");
        assertThatIllegalArgumentException().isThrownBy(() -> TranslatorSettings.defaults().withPart(3, 3))
                .withMessage("part is 0 to 2, not 3");
    }

    @Test
    void tuplesNameThePortThatIsWrong() {
        OutgoingTuple4 tuple = new OutgoingTuple4().set(1, 2, 3, 4);
        assertThatIllegalArgumentException().isThrownBy(() -> tuple.set(9, 9, 65536, 9))
                .withMessage("sourcePort is 0 to 65535, not 65536");
        assertThat(tuple.source()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new OutgoingTuple6().set(0, 0, 0, 0, 1, -1))
                .withMessage("destinationPort is 0 to 65535, not -1");
    }
}
