// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

/**
 * An IP packet and its time.
 *
 * @param timeNanos nanoseconds since 1970
 * @param bytes from its IP header on; not copied
 */
record TimedPacket(long timeNanos, byte[] bytes) {

    /** 4 or 6 when it claims to be such a packet, 0 when it is empty. */
    int version() {
        return bytes.length == 0 ? 0 : (bytes[0] & 0xff) >>> 4;
    }
}
