// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** The options of a neighbor discovery message (RFC 4861 §4.6): their form, and the one that is asked for. */
final class NdOptions {

    static final int SOURCE_LINK_LAYER_ADDRESS = 1;
    static final int TARGET_LINK_LAYER_ADDRESS = 2;
    static final int UNIT = 8;

    private final long ownMac;
    private long linkLayerAddress;

    NdOptions(long ownMac) {
        this.ownMac = ownMac;
    }

    /**
     * Reads all options; those not asked for are ignored, known or not (§6.1.1, §7.1).
     *
     * @param wanted the type of link-layer address option that means something in this message
     * @return why the message is to be dropped, or null
     */
    EdgeCounter read(ByteBuffer frame, int from, int end, int wanted) {
        linkLayerAddress = MacAddress.NONE;
        int at = from;
        while (at < end) {
            if (at + 2 > end) {
                return EdgeCounter.DROP_ND_OPTION_TRUNCATED;
            }
            int length = (frame.get(at + 1) & 0xff) * UNIT;
            if (length == 0) {
                return EdgeCounter.DROP_ND_OPTION_LENGTH_ZERO;
            }
            if (at + length > end) {
                return EdgeCounter.DROP_ND_OPTION_TRUNCATED;
            }
            if ((frame.get(at) & 0xff) == wanted && linkLayerAddress == MacAddress.NONE) {
                long mac = frame.getLong(at) & MacAddress.BROADCAST;
                if (length != UNIT || !MacAddress.isUnicast(mac) || mac == ownMac) {
                    return EdgeCounter.DROP_ND_INVALID_LINK_LAYER_ADDRESS;
                }
                linkLayerAddress = mac;
            }
            at += length;
        }
        return null;
    }

    /** The address that the options last read held, {@link MacAddress#NONE} without one. */
    long linkLayerAddress() {
        return linkLayerAddress;
    }

    static void putLinkLayerAddress(ByteBuffer frame, int at, int type, long mac) {
        frame.putLong(at, (long) type << 56 | 1L << 48 | mac);
    }
}
