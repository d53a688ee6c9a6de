// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;

/**
 * Reads packet-ins and flow-removed messages (OpenFlow 1.3.5 §7.4.1, §7.4.2). By hand: both carry matches, and a field
 * that OpenFlowJ doesn't know must not cost the connection.
 */
final class EventReader {

    static final int PACKET_IN = 10;
    static final int FLOW_REMOVED = 11;

    private static final int HEADER_BYTES = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private EventReader() {
    }

    /** @param in one whole message, header first */
    static Message.Event packetIn(ByteBuf in, long xid) throws MalformedMessageException {
        try {
            in.skipBytes(HEADER_BYTES + 4 + 2);
            PacketIn.Reason reason = switch (in.readUnsignedByte()) {
                case 0 -> PacketIn.Reason.NO_MATCH;
                case 1 -> PacketIn.Reason.ACTION;
                case 2 -> PacketIn.Reason.INVALID_TTL;
                default -> PacketIn.Reason.OTHER;
            };
            int tableId = in.readUnsignedByte();
            long cookie = in.readLong();
            FlowMatch.Value inPort = FieldCodec.readMatch(in).match().fields().get(FlowField.IN_PORT);
            if (inPort == null) {
                throw new MalformedMessageException("packet-in without in_port");
            }
            byte[] frame = new byte[in.skipBytes(2).readableBytes()];
            in.readBytes(frame);
            return new Message.Event(xid, new PacketIn(tableId, (int) inPort.low(), cookie, reason, frame));
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedMessageException("packet-in that is cut off", e);
        }
    }

    /** @param in one whole message, header first */
    static Message.Event flowRemoved(ByteBuf in, long xid) throws MalformedMessageException {
        try {
            long cookie = in.skipBytes(HEADER_BYTES).readLong();
            int priority = in.readUnsignedShort();
            FlowRemoved.Reason reason = switch (in.readUnsignedByte()) {
                case 0 -> FlowRemoved.Reason.IDLE_TIMEOUT;
                case 1 -> FlowRemoved.Reason.HARD_TIMEOUT;
                case 2 -> FlowRemoved.Reason.DELETE;
                default -> FlowRemoved.Reason.OTHER;
            };
            int tableId = in.readUnsignedByte();
            long durationNanos = in.readUnsignedInt() * NANOS_PER_SECOND + in.readUnsignedInt();
            int idleTimeoutSeconds = in.readUnsignedShort();
            in.skipBytes(2);
            return new Message.Event(xid, new FlowRemoved(cookie, tableId, priority, reason, durationNanos,
                    idleTimeoutSeconds, in.readLong(), in.readLong()));
        } catch (IndexOutOfBoundsException e) {
            throw new MalformedMessageException("flow-removed that is cut off", e);
        }
    }
}
