// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFlowStatsEntry;
import org.projectfloodlight.openflow.protocol.OFFlowStatsReply;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.action.OFAction;
import org.projectfloodlight.openflow.protocol.action.OFActionOutput;
import org.projectfloodlight.openflow.protocol.instruction.OFInstruction;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionApplyActions;
import org.projectfloodlight.openflow.protocol.instruction.OFInstructionGotoTable;

/**
 * Reads flow statistics. OpenFlowJ refuses a whole reply over one field or action it doesn't know; a flow that someone
 * made by hand must not cost the connection, so such a reply is read again for what is at fixed places.
 */
final class FlowStatsReader {

    /** Header of a multipart reply: OpenFlow's 8 bytes, type, flags, padding. */
    static final int HEADER_BYTES = 16;

    private static final int FLAGS_OFFSET = 10;
    private static final int FLAG_MORE = 1;
    private static final int ENTRY_FIXED_BYTES = 48;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private FlowStatsReader() {
    }

    static Message.Flows read(ByteBuf in, long xid) throws MalformedMessageException {
        boolean more = (in.getUnsignedShort(in.readerIndex() + FLAGS_OFFSET) & FLAG_MORE) != 0;
        try {
            OFFlowStatsReply reply = (OFFlowStatsReply) OFFactories.getFactory(OFVersion.OF_13).getReader()
                    .readFrom(in.duplicate());
            return new Message.Flows(xid, reply.getEntries().stream().map(FlowStatsReader::entry).toList(), more);
        } catch (OFParseError | RuntimeException e) {
            return new Message.Flows(xid, fixedParts(in.skipBytes(HEADER_BYTES)), more);
        }
    }

    private static FlowEntry entry(OFFlowStatsEntry entry) {
        List<FlowAction> actions = new ArrayList<>();
        OptionalInt gotoTable = OptionalInt.empty();
        boolean understood = true;
        for (OFInstruction instruction : entry.getInstructions()) {
            switch (instruction) {
                case OFInstructionApplyActions apply -> apply.getActions().forEach(a -> actions.add(action(a)));
                case OFInstructionGotoTable next -> gotoTable = OptionalInt.of(next.getTableId().getValue());
                default -> understood = false;
            }
        }
        LoxiFields.Decoded match = LoxiFields.decode(entry.getMatch());
        return new FlowEntry(entry.getTableId().getValue(), entry.getPriority(), entry.getCookie().getValue(),
                entry.getIdleTimeout(), entry.getHardTimeout(),
                entry.getDurationSec() * NANOS_PER_SECOND + entry.getDurationNsec(), entry.getPacketCount().getValue(),
                entry.getByteCount().getValue(), match.match(), actions, gotoTable, understood && match.complete());
    }

    private static FlowAction action(OFAction action) {
        return action instanceof OFActionOutput output
                ? new FlowAction.Output(output.getPort().getPortNumber())
                : new FlowAction.Unknown(action.getType().name().toLowerCase(Locale.ROOT));
    }

    private static List<FlowEntry> fixedParts(ByteBuf in) throws MalformedMessageException {
        List<FlowEntry> entries = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readableBytes() < ENTRY_FIXED_BYTES ? 0 : in.getUnsignedShort(in.readerIndex());
            if (length < ENTRY_FIXED_BYTES || length > in.readableBytes()) {
                throw new MalformedMessageException("flow statistics with an entry of " + length + " bytes");
            }
            entries.add(fixedPart(in.readSlice(length).skipBytes(2)));
        }
        return entries;
    }

    private static FlowEntry fixedPart(ByteBuf in) {
        int tableId = in.readUnsignedByte();
        in.skipBytes(1);
        long durationNanos = in.readUnsignedInt() * NANOS_PER_SECOND + in.readUnsignedInt();
        int priority = in.readUnsignedShort();
        int idleTimeoutSeconds = in.readUnsignedShort();
        int hardTimeoutSeconds = in.readUnsignedShort();
        in.skipBytes(6);
        return new FlowEntry(tableId, priority, in.readLong(), idleTimeoutSeconds, hardTimeoutSeconds, durationNanos,
                in.readLong(), in.readLong(), FlowMatch.any(), List.of(), OptionalInt.empty(), false);
    }
}
