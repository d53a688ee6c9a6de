// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/**
 * Writes the transport header with new ports and a checksum that fits them and the new addresses, without a look at the
 * data (RFC 7915 §4.5, §5.5), and copies the data. Not thread safe.
 */
final class TransportWriter {

    private static final int UDP_HEADER_LENGTH = 8;
    private static final int TCP_HEADER_LENGTH = 20;
    private static final int SYN = 0x02;

    private final PayloadCopy payload = new PayloadCopy();
    private final boolean forwardsZeroChecksum;
    private final MssClamp mssClamp;

    TransportWriter(TranslatorSettings settings) {
        forwardsZeroChecksum = settings.udpZeroChecksum() == UdpZeroChecksum.FORWARD;
        mssClamp = settings.isMssClamp() ? MssClamp.of(settings) : null;
    }

    /**
     * Writes a TCP segment, or the first part of one.
     *
     * @param length bytes to write, the whole TCP header among them
     * @param ports the new source and destination port
     * @param removed sum of the old addresses
     * @param added sum of the new addresses and ports
     */
    void writeTcp(IpPacket in, ByteBuffer out, int to, int length, int ports, long removed, long added) {
        ByteBuffer from = in.buffer();
        int at = in.transportOffset();
        long first = in.transportHeader();
        int checksumAndUrgent = from.getInt(at + 16);
        int checksum = InternetChecksum.update(checksumAndUrgent >>> 16, removed + (first >>> 32), added);
        out.putLong(to, (long) ports << 32 | first & 0xffffffffL);
        out.putLong(to + 8, from.getLong(at + 8));
        out.putInt(to + 16, checksum << 16 | checksumAndUrgent & 0xffff);
        if (length > TCP_HEADER_LENGTH) {
            payload.copy(from, at + TCP_HEADER_LENGTH, out, to + TCP_HEADER_LENGTH, length - TCP_HEADER_LENGTH);
        }
        if (mssClamp != null && (in.tcpFlags() & SYN) != 0) {
            mssClamp.apply(out, to, length);
        }
    }

    /** As {@link #writeTcp}, of a UDP packet; a checksum of zero is computed in full: IPv6 must have one. */
    void writeUdp(IpPacket in, ByteBuffer out, int to, int length, int ports, long removed, long added) {
        long header = in.transportHeader();
        int checksum = (int) header & 0xffff;
        if (checksum != 0) {
            checksum = updateUdpChecksum(header, removed, added);
        } else if (!forwardsZeroChecksum) {
            checksum = computeUdpChecksum(in, header, added);
        }
        writeUdpHeader(out, to, ports, header, checksum);
        payload.copy(in.buffer(), in.transportOffset() + UDP_HEADER_LENGTH, out, to + UDP_HEADER_LENGTH,
                length - UDP_HEADER_LENGTH);
    }

    /** As {@link #writeUdp}, of a packet that has a checksum, as those from IPv6 have. */
    void updateUdp(IpPacket in, ByteBuffer out, int to, int length, int ports, long removed, long added) {
        long header = in.transportHeader();
        writeUdpHeader(out, to, ports, header, updateUdpChecksum(header, removed, added));
        payload.copy(in.buffer(), in.transportOffset() + UDP_HEADER_LENGTH, out, to + UDP_HEADER_LENGTH,
                length - UDP_HEADER_LENGTH);
    }

    private static int updateUdpChecksum(long header, long removed, long added) {
        int checksum = InternetChecksum.update((int) header & 0xffff, removed + (header >>> 32), added);
        return checksum | checksum - 1 >>> 16;   // 0 becomes 0xffff: a zero would say that there is none (RFC 768)
    }

    private static void writeUdpHeader(ByteBuffer out, int to, int ports, long header, int checksum) {
        out.putLong(to, (long) ports << 32 | header & 0xffff0000L | checksum);
    }

    private static int computeUdpChecksum(IpPacket in, long header, long addressesAndPorts) {
        int udpLength = (int) (header >>> 16) & 0xffff;
        long sum = in.isFragment() ? in.datagramSum()
                : InternetChecksum.sum(in.buffer(), in.transportOffset(), udpLength);
        int checksum = InternetChecksum.ofSum(sum - (header >>> 48) - (header >>> 32 & 0xffff) + addressesAndPorts
                + PseudoHeader.protocolAndLength(IpPacket.UDP, udpLength));
        return checksum == 0 ? 0xffff : checksum;
    }

    /** As {@link #writeTcp}, of an ICMP echo. */
    void writeEcho(IpPacket in, ByteBuffer out, int to, int length, int type, int identifier, long removed,
            long added) {
        EchoHeader.write(in, out, to, type, identifier, removed, added);
        payload.copy(in.buffer(), in.transportOffset() + EchoHeader.LENGTH, out, to + EchoHeader.LENGTH,
                length - EchoHeader.LENGTH);
    }

    /** Copies bytes that are not the beginning of the transport packet. */
    void writeRest(IpPacket in, int start, ByteBuffer out, int to, int length) {
        payload.copy(in.buffer(), in.transportOffset() + start, out, to, length);
    }
}
