// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.checksum;

/** Sums of the pseudo-headers of IPv4 (RFC 793 §3.1) and IPv6 (RFC 8200 §8.1), to be added to other sums. */
public final class PseudoHeader {

    private static final long LOW_WORD = 0xffffffffL;

    private PseudoHeader() {
    }

    /** The addresses alone: all that differs between the pseudo-headers of a TCP or UDP packet before and after. */
    public static long addresses4(int source, int destination) {
        return (source & LOW_WORD) + (destination & LOW_WORD);
    }

    /** The addresses alone: all that differs between the pseudo-headers of a TCP or UDP packet before and after. */
    public static long addresses6(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
        return words(sourceHigh) + words(sourceLow) + words(destinationHigh) + words(destinationLow);
    }

    /**
     * What follows the addresses; the same for both families.
     *
     * @param protocol protocol or next header number, 0 to 255
     * @param length bytes of the transport header and its data
     */
    public static long protocolAndLength(int protocol, int length) {
        return protocol + (length & LOW_WORD);
    }

    private static long words(long value) {
        return (value >>> 32) + (value & LOW_WORD);
    }
}
