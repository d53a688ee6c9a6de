// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

import java.nio.ByteBuffer;

/** Bits of clients' addresses, IPv4-mapped where they came over IPv4. */
final class ClientAddress {

    private static final long MAPPED_LOW = 0xffff_0000_0000L;

    private ClientAddress() {
    }

    /** Bits 0 to 63. */
    static long high(byte[] address) {
        return address.length == Integer.BYTES ? 0 : ByteBuffer.wrap(address).getLong();
    }

    /** Bits 64 to 127. */
    static long low(byte[] address) {
        return address.length == Integer.BYTES ? MAPPED_LOW | Integer.toUnsignedLong(ByteBuffer.wrap(address).getInt())
                : ByteBuffer.wrap(address).getLong(Long.BYTES);
    }

    static boolean isMapped(long high, long low) {
        return high == 0 && low >>> Integer.SIZE == 0xffff;
    }

    /** Bits 0 to 63 of the prefix that counts as one client; IPv4 addresses each count for themselves. */
    static long networkHigh(long high, long low, int length) {
        return isMapped(high, low) || length >= Long.SIZE ? high : high & -1L << Long.SIZE - length;
    }

    static long networkLow(long high, long low, int length) {
        return isMapped(high, low) || length == 2 * Long.SIZE ? low
                : length <= Long.SIZE ? 0 : low & -1L << 2 * Long.SIZE - length;
    }
}
