// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;

/** Looks into IPv4 options (RFC 791 §3.1) for the only ones that matter to a translator: source routes. */
final class Ipv4Options {

    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int LOOSE_SOURCE_ROUTE = 131;
    private static final int STRICT_SOURCE_ROUTE = 137;
    /** Type, length and pointer. */
    private static final int ROUTE_HEADER_LENGTH = 3;

    private Ipv4Options() {
    }

    /** Whether addresses are left in a source route (RFC 7915 §4.1); options that make no sense are passed over. */
    static boolean hasUnexpiredSourceRoute(ByteBuffer buffer, int offset, int headerLength) {
        int end = offset + headerLength;
        int at = offset + IpPacket.HEADER4_LENGTH;
        while (at < end) {
            int type = buffer.get(at) & 0xff;
            if (type == NO_OPERATION) {
                at++;
                continue;
            }
            if (type == END || at + 2 > end) {
                return false;
            }
            int length = buffer.get(at + 1) & 0xff;
            if (length < 2 || at + length > end) {
                return false;
            }
            if ((type == LOOSE_SOURCE_ROUTE || type == STRICT_SOURCE_ROUTE) && length >= ROUTE_HEADER_LENGTH
                    && (buffer.get(at + 2) & 0xff) <= length) {
                return true;
            }
            at += length;
        }
        return false;
    }
}
