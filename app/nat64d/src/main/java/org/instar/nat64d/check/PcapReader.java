// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads classic pcap files of raw IP packets, of either byte order, with micro- or nanoseconds. */
final class PcapReader {

    static final int MICROSECONDS = 0xa1b2c3d4;
    static final int NANOSECONDS = 0xa1b23c4d;
    static final int LINKTYPE_RAW = 101;
    static final int FILE_HEADER_LENGTH = 24;
    static final int RECORD_HEADER_LENGTH = 16;
    static final int MAX_PACKET_LENGTH = 65535;

    private static final int PCAPNG = 0x0a0d0d0a;
    private static final int MAJOR_VERSION = 2;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final Path file;
    private final ByteBuffer in;
    private final int unitNanos;

    private PcapReader(Path file, ByteBuffer in) throws CaseException {
        this.file = file;
        this.in = in;
        if (in.remaining() < FILE_HEADER_LENGTH) {
            throw error("is too short for a pcap file: " + in.remaining() + " bytes");
        }
        unitNanos = unitNanos(in.getInt());
        int version = in.getShort() & 0xffff;
        if (version != MAJOR_VERSION) {
            throw error("is of pcap version " + version + ", not 2");
        }
        int linkType = in.getInt(20) & 0xffff;
        if (linkType != LINKTYPE_RAW) {
            throw error("has link type " + linkType + ", not 101 (raw IP)");
        }
        in.position(FILE_HEADER_LENGTH);
    }

    /**
     * All packets of a file.
     *
     * @throws CaseException when it isn't there, isn't such a file or ends within a packet
     */
    static List<TimedPacket> read(Path file) throws CaseException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new CaseException(file, "no such file", e);
        } catch (IOException e) {
            throw new CaseException(file, "cannot be read: " + e.getMessage(), e);
        }
        PcapReader reader = new PcapReader(file, ByteBuffer.wrap(bytes));
        List<TimedPacket> packets = new ArrayList<>();
        while (reader.in.hasRemaining()) {
            packets.add(reader.packet(packets.size() + 1));
        }
        return packets;
    }

    private int unitNanos(int magic) throws CaseException {
        if (magic == PCAPNG) {
            throw error("is pcapng; 'editcap -F pcap' makes a pcap file of it");
        }
        int turned = Integer.reverseBytes(magic);
        if (turned == MICROSECONDS || turned == NANOSECONDS) {
            in.order(ByteOrder.LITTLE_ENDIAN);
        } else if (magic != MICROSECONDS && magic != NANOSECONDS) {
            throw error("is no pcap file: it begins with " + String.format("%08x", magic));
        }
        return magic == MICROSECONDS || turned == MICROSECONDS ? 1000 : 1;
    }

    private TimedPacket packet(int number) throws CaseException {
        if (in.remaining() < RECORD_HEADER_LENGTH) {
            throw error("ends within the header of packet " + number);
        }
        long seconds = in.getInt() & 0xffffffffL;
        long nanos = (in.getInt() & 0xffffffffL) * unitNanos;
        long captured = in.getInt() & 0xffffffffL;
        long original = in.getInt() & 0xffffffffL;
        if (nanos >= NANOS_PER_SECOND) {
            throw error("packet " + number + " has a time with more than a second's fraction");
        }
        if (captured > MAX_PACKET_LENGTH) {
            throw error("packet " + number + " claims " + captured + " bytes, more than an IP packet can have");
        }
        if (captured < original) {
            throw error("packet " + number + " was cut by the capture: " + captured + " of " + original + " bytes");
        }
        if (captured > in.remaining()) {
            throw error("ends within packet " + number + ": " + in.remaining() + " of " + captured + " bytes");
        }
        byte[] bytes = new byte[(int) captured];
        in.get(bytes);
        return new TimedPacket(seconds * NANOS_PER_SECOND + nanos, bytes);
    }

    private CaseException error(String reason) {
        return new CaseException(file, reason);
    }
}
