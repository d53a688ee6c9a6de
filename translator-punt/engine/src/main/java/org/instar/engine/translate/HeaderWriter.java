// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;

/** Writes IP headers, of packets and of those quoted in ICMP error messages. */
final class HeaderWriter {

    static final int DONT_FRAGMENT = 0x4000;
    static final int MORE_FRAGMENTS = 0x2000;
    /** An IPv4 packet above this size stands for an IPv6 packet above 1280 bytes (RFC 7915 §5). */
    static final int MAX_LENGTH_WITHOUT_DF = 1260;

    private static final int FRAGMENT_HEADER = 44;
    private static final long LOW_WORD = 0xffffffffL;

    private HeaderWriter() {
    }

    /** RFC 7915 §5.1: 20 bytes, without options, with checksum. */
    static void write4(ByteBuffer out, int offset, int typeOfService, int totalLength, int identificationAndFlags,
            int timeToLive, int protocol, int source, int destination) {
        int first = 0x45 << 24 | typeOfService << 16 | totalLength;
        int third = timeToLive << 24 | protocol << 16;
        long sum = (first & LOW_WORD) + (identificationAndFlags & LOW_WORD) + (third & LOW_WORD)
                + (source & LOW_WORD) + (destination & LOW_WORD);
        out.putLong(offset, (long) first << 32 | identificationAndFlags & LOW_WORD);
        out.putLong(offset + 8, (long) (third | InternetChecksum.ofSum(sum)) << 32 | source & LOW_WORD);
        // the source again: accesses of one size cost one check of bounds together
        out.putLong(offset + 12, (long) source << 32 | destination & LOW_WORD);
    }

    /** The first eight bytes of an IPv6 header (RFC 7915 §4.1); the flow label is zero. */
    static void write6(ByteBuffer out, int offset, int trafficClass, int payloadLength, int nextHeader, int hopLimit) {
        out.putLong(offset, 6L << 60 | (long) trafficClass << 52 | (long) payloadLength << 16
                | nextHeader << 8 | hopLimit);
    }

    static void writeAddresses6(ByteBuffer out, int offset, long sourceHigh, long sourceLow, long destinationHigh,
            long destinationLow) {
        out.putLong(offset + 8, sourceHigh);
        out.putLong(offset + 16, sourceLow);
        out.putLong(offset + 24, destinationHigh);
        out.putLong(offset + 32, destinationLow);
    }

    /** As {@link #write6}, of a packet with a fragment header, which counts to the payload length. */
    static void write6WithFragmentHeader(ByteBuffer out, int offset, int trafficClass, int payloadLength,
            int hopLimit) {
        write6(out, offset, trafficClass, payloadLength, FRAGMENT_HEADER, hopLimit);
    }

    /**
     * RFC 7915 §4.1, at the end: only the low 16 bits of the identification are used.
     *
     * @param fragmentOffset bytes, a multiple of eight
     */
    static void writeFragmentHeader(ByteBuffer out, int offset, int nextHeader, int fragmentOffset, boolean more,
            int identification) {
        out.putLong(offset, (long) nextHeader << 56 | (long) (fragmentOffset | (more ? 1 : 0)) << 32
                | identification & 0xffff);
    }
}
