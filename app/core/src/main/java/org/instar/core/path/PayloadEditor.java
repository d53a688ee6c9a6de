// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;

/**
 * May change the payload of translated packets, and their length: where application level gateways (RFC 6384) hook
 * in. All that follows goes by the length returned. Fragments and ICMP errors are not shown to it.
 */
public interface PayloadEditor {

    /** Changes nothing. */
    PayloadEditor NONE = (session, packet, offset, length) -> length;

    /**
     * Called for each packet of a session that was translated in one piece.
     *
     * @param session handle of the session
     * @param packet the translated packet, IPv4 or IPv6 by its first four bits; may be written up to the buffer's
     * limit. Whoever changes bytes sees to lengths and checksums
     * @param offset where its IP header begins
     * @param length bytes of the packet
     * @return its length now, at least 1
     */
    int edit(int session, ByteBuffer packet, int offset, int length);
}
