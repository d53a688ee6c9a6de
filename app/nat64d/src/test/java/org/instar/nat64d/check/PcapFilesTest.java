// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PcapFilesTest {

    private static final byte[] PACKET = {0x45, 1, 2, 3, 4};
    private static final int RAW = 101;

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("in.pcap");
    }

    @ParameterizedTest
    @CsvSource({"true, a1b2c3d4, 1000", "false, a1b2c3d4, 1000", "true, a1b23c4d, 1", "false, a1b23c4d, 1"})
    void readsBothByteOrdersAndBothUnits(boolean bigEndian, String magic, long unitNanos) throws Exception {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        write(file(order, Integer.parseUnsignedInt(magic, 16), RAW, record(order, 7, 123456, 5, 5)));

        assertThat(PcapReader.read(file)).singleElement().satisfies(packet -> {
            assertThat(packet.timeNanos()).isEqualTo(7_000_000_000L + 123456 * unitNanos);
            assertThat(packet.bytes()).isEqualTo(PACKET);
            assertThat(packet.version()).isEqualTo(4);
        });
    }

    @Test
    void readsWhatItWrites() throws Exception {
        List<TimedPacket> packets = List.of(new TimedPacket(1_767_225_600_000_000_001L, PACKET),
                new TimedPacket(4_000_000_000_999_999_999L, new byte[0]));
        PcapWriter.write(file, packets);

        assertThat(PcapReader.read(file)).usingRecursiveComparison().isEqualTo(packets);
    }

    @Test
    void readsAFileWithoutPackets() throws Exception {
        PcapWriter.write(file, List.of());

        assertThat(PcapReader.read(file)).isEmpty();
    }

    @Test
    void refusesEveryTruncation() throws Exception {
        byte[] whole = raw(record(ByteOrder.LITTLE_ENDIAN, 7, 0, 5, 5));
        for (int length = 0; length < whole.length; length++) {
            write(Arrays.copyOf(whole, length));
            if (length == PcapReader.FILE_HEADER_LENGTH) {
                assertThat(PcapReader.read(file)).isEmpty();
            } else {
                assertRefused(length < PcapReader.FILE_HEADER_LENGTH ? "is too short for a pcap file: " + length
                        : length < PcapReader.FILE_HEADER_LENGTH + PcapReader.RECORD_HEADER_LENGTH
                        ? "ends within the header of packet 1" : "ends within packet 1: ");
            }
        }
    }

    @Test
    void refusesWhatIsNoPcapFile() throws Exception {
        write("this is not a capture at all".getBytes());
        assertRefused("is no pcap file: it begins with 74686973");
        write(ByteBuffer.allocate(28).putInt(0x0a0d0d0a).array());
        assertRefused("is pcapng");
    }

    @Test
    void refusesOtherVersionsAndLinkTypes() throws Exception {
        write(file(ByteOrder.BIG_ENDIAN, PcapReader.MICROSECONDS, 1, new byte[0]));
        assertRefused("has link type 1, not 101 (raw IP)");
        byte[] old = raw(new byte[0]);
        old[4] = 1;
        write(old);
        assertRefused("is of pcap version 1, not 2");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "7;0;4;5;packet 1 was cut by the capture: 4 of 5 bytes",
        "7;1000000;5;5;packet 1 has a time with more than a second's fraction",
        "7;0;-1;-1;packet 1 claims 4294967295 bytes",
        "7;0;6;6;ends within packet 1: 5 of 6 bytes"})
    void refusesRecordsThatLie(int seconds, int fraction, int captured, int original, String reason) throws Exception {
        write(raw(record(ByteOrder.LITTLE_ENDIAN, seconds, fraction, captured, original)));
        assertRefused(reason);
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertRefused("no such file");
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> PcapReader.read(file)).isInstanceOf(CaseException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(reason);
    }

    private void write(byte[] bytes) throws IOException {
        Files.write(file, bytes);
    }

    private static byte[] raw(byte[] records) {
        return file(ByteOrder.LITTLE_ENDIAN, PcapReader.MICROSECONDS, RAW, records);
    }

    private static byte[] file(ByteOrder order, int magic, int linkType, byte[] records) {
        return ByteBuffer.allocate(24 + records.length).order(order).putInt(magic).putShort((short) 2)
                .putShort((short) 4).putLong(0).putInt(65535).putInt(linkType).put(records).array();
    }

    private static byte[] record(ByteOrder order, int seconds, int fraction, int captured, int original) {
        return ByteBuffer.allocate(16 + PACKET.length).order(order).putInt(seconds).putInt(fraction).putInt(captured)
                .putInt(original).put(PACKET).array();
    }
}
