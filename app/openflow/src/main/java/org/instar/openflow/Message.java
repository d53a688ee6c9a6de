// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.List;

/** A message from a switch, decoded. {@code xid} is its transaction id, 32 bits unsigned. */
sealed interface Message {

    long xid();

    /**
     * @param version version of the header: the highest the peer speaks
     * @param versionBitmap bit n: the peer speaks version n; 0 if it sent no bitmap
     */
    record Hello(long xid, int version, int versionBitmap) implements Message {

        /** With a bitmap on both sides the common bit counts, otherwise the smaller version. */
        boolean agreesOn(int wanted) {
            return versionBitmap != 0 ? (versionBitmap & 1 << wanted) != 0 : version >= wanted;
        }
    }

    record Failure(long xid, OpenFlowError error) implements Message {
    }

    record EchoRequest(long xid, byte[] data) implements Message {
    }

    record EchoReply(long xid) implements Message {
    }

    record Features(long xid, long datapathId, int auxiliaryId) implements Message {
    }

    record Ports(long xid, List<SwitchPort> ports, boolean more) implements Message {
    }

    /** {@code generationId} is -1 while the switch has not been given one. */
    record Role(long xid, boolean master, long generationId) implements Message {
    }

    record BarrierReply(long xid) implements Message {
    }

    record Flows(long xid, List<FlowEntry> entries, boolean more) implements Message {
    }

    /** A message nobody asked for: a {@link PacketIn}, a {@link FlowRemoved} or a {@link PortStatus}. */
    record Event(long xid, Object event) implements Message {
    }

    /** A well-formed message this controller has no use for. */
    record Other(long xid, String type) implements Message {
    }
}
