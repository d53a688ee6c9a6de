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

@DisplayName("RFC 7915 §4.1: fragments, IPv4 to IPv6")
class Ipv4FragmentsToIpv6Rfc7915Test {

    private static final int DF = 0x4000;
    private static final int MF = 0x2000;

    private final TestTranslation translation = new TestTranslation();

    private static byte[] data(int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (i * 7 + 3);
        }
        return data;
    }

    /** The IPv6 packet whose fragments these are; checks what all of them have to say. */
    static byte[] reassemble(List<byte[]> fragments, int identification) {
        ByteBuffer whole = ByteBuffer.allocate(70000).put(fragments.get(0), 0, 40);
        for (int i = 0; i < fragments.size(); i++) {
            ByteBuffer fragment = ByteBuffer.wrap(fragments.get(i));
            boolean more = i < fragments.size() - 1;
            assertThat(fragment.get(6)).isEqualTo((byte) 44);
            assertThat(fragment.getShort(4) & 0xffff).isEqualTo(fragment.capacity() - 40);
            assertThat(fragment.getShort(42) & 0xffff).isEqualTo(whole.position() - 40 | (more ? 1 : 0));
            assertThat(fragment.get(41)).isZero();
            assertThat(fragment.getInt(44)).isEqualTo(identification);
            whole.put(6, fragment.get(40));
            whole.put(fragment.array(), 48, fragment.capacity() - 48);
        }
        whole.putShort(4, (short) (whole.position() - 40));
        return Arrays.copyOf(whole.array(), whole.position());
    }

    @ParameterizedTest(name = "{0} bytes, lowest MTU {1}: {2} fragments, the first of {3} bytes")
    @DisplayName("§4.1: a packet without DF is cut so that each fragment fits into lowest-ipv6-mtu")
    @CsvSource({"1260,1280,1,1280", "1261,1280,2,1280", "1480,1280,2,1280", "1480,1300,2,1296", "1480,1500,1,1500",
        "1490,1500,2,1496", "2484,1280,2,1280", "2485,1280,3,1280", "65535,1280,54,1280"})
    void cuts(int length, int lowest, int count, int firstLength) {
        TestTranslation other = new TestTranslation(TranslatorSettings.defaults().withLowestMtu6(lowest), 2000);
        TestPacket packet = TestPacket.v4().flagsAndOffset(0).udp(80, 20000, data(length - 28));
        List<byte[]> fragments = other.allTo6(packet);
        assertThat(fragments).hasSize(count);
        assertThat(fragments.get(0)).hasSize(firstLength);
        if (count > 1) {
            assertThat(fragments).allSatisfy(fragment -> assertThat(fragment.length).isLessThanOrEqualTo(lowest));
            byte[] whole = reassemble(fragments, 0xbeef);
            assertThat(TestChecksum.transportIsRight(whole)).isTrue();
            assertThat(whole).endsWith(data(length - 28));
            assertThat(ByteBuffer.wrap(whole).getInt(40)).isEqualTo(80 << 16 | 40000);
        }
    }

    @Test
    @DisplayName("§4: a packet that is no fragment and needs no cut has no fragment header, with DF or without")
    void noAtomicFragments() {
        for (int flags : new int[] {0, DF}) {
            for (int length : new int[] {0, 100, 1212}) {
                TestPacket packet = TestPacket.v4().flagsAndOffset(flags);
                requireNoFragmentHeader(packet.udp(80, 20000, data(length)), 17);
                requireNoFragmentHeader(packet.tcp(80, 20000, 0x10, data(length)), 6);
                requireNoFragmentHeader(packet.icmp(8, 0, 1, 1, data(length)), 58);
            }
            byte[] sent = TestPacket.v4().back().udp(20000, 80).build();
            requireNoFragmentHeader(TestPacket.v4().flagsAndOffset(flags).icmpError(11, 0, 0, sent), 58);
        }
        requireNoFragmentHeader(TestPacket.v4().flagsAndOffset(DF).udp(80, 20000, data(1452)), 17);
    }

    private void requireNoFragmentHeader(TestPacket packet, int nextHeader) {
        List<byte[]> results = translation.allTo6(packet);
        assertThat(results).hasSize(1);
        assertThat(results.get(0)[6]).isEqualTo((byte) nextHeader);
    }

    @Test
    @DisplayName("§4.5: cut packets of TCP, ICMP and UDP without checksum have right checksums")
    void checksumsOfCutPackets() {
        for (TestPacket packet : List.of(
                TestPacket.v4().flagsAndOffset(0).tcp(80, 20000, 0x18, data(1401)),
                TestPacket.v4().flagsAndOffset(0).icmp(0, 0, 20000, 1, data(1403)),
                TestPacket.v4().flagsAndOffset(0).udp(80, 20000, data(1405)).word(6, 0))) {
            byte[] whole = reassemble(translation.allTo6(packet), 0xbeef);
            assertThat(TestChecksum.transportIsRight(whole)).isTrue();
        }
    }

    @Test
    @DisplayName("§4.1: offset, more fragments and the low 16 bits of the identification are copied, the rest is zero")
    void fragments() {
        TestPacket first = TestPacket.v4().flagsAndOffset(MF).udp(80, 20000, data(1000)).part(0, 496);
        byte[] result = complete(first, 80, 20000);
        assertThat(ByteBuffer.wrap(result).getInt(40)).isEqualTo(17 << 24 | 1);
        assertThat(ByteBuffer.wrap(result).getInt(44)).isEqualTo(0xbeef);
        assertThat(ByteBuffer.wrap(result).getShort(4)).isEqualTo((short) (8 + 496));
        assertThat(ByteBuffer.wrap(result).getInt(48)).isEqualTo(80 << 16 | 40000);
        TestPacket last = TestPacket.v4().flagsAndOffset(496 / 8).udp(80, 20000, data(1000)).part(496, 1008);
        byte[] lastResult = complete(last, 80, 20000);
        assertThat(ByteBuffer.wrap(lastResult).getInt(40)).isEqualTo(17 << 24 | 496);
        assertThat(lastResult).endsWith(Arrays.copyOfRange(data(1000), 488, 1000)).hasSize(48 + 512);
        byte[] whole = reassemble(List.of(result, lastResult), 0xbeef);
        assertThat(TestChecksum.transportIsRight(whole)).isTrue();
    }

    /** Translates a fragment of which the ports are known. */
    private byte[] complete(TestPacket fragment, int sourcePort, int destinationPort) {
        TestTranslation completing = new TestTranslation();
        byte[] bytes = fragment.build();
        assertThat(completing.packet().read4(TestPacket.direct(bytes), 0, bytes.length)).isNull();
        completing.packet().completeFragment(sourcePort, destinationPort, 0, 0);
        return completing.read6(TestTranslation.tuple6());
    }

    @Test
    @DisplayName("§4.1: a fragment without DF that is too long with its fragment header is cut again")
    void fragmentOfFragment() {
        List<byte[]> parts = translation.allTo6(
                TestPacket.v4().flagsAndOffset(MF).udp(80, 20000, data(1472)));
        assertThat(parts).hasSize(2);
        assertThat(ByteBuffer.wrap(parts.get(0)).getShort(42)).isEqualTo((short) 1);
        assertThat(parts.get(0)).hasSize(1280);
        assertThat(ByteBuffer.wrap(parts.get(1)).getShort(42)).isEqualTo((short) (1232 | 1));
        assertThat(parts.get(1)).hasSize(48 + 248);
    }

    @Test
    @DisplayName("§4.1: with DF a fragment counts eight bytes more against the MTU")
    void fragmentWithDontFragment() {
        assertThat(translation.to6(TestPacket.v4().flagsAndOffset(DF | MF).udp(80, 20000, data(1440)))).hasSize(1496);
        assertThat(translation.to6(TestPacket.v4().flagsAndOffset(DF | MF).udp(80, 20000, data(1448)))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.PACKET_TOO_BIG);
    }

    @ParameterizedTest(name = "flags and offset {0}, {1} bytes: {2}")
    @DisplayName("RFC 791 §3.2: fragments of odd or no length, and those beyond 65535 bytes, are named")
    @CsvSource({"0x2000,17,BAD_FRAGMENT", "0x2001,0,BAD_FRAGMENT", "0x0001,0,BAD_FRAGMENT", "0x1fff,8,BAD_FRAGMENT",
        "0x1fff,7,", "0x2000,8,", "0x0001,3,"})
    void badFragments(String flagsAndOffset, int length, DropReason reason) {
        byte[] bytes = TestPacket.v4().flagsAndOffset(Integer.decode(flagsAndOffset))
                .transport(17, Arrays.copyOf(new byte[] {0, 80, 0, 80, 0, 20, 1, 1}, length)).build();
        assertThat(translation.packet().read4(TestPacket.direct(bytes), 0, bytes.length)).isEqualTo(reason);
    }

    @Test
    @DisplayName("RFC 6146 §3.4: a fragment of an ICMP error message is dropped")
    void fragmentedError() {
        byte[] sent = TestPacket.v4().back().udp(20000, 80, data(20)).build();
        assertThat(translation.to6(TestPacket.v4().flagsAndOffset(MF).icmpError(11, 0, 0, sent))).isNull();
        assertThat(translation.reason()).isEqualTo(DropReason.FRAGMENTED_ICMP_ERROR);
    }

    @Test
    @DisplayName("a cut packet that finds no more room is dropped; another packet ends the last one")
    void endings() {
        TestPacket packet = TestPacket.v4().flagsAndOffset(0).udp(80, 20000, data(1400));
        assertThat(translation.to6(packet)).isNotNull();
        assertThat(translation.to6(TestPacket.v4().udp(80, 20000))).isNotNull();
        assertThat(translation.nextFragment()).isNull();
        TestTranslation tight = new TestTranslation(TranslatorSettings.defaults(), 1279);
        assertThat(tight.to6(packet)).isNull();
        assertThat(tight.reason()).isEqualTo(DropReason.OUTPUT_TOO_SMALL);
        assertThat(tight.nextFragment()).isNull();
    }
}
