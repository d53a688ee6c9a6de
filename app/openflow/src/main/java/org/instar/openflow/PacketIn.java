// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/**
 * A packet the switch handed to the controller, whole (OFPT_PACKET_IN).
 *
 * @param tableId table whose flow sent it
 * @param inPort port it came in by
 * @param cookie cookie of that flow
 * @param frame Ethernet frame without checksum; not shared with anyone else
 */
public record PacketIn(int tableId, int inPort, long cookie, Reason reason, byte[] frame) {

    /** Why it was sent. */
    public enum Reason { NO_MATCH, ACTION, INVALID_TTL, OTHER }
}
