// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** What holds for every packet; {@link TestTranslation} fails by itself when a byte outside the result is written. */
class TranslationPropertiesTest {

    private final TestTranslation translation = new TestTranslation(TranslatorSettings.defaults(), 400);

    @Property(tries = 2000)
    void anyBytesGiveAPacketOrAReason(@ForAll @Size(max = 120) byte[] bytes, @ForAll boolean plausible) {
        if (plausible && bytes.length > 0) {
            bytes[0] = (byte) (bytes.length % 2 == 0 ? 0x60 : 0x45);
        }
        byte[] result4 = translation.to4(bytes, TestTranslation.tuple4());
        assertThat(result4 == null).isEqualTo(translation.reason() != null);
        byte[] result6 = translation.to6(bytes, TestTranslation.tuple6());
        assertThat(result6 == null).isEqualTo(translation.reason() != null);
    }

    @Property(tries = 5000)
    void damagedPacketsGiveAPacketOrAReason(@ForAll @IntRange(max = 5) int kind, @ForAll @Size(max = 40) byte[] data,
            @ForAll @IntRange(max = 4) int damages, @ForAll @IntRange(max = 60) int cut,
            @ForAll @IntRange(max = 250) int room, @ForAll long seed) {
        TestTranslation tight = new TestTranslation(TranslatorSettings.defaults(), room);
        byte[] packet = damage(packet(kind, 1, 2, data).build(), damages, cut, new Random(seed));
        byte[] result = kind % 2 == 0 ? tight.to4(packet, TestTranslation.tuple4())
                : tight.to6(packet, TestTranslation.tuple6());
        assertThat(result == null).isEqualTo(tight.reason() != null);
        if (result == null) {
            return;
        }
        assertThat(TestChecksum.headerIsRight(result)).isTrue();
        if (!isPlain(packet) || !isPlain(result)) {
            return;
        }
        byte[] exact = Arrays.copyOf(packet, result.length + (kind % 2 == 0 ? 20 : -20));
        boolean computed = kind % 2 == 1 && isUdpWithoutChecksum(exact);
        assertThat(TestChecksum.transportIsRight(result)).isEqualTo(computed || TestChecksum.transportIsRight(exact));
    }

    @Property(tries = 1000)
    void thereAndBackIsTheSamePacket(@ForAll @IntRange(max = 2) int protocol, @ForAll @IntRange(max = 65535) int near,
            @ForAll @IntRange(max = 65535) int far, @ForAll @IntRange(max = 65535) int pool,
            @ForAll @IntRange(max = 255) int trafficClass, @ForAll @IntRange(min = 3, max = 255) int hopLimit,
            @ForAll @Size(max = 200) byte[] data) {
        byte[] packet = packet(2 * protocol, near, far, data).trafficClass(trafficClass).hopLimit(hopLimit).build();
        OutgoingTuple4 tuple = TestTranslation.tuple4();
        byte[] there = translation.to4(packet, tuple.set(tuple.source(), tuple.destination(), pool, far));
        // the identifier to write is the destination port on the way to IPv6
        byte[] back = translation.to6(there, TestTranslation.tuple6(Ip6.parse(TestPacket.CLIENT6),
                Ip6.parse(TestPacket.SERVER6), near, protocol == 2 ? near : far));
        ByteBuffer expected = ByteBuffer.wrap(packet);
        expected.putInt(0, expected.getInt(0) & 0xfff00000).put(7, (byte) (hopLimit - 2));
        assertThat(back).isEqualTo(packet);
    }

    @Property(tries = 1000)
    void fragmentsThereAndBackAreTheSame(@ForAll @IntRange(max = 8000) int offset, @ForAll boolean more,
            @ForAll @IntRange(min = 3, max = 40) int length, @ForAll @IntRange(max = 65535) int identification,
            @ForAll @IntRange(min = 3, max = 255) int hopLimit) {
        Assume.that(offset > 0 || more);
        int size = more ? length * 8 : Math.max(20, length);
        byte[] fragment = TestPacket.v4().hopLimit(hopLimit).identification(identification)
                .flagsAndOffset(offset | (more ? 0x2000 : 0)).tcp(80, 20000, 0x10, new byte[Math.max(0, size - 20)])
                .build();
        byte[] there = translation.to6(fragment, TestTranslation.tuple6());
        byte[] back = translation.to4(there, new OutgoingTuple4().set(
                Ip4.parse(TestPacket.SERVER4), Ip4.parse(TestPacket.POOL4), 80, 20000));
        byte[] expected = TestPacket.v4().hopLimit(hopLimit - 2).identification(identification)
                .flagsAndOffset(offset | (more ? 0x2000 : 0)).tcp(80, 20000, 0x10, new byte[Math.max(0, size - 20)])
                .build();
        assertThat(back).isEqualTo(expected);
    }

    @Property(tries = 2000)
    void errorsHaveRightChecksumsAndLengths(@ForAll boolean to6, @ForAll @IntRange(max = 2) int kind,
            @ForAll @IntRange(max = 255) int code, @ForAll int parameter, @ForAll @Size(max = 300) byte[] data,
            @ForAll @IntRange(min = 28, max = 400) int shown) {
        TestPacket about = packet(2 * kind + (to6 ? 1 : 0), to6 ? 20000 : 80, to6 ? 80 : 40000, data).back();
        byte[] quoted = Arrays.copyOf(about.build(), shown + (to6 ? 0 : 20));
        byte[] result = to6
                ? translation.to6(TestPacket.v4().icmpError(new int[] {3, 11, 12}[code % 3], code, parameter, quoted))
                : translation.to4(TestPacket.v6().icmpError(1 + code % 4, code, parameter, quoted));
        if (result == null) {
            assertThat(translation.reason()).isIn(DropReason.ICMP_TYPE_NOT_TRANSLATED, DropReason.OUTPUT_TOO_SMALL,
                    DropReason.ICMP_ERROR_WITHOUT_TUPLE);
        } else {
            assertThat(TestChecksum.transportIsRight(result)).isTrue();
            assertThat(TestChecksum.headerIsRight(result)).isTrue();
        }
    }

    /** Even kinds are IPv6, odd ones IPv4. */
    private static TestPacket packet(int kind, int sourcePort, int destinationPort, byte[] data) {
        TestPacket packet = kind % 2 == 0 ? TestPacket.v6() : TestPacket.v4();
        switch (kind / 2) {
            case 0:
                return packet.tcp(sourcePort, destinationPort, 0x18, data);
            case 1:
                return packet.udp(sourcePort, destinationPort, data);
            default:
                return packet.icmp(kind % 2 == 0 ? 128 : 0, 0, sourcePort, 1, data);
        }
    }

    /** Writes random bytes, repairs an IPv4 header's checksum most times, and cuts the end off or adds padding. */
    private static byte[] damage(byte[] packet, int damages, int cut, Random random) {
        for (int i = 0; i < damages; i++) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
        }
        if (packet[0] >>> 4 == 4 && random.nextInt(4) > 0) {
            ByteBuffer header = ByteBuffer.wrap(packet).putShort(10, (short) 0);
            int sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += header.getShort(i) & 0xffff;
            }
            header.putShort(10, (short) ~((sum & 0xffff) + (sum >>> 16)));
        }
        return Arrays.copyOf(packet, Math.max(0, packet.length + (cut < 50 ? 10 : 50) - cut));
    }

    /** No options, extension headers or fragments, no error message. */
    private static boolean isPlain(byte[] packet) {
        if (packet[0] >>> 4 == 6) {
            return packet[6] == 6 || packet[6] == 17 || packet[6] == 58 && packet[40] < 0;
        }
        return packet[0] == 0x45 && (ByteBuffer.wrap(packet).getShort(6) & 0x3fff) == 0
                && (packet[9] != 1 || packet[20] == 0 || packet[20] == 8);
    }

    private static boolean isUdpWithoutChecksum(byte[] packet) {
        return packet[9] == 17 && packet[26] == 0 && packet[27] == 0;
    }
}
