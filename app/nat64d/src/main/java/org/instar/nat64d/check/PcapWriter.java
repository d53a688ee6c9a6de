// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes pcap files of raw IP packets: big-endian, with nanoseconds. */
final class PcapWriter {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int VERSION = 2 << 16 | 4;

    private PcapWriter() {
    }

    /**
     * Writes the file anew.
     *
     * @throws CaseException when it can't be written
     */
    static void write(Path file, List<TimedPacket> packets) throws CaseException {
        int length = packets.stream().mapToInt(packet -> PcapReader.RECORD_HEADER_LENGTH + packet.bytes().length).sum();
        ByteBuffer out = ByteBuffer.allocate(PcapReader.FILE_HEADER_LENGTH + length);
        out.putInt(PcapReader.NANOSECONDS).putInt(VERSION).putLong(0).putInt(PcapReader.MAX_PACKET_LENGTH)
                .putInt(PcapReader.LINKTYPE_RAW);
        for (TimedPacket packet : packets) {
            out.putInt((int) (packet.timeNanos() / NANOS_PER_SECOND))
                    .putInt((int) (packet.timeNanos() % NANOS_PER_SECOND))
                    .putInt(packet.bytes().length).putInt(packet.bytes().length).put(packet.bytes());
        }
        try {
            Files.write(file, out.array());
        } catch (IOException e) {
            throw new CaseException(file, "cannot be written: " + e.getMessage(), e);
        }
    }
}
