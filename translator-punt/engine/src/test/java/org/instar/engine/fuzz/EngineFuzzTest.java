// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip6;
import org.instar.engine.fragment.FragmentSettings;
import org.instar.engine.fragment.FragmentTracker;
import org.instar.engine.icmp.IcmpError;
import org.instar.engine.icmp.IcmpErrorSettings;
import org.instar.engine.icmp.IcmpErrorWriter;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;

/**
 * Any bytes give packets or a reason, never an exception, never a write outside. Run with the seeds in the tests; to
 * search for more: {@code JAZZER_FUZZ=1 mvn -f translator-punt/engine/pom.xml test
 * -Dtest=EngineFuzzTest#translatesOrTellsWhy}.
 */
class EngineFuzzTest {

    private static final TranslatorSettings NARROW = TranslatorSettings.defaults().withMtu4(300).withMssClamp(true);

    @FuzzTest
    void translatesOrTellsWhy(byte[] data) {
        TestTranslation translation = new TestTranslation(data.length % 2 == 0 ? TranslatorSettings.defaults() : NARROW,
                1600);
        check(translation, translation.to4(data, TestTranslation.tuple4()));
        check(translation, translation.to6(data, TestTranslation.tuple6()));
    }

    private static void check(TestTranslation translation, byte[] first) {
        assertThat(first == null).isEqualTo(translation.reason() != null);
        for (byte[] packet = first; packet != null; packet = translation.nextFragment()) {
            assertThat(TestChecksum.headerIsRight(packet)).isTrue();
        }
    }

    /** The first byte tells how long the first of two fragments is. */
    @FuzzTest
    void tracksFragments(byte[] data) {
        AtomicInteger dropped = new AtomicInteger();
        FragmentTracker tracker = new FragmentTracker(FragmentSettings.defaults().withMaxPackets(4).withStore(4, 600),
                reason -> dropped.incrementAndGet());
        PacketTranslator translator = new PacketTranslator(TranslatorSettings.defaults());
        IpPacket packet = new IpPacket();
        ByteBuffer out = ByteBuffer.allocateDirect(2000);
        ByteBuffer in = TestPacket.direct(data);
        int admitted = 0;
        int shown = 0;
        int at = 1;
        for (int round = 0; round < 4 && at < data.length; round++) {
            int length = Math.min(data.length - at, data[0] & 0xff);
            DropReason reason = data[at] >>> 4 == 6 ? packet.read6(in, at, length) : packet.read4(in, at, length);
            at += length;
            if (reason == null) {
                admitted++;
                tracker.admit(packet, 0);
                while (tracker.next(packet)) {
                    shown++;
                    int written = packet.version() == 6
                            ? translator.translate6to4(packet, out, 0, TestTranslation.tuple4())
                            : translator.translate4to6(packet, out, 0, TestTranslation.tuple6());
                    assertThat(written).isBetween(-1, 1600);
                }
            }
        }
        tracker.expire(Long.MAX_VALUE / 2);
        assertThat(tracker.packets()).isZero();
        assertThat(tracker.storedFragments()).isZero();
        assertThat(shown + dropped.get()).isEqualTo(admitted);
    }

    @FuzzTest
    void writesErrorsOrRefuses(byte[] data) {
        IcmpErrorWriter writer = new IcmpErrorWriter(IcmpErrorSettings.of(Ip6.parse("2001:db8::1"), 0xc0000201),
                TranslatorSettings.defaults());
        ByteBuffer in = TestPacket.direct(data);
        for (IcmpError error : IcmpError.values()) {
            ByteBuffer out = ByteBuffer.allocateDirect(1280);
            int length6 = writer.write6(error, in, 0, data.length, out, 0, 0);
            int length4 = writer.write4(error, in, 0, data.length, out, 0, 0);
            assertThat(length6).isBetween(0, 1280);
            assertThat(length4).isBetween(0, 576);
            if (length4 > 0) {
                byte[] message = new byte[length4];
                out.get(message);
                assertThat(TestChecksum.transportIsRight(message)).isTrue();
            }
        }
    }
}
