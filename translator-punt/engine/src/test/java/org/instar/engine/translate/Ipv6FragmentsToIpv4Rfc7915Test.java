// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.instar.engine.DropReason;
import org.instar.engine.TestChecksum;
import org.instar.engine.TestPacket;
import org.instar.engine.TestTranslation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("RFC 7915 §5.1.1: fragments, IPv6 to IPv4")
class Ipv6FragmentsToIpv4Rfc7915Test {

    private static final int MF = 0x2000;

    private final TestTranslation translation = new TestTranslation();

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 5 + 1);
        }
        return data;
    }

    /** The IPv4 packet whose fragments these are; checks what all of them have to say. */
    private static byte[] reassemble(List<byte[]> fragments) {
        ByteBuffer whole = ByteBuffer.allocate(70000).put(fragments.get(0), 0, 20);
        for (int i = 0; i < fragments.size(); i++) {
            ByteBuffer fragment = ByteBuffer.wrap(fragments.get(i));
            int more = i < fragments.size() - 1 ? MF : 0;
            assertThat(fragment.getShort(2)).isEqualTo((short) fragment.capacity());
            assertThat(fragment.getShort(4)).isEqualTo(whole.getShort(4));
            assertThat(fragment.getShort(6) & 0xffff).isEqualTo((whole.position() - 20) / 8 | more);
            assertThat(TestChecksum.headerIsRight(fragment.array())).isTrue();
            assertThat(more == 0 || fragment.capacity() % 8 == 20 % 8).isTrue();
            whole.put(fragment.array(), 20, fragment.capacity() - 20);
        }
        whole.putShort(2, (short) whole.position()).putShort(6, (short) 0);
        return Arrays.copyOf(whole.array(), whole.position());
    }

    @Test
    @DisplayName("§5.1.1: total length, low 16 bits of the identification, M flag and offset; DF is clear")
    void fragments() {
        TestPacket first = TestPacket.v6().fragmentHeader(0, true, 0x1234beef).udp(40000, 80, data(1400)).part(0, 1400);
        ByteBuffer result = ByteBuffer.wrap(complete(first));
        assertThat(result.capacity()).isEqualTo(1420);
        assertThat(result.getShort(2)).isEqualTo((short) 1420);
        assertThat(result.getShort(4)).isEqualTo((short) 0xbeef);
        assertThat(result.getShort(6)).isEqualTo((short) MF);
        assertThat(result.getInt(20)).isEqualTo(20000 << 16 | 80);
        TestPacket last = TestPacket.v6().fragmentHeader(1400, false, 0x1234beef).udp(40000, 80, data(1400))
                .part(1400, 1408);
        ByteBuffer lastResult = ByteBuffer.wrap(complete(last));
        assertThat(lastResult.getShort(6)).isEqualTo((short) (1400 / 8));
        assertThat(lastResult.get(9)).isEqualTo((byte) 17);
        byte[] whole = reassemble(List.of(result.array(), lastResult.array()));
        assertThat(TestChecksum.transportIsRight(whole)).isTrue();
    }

    /** Translates a fragment of which the ports are known. */
    private byte[] complete(TestPacket fragment) {
        TestTranslation completing = new TestTranslation();
        byte[] bytes = fragment.build();
        assertThat(completing.packet().read6(TestPacket.direct(bytes), 0, bytes.length)).isNull();
        completing.packet().completeFragment(40000, 80, 0, 0);
        return completing.read4(TestTranslation.tuple4());
    }

    @Test
    @DisplayName("§5.1.1: extension headers before the fragment header don't count")
    void extensionHeaders() {
        byte[] result = complete(TestPacket.v6().extension(0, 0, 0, 1, 4, 0, 0, 0, 0).fragmentHeader(0, true, 1)
                .udp(40000, 80, data(8)));
        assertThat(result).hasSize(36);
        assertThat(ByteBuffer.wrap(result).getShort(2)).isEqualTo((short) 36);
        assertThat(result[9]).isEqualTo((byte) 17);
        byte[] later = complete(TestPacket.v6().extension(0, 0, 0, 1, 4, 0, 0, 0, 0).fragmentHeader(16, false, 1)
                .transport(17, data(5)));
        assertThat(later).hasSize(25);
        assertThat(ByteBuffer.wrap(later).getShort(2)).isEqualTo((short) 25);
    }

    @Test
    @DisplayName("§5.1.1: an atomic fragment keeps its identification and has DF clear, whatever its length")
    void atomicFragment() {
        byte[] result = translation.to4(
                TestPacket.v6().fragmentHeader(0, false, 0xabcd1234).udp(40000, 80, data(1300)));
        ByteBuffer header = ByteBuffer.wrap(result);
        assertThat(header.getShort(4)).isEqualTo((short) 0x1234);
        assertThat(header.getShort(6)).isZero();
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
        assertThat(translation.packet().isFragment()).isFalse();
    }

    @Test
    @DisplayName("§5.2: the echo within an atomic fragment has a right checksum")
    void atomicEcho() {
        byte[] bytes = TestPacket.v6().fragmentHeader(0, false, 1).icmp(128, 0, 40000, 1, data(9)).build();
        byte[] result = translation.to4(bytes, TestTranslation.tuple4());
        assertThat(TestChecksum.transportIsRight(result)).isTrue();
    }

    @ParameterizedTest(name = "MTU {0}, IPv6 length {1}: {2} fragments")
    @DisplayName("§5.1.1: up to 1280 bytes a packet is cut to the IPv4 MTU")
    @CsvSource({"1259,1280,2", "576,1280,3", "68,1280,26", "68,89,2", "1260,1280,1"})
    void cuts(int mtu4, int length, int count) {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu4(mtu4), 2000);
        for (TestPacket packet : List.of(TestPacket.v6().udp(40000, 80, data(length - 48)),
                TestPacket.v6().tcp(40000, 80, 0x10, data(length - 60)),
                TestPacket.v6().icmp(128, 0, 40000, 1, data(length - 48)))) {
            List<byte[]> fragments = narrow.allTo4(packet);
            assertThat(fragments).hasSize(count).allSatisfy(fragment ->
                    assertThat(fragment.length).isLessThanOrEqualTo(mtu4));
            byte[] whole = reassemble(fragments);
            assertThat(whole).hasSize(length - 20);
            assertThat(TestChecksum.transportIsRight(whole)).isTrue();
        }
    }

    @Test
    @DisplayName("§5.1.1: a fragment of up to 1280 bytes is cut again, a longer one is too big")
    void fragmentOfFragment() {
        TestTranslation narrow = new TestTranslation(TranslatorSettings.defaults().withMtu4(576), 2000);
        TestPacket fragment = TestPacket.v6().fragmentHeader(0, true, 9).udp(40000, 80, data(792));
        List<byte[]> parts = narrow.allTo4(fragment);
        assertThat(parts).hasSize(2);
        assertThat(ByteBuffer.wrap(parts.get(1)).getShort(6)).isEqualTo((short) (552 / 8 | MF));
        assertThat(ByteBuffer.wrap(parts.get(1)).getShort(4)).isEqualTo((short) 9);
        assertThat(narrow.to4(TestPacket.v6().fragmentHeader(0, true, 9).udp(40000, 80, data(1232)))).isNull();
        assertThat(narrow.reason()).isEqualTo(DropReason.PACKET_TOO_BIG);
    }

    @ParameterizedTest(name = "offset {0}, more {1}, {2} bytes: {3}")
    @DisplayName("RFC 8200 §4.5: fragments of odd or no length, and those beyond 65535 bytes, are named")
    @CsvSource({"0,true,17,BAD_FRAGMENT", "8,true,0,BAD_FRAGMENT", "8,false,0,BAD_FRAGMENT",
        "65528,false,8,BAD_FRAGMENT",
        "65528,false,7,", "0,true,8,", "8,false,3,"})
    void badFragments(int offset, boolean more, int length, DropReason reason) {
        byte[] bytes = TestPacket.v6().fragmentHeader(offset, more, 1)
                .transport(17, Arrays.copyOf(new byte[] {0, 80, 0, 80, 0, 20, 1, 1}, length)).build();
        assertThat(translation.packet().read6(TestPacket.direct(bytes), 0, bytes.length)).isEqualTo(reason);
    }
}
