// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.checksum;

import java.nio.ByteBuffer;

/**
 * One's complement arithmetic (RFC 1071). A <em>sum</em> is a non-negative long: big-endian 16-bit or 32-bit words
 * added up without folding (2^16 is 1 modulo 2^16 - 1, so the width of the words does not matter). Sums may be added
 * to one another as long as each begins at an even offset of the checksummed data; a long has room for 2^31 32-bit
 * words.
 */
public final class InternetChecksum {

    /**
     * A multiple of 2^16 - 1 from which the sum of a packet and its pseudo-header can be taken without going below 0.
     */
    private static final long ZERO = 0xffffL << 40;

    private InternetChecksum() {
    }

    /**
     * The sum of a range of bytes; an odd last byte counts as if a zero followed it.
     *
     * @param buffer big-endian
     */
    public static long sum(ByteBuffer buffer, int offset, int length) {
        long sum = 0;
        int at = offset;
        int end = offset + length;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            long word = buffer.getLong(at);
            sum += (word >>> 32) + (word & 0xffffffffL);
        }
        if (at <= end - Integer.BYTES) {
            sum += buffer.getInt(at) & 0xffffffffL;
            at += Integer.BYTES;
        }
        if (at <= end - Short.BYTES) {
            sum += buffer.getShort(at) & 0xffff;
            at += Short.BYTES;
        }
        return at < end ? sum + ((buffer.get(at) & 0xff) << 8) : sum;
    }

    /** The sum as 16 bits, end-around carries added; 0 only for the sum 0. */
    public static int fold(long sum) {
        // a number plus itself with its halves swapped has the carried sum of the halves in its upper half
        return fold32((int) (sum + (sum << 32 | sum >>> 32) >>> 32));
    }

    /** As {@link #fold}, of a sum below 2^32. */
    public static int fold32(int sum) {
        return sum + (sum << 16 | sum >>> 16) >>> 16;
    }

    /**
     * A sum that takes another one away where it is added: it is the negative of that one modulo 2^16 - 1.
     *
     * @param sum less than 2^55
     */
    public static long negate(long sum) {
        return ZERO - sum;
    }

    /** The value of a checksum field, 0 to 0xffff: the complement of the folded sum. */
    public static int ofSum(long sum) {
        return ~fold(sum) & 0xffff;
    }

    /**
     * The checksum after some of the data changed (RFC 1624, equation 3). What was wrong before stays wrong by as much.
     *
     * @param checksum the old value, 0 to 0xffff
     * @param removed sum of the words that go, less than 2^55
     * @param added sum of the words that come, less than 2^55
     */
    public static int update(int checksum, long removed, long added) {
        return ofSum((~checksum & 0xffff) + ZERO - removed + added);
    }
}
