// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may differ between packets, and what not: IPv4 identification and header checksum. */
class PacketComparisonTest {

    private static final int MORE_FRAGMENTS = 0x2000;

    @Test
    void identificationOfAWholePacketIsFree() {
        assertThat(compare(List.of(), packet(1, 0), packet(0x7777, 0))).isEmpty();
    }

    @Test
    void headerChecksumIsVerified() {
        TimedPacket wrong = packet(1, 0);
        wrong.bytes()[11] ^= 1;

        assertThat(compare(List.of(), packet(1, 0), wrong))
                .containsExactly("IPv4 header checksum at offset 10: is wrong for its header");
    }

    @Test
    void fragmentsOfOnePacketCarryOneIdentification() {
        PacketComparison comparison = new PacketComparison(List.of());

        assertThat(comparison.differences(packet(1, MORE_FRAGMENTS), packet(0x100, MORE_FRAGMENTS))).isEmpty();
        assertThat(comparison.differences(packet(1, 1), packet(0x100, 1))).isEmpty();
        assertThat(comparison.differences(packet(1, 2), packet(0x101, 2))).singleElement().asString()
                .contains("IPv4 identification at offset 4");
    }

    @Test
    void fragmentsOfAnotherPacketCarryAnother() {
        PacketComparison comparison = new PacketComparison(List.of());

        assertThat(comparison.differences(packet(1, MORE_FRAGMENTS), packet(0x100, MORE_FRAGMENTS))).isEmpty();
        assertThat(comparison.differences(packet(2, MORE_FRAGMENTS), packet(0x100, MORE_FRAGMENTS))).hasSize(1);
    }

    @Test
    void identificationOfIpv6FragmentsIsKept() {
        byte[] fragment = new byte[48];
        fragment[0] = 0x60;
        fragment[6] = 44;
        ByteBuffer.wrap(fragment).putInt(44, 0xabcd1234);
        List<TimedPacket> input = List.of(new TimedPacket(0, fragment));

        assertThat(compare(input, packet(0x1234, MORE_FRAGMENTS), packet(0x1234, MORE_FRAGMENTS))).isEmpty();
        assertThat(compare(input, packet(0x1234, MORE_FRAGMENTS), packet(0x1235, MORE_FRAGMENTS))).hasSize(1);
        assertThat(compare(input, packet(0x1234, 0), packet(0x1235, 0))).hasSize(1);
    }

    @Test
    void everyByteOfEveryExpectedPacketCounts() throws CaseException {
        for (String name : List.of("rfc7915-4.2-traceroute", "rfc7915-5.2-packet-too-big",
                "rfc6146-3.5.2-handshake-and-fin", "rfc7915-4.1-fragments")) {
            for (TimedPacket packet : PcapReader.read(CheckCasesTest.CASES.resolve(Path.of(name, "expected.pcap")))) {
                everyByteCounts(packet);
            }
        }
    }

    private static void everyByteCounts(TimedPacket packet) {
        boolean isIpv4 = packet.version() == 4;
        for (int offset = 0; offset < packet.bytes().length; offset++) {
            if (isIpv4 && (offset == 4 || offset == 5)) {
                continue;
            }
            TimedPacket changed = new TimedPacket(packet.timeNanos(), packet.bytes().clone());
            changed.bytes()[offset] ^= 0x10;
            assertThat(compare(List.of(), packet, changed)).as("offset %d", offset).isNotEmpty();
        }
    }

    @Test
    void packetsOfDifferentLengthDiffer() {
        byte[] longer = ByteBuffer.allocate(22).put(packet(1, 0).bytes()).putShort((short) 0x1234).array();

        assertThat(compare(List.of(), packet(1, 0), new TimedPacket(0, longer)))
                .containsExactly("payload at offset 20: not expected, but is 1234");
        assertThat(compare(List.of(), new TimedPacket(0, longer), packet(1, 0)))
                .containsExactly("payload: expected 1234, but is missing");
    }

    @Test
    void ofAnotherVersionNothingElseIsCompared() {
        TimedPacket packet6 = new TimedPacket(0, new byte[40]);
        packet6.bytes()[0] = 0x60;

        assertThat(compare(List.of(), packet6, packet(1, 0)))
                .containsExactly("IP version at offset 0: expected 6, but is 4");
    }

    @Test
    void fieldsCoverEachByteOnceHoweverShortThePacket() throws CaseException {
        CheckCase traceroute = new CheckCase(CheckCasesTest.CASES.resolve("rfc7915-4.2-traceroute"));
        for (TimedPacket packet : traceroute.expectedPackets()) {
            for (int length = 0; length <= packet.bytes().length; length++) {
                int at = 0;
                for (PacketField field : PacketFields.of(Arrays.copyOf(packet.bytes(), length))) {
                    assertThat(field.offset()).isEqualTo(at);
                    assertThat(field.text()).isNotEmpty();
                    at += field.value().length;
                }
                assertThat(at).isEqualTo(length);
            }
        }
    }

    @Test
    void fieldsHaveNamesOfTheirOwn() throws CaseException {
        CheckCase traceroute = new CheckCase(CheckCasesTest.CASES.resolve("rfc7915-4.2-traceroute"));
        for (TimedPacket packet : traceroute.expectedPackets()) {
            assertThat(PacketFields.of(packet.bytes())).extracting(PacketField::name).doesNotHaveDuplicates();
        }
    }

    private static List<String> compare(List<TimedPacket> input, TimedPacket expected, TimedPacket actual) {
        return new PacketComparison(input).differences(expected, actual);
    }

    /** An IPv4 header of protocol 99. */
    private static TimedPacket packet(int identification, int fragment) {
        ByteBuffer header = ByteBuffer.allocate(20).putShort((short) 0x4500).putShort((short) 20)
                .putShort((short) identification).putShort((short) fragment).putShort((short) 0x3f63)
                .putShort((short) 0).putInt(0xc0000241).putInt(0xc6336450);
        int sum = 0;
        for (int at = 0; at < 20; at += 2) {
            sum += header.getShort(at) & 0xffff;
        }
        header.putShort(10, (short) ~(sum % 0xffff));
        return new TimedPacket(0, header.array());
    }
}
