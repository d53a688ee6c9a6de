// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads flow statistics (OpenFlow 1.3.5 §7.3.5.2). A flow that someone made by hand, with fields or instructions not
 * known here, must not cost the connection: it is read for what is known and marked as not understood.
 */
final class FlowStatsReader {

    /** Header of a multipart reply: OpenFlow's 8 bytes, type, flags, padding. */
    static final int HEADER_BYTES = 16;

    private static final int FLAGS_OFFSET = 10;
    private static final int FLAG_MORE = 1;
    private static final int ENTRY_FIXED_BYTES = 48;
    private static final int INSTRUCTION_HEADER_BYTES = 8;
    private static final int INSTRUCTION_GOTO_TABLE = 1;
    private static final int INSTRUCTION_APPLY_ACTIONS = 4;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private FlowStatsReader() {
    }

    static Message.Flows read(ByteBuf in, long xid) throws MalformedMessageException {
        boolean more = (in.getUnsignedShort(in.readerIndex() + FLAGS_OFFSET) & FLAG_MORE) != 0;
        in.skipBytes(HEADER_BYTES);
        List<FlowEntry> entries = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readableBytes() < ENTRY_FIXED_BYTES ? 0 : in.getUnsignedShort(in.readerIndex());
            if (length < ENTRY_FIXED_BYTES || length > in.readableBytes()) {
                throw new MalformedMessageException("flow statistics with an entry of " + length + " bytes");
            }
            entries.add(entry(in.readSlice(length).skipBytes(2)));
        }
        return new Message.Flows(xid, entries, more);
    }

    private static FlowEntry entry(ByteBuf in) throws MalformedMessageException {
        int tableId = in.readUnsignedByte();
        in.skipBytes(1);
        long durationNanos = in.readUnsignedInt() * NANOS_PER_SECOND + in.readUnsignedInt();
        int priority = in.readUnsignedShort();
        int idleTimeoutSeconds = in.readUnsignedShort();
        int hardTimeoutSeconds = in.readUnsignedShort();
        in.skipBytes(6);
        long cookie = in.readLong();
        long packets = in.readLong();
        long bytes = in.readLong();
        FieldCodec.Decoded match = FieldCodec.readMatch(in);
        Instructions instructions = Instructions.read(in);
        return new FlowEntry(tableId, priority, cookie, idleTimeoutSeconds, hardTimeoutSeconds, durationNanos, packets,
                bytes, match.match(), instructions.actions, instructions.gotoTable,
                instructions.complete && match.complete());
    }

    private record Instructions(List<FlowAction> actions, OptionalInt gotoTable, boolean complete) {

        static Instructions read(ByteBuf in) {
            List<FlowAction> actions = new ArrayList<>();
            OptionalInt gotoTable = OptionalInt.empty();
            try {
                while (in.isReadable()) {
                    ByteBuf instruction = next(in);
                    switch (instruction.readUnsignedShort()) {
                        case INSTRUCTION_APPLY_ACTIONS -> actions.addAll(ActionCodec.read(instruction.skipBytes(6)));
                        case INSTRUCTION_GOTO_TABLE ->
                                gotoTable = OptionalInt.of(instruction.skipBytes(2).readUnsignedByte());
                        default -> throw new MalformedMessageException("an instruction of no use here");
                    }
                }
                return new Instructions(actions, gotoTable, true);
            } catch (MalformedMessageException e) {
                return new Instructions(actions, gotoTable, false);
            }
        }

        private static ByteBuf next(ByteBuf in) throws MalformedMessageException {
            int length = in.readableBytes() < INSTRUCTION_HEADER_BYTES ? 0 : in.getUnsignedShort(in.readerIndex() + 2);
            if (length < INSTRUCTION_HEADER_BYTES || length > in.readableBytes()) {
                throw new MalformedMessageException("an instruction of " + length + " bytes");
            }
            return in.readSlice(length);
        }
    }
}
