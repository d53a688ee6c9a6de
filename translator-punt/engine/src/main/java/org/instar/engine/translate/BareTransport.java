// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/**
 * Writes the transport headers of bare packets with new ports. The checksum is updated as in RFC 1624 but for
 * the complements: with the words m that go and the words m' that come, HC' = HC + m - m' modulo 2^16 - 1. HC + m was
 * summed up while reading ({@link IpPacket#checksumPlusTuple}), -m' when the tuple was set ({@code negatedSum}): one
 * sum and its folding are left to do.
 *
 * <p>Folding a sum above 0 gives 1 to 0xffff. That is what UDP asks for: a zero would say that there is no checksum
 * (RFC 768). For TCP the same value is written as 0, so that both ways of translation write the same.
 */
final class BareTransport {

    static final int UDP_HEADER_LENGTH = 8;
    static final int TCP_HEADER_LENGTH = 20;

    private static final long LOW_WORD = 0xffffffffL;
    /** The length of a UDP packet in its header; the checksum of TCP in the last eight bytes of its. */
    private static final long THIRD_WORD = 0xffff0000L;
    /** Where the last eight bytes of a TCP header begin; they overlap those before. */
    private static final int TCP_LAST = TCP_HEADER_LENGTH - Long.BYTES;

    private BareTransport() {
    }

    /** Eight bytes: the header of a UDP packet. */
    static void writeUdpHeader(IpPacket in, ByteBuffer out, int to, int ports, long negatedSum) {
        long checksum = InternetChecksum.fold(in.checksumPlusTuple() + negatedSum);
        out.putLong(to, (long) ports << 32 | in.transportHeader() & THIRD_WORD | checksum);
    }

    /** Twenty bytes: the header of a TCP segment without its options. */
    static void writeTcpHeader(IpPacket in, int from, ByteBuffer out, int to, int ports, long negatedSum) {
        ByteBuffer buffer = in.buffer();
        int folded = InternetChecksum.fold(in.checksumPlusTuple() + negatedSum);
        long checksum = folded == 0xffff ? 0 : folded;
        out.putLong(to, (long) ports << 32 | in.transportHeader() & LOW_WORD);
        out.putLong(to + 8, buffer.getLong(from + 8));
        out.putLong(to + TCP_LAST, buffer.getLong(from + TCP_LAST) & ~THIRD_WORD | checksum << 16);
    }
}
