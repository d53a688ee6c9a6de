// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;

/** What differs between the neighbors of the two IP versions: how they are asked for, and how they are sent to. */
interface LinkLayer {

    /**
     * Asks for the neighbor's link-layer address: by multicast or broadcast, or by unicast once one is known; in its
     * VLAN, or where that isn't known in all that may have it.
     */
    void solicit(Neighbor neighbor);

    /** Sends a frame whose Ethernet header is not yet filled to the neighbor's known link-layer address. */
    void send(ByteBuffer frame, int offset, int length, Neighbor neighbor);
}
