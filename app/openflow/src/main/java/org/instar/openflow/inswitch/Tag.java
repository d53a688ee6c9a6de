// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import org.instar.openflow.FlowAction;

/**
 * The IEEE 802.1Q tag a packet may come with. A flow for tagged packets stands above one that doesn't look whether
 * there is a tag. Priority and VLAN of the tag are lost in the switch, which gives the next hop's.
 */
final class Tag {

    /** Type at its place in the frame. */
    static final int ETH_TYPE = FlowAction.PushVlan.ETH_TYPE;
    /** What it makes a frame longer by. */
    static final int BYTES = 4;
    /** What flows for tagged packets add to their rule's priority. */
    static final int PRIORITY = 10;

    private Tag() {
    }
}
