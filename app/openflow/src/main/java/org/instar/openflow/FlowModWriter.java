// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Writes flow mods and packet-outs (OpenFlow 1.3.5 §7.3.4.1, §7.3.7), which carry fields and actions that OpenFlowJ
 * lacks. Everything here appends one message to a buffer.
 */
final class FlowModWriter {

    private static final int TYPE_PACKET_OUT = 13;
    private static final int TYPE_FLOW_MOD = 14;
    private static final int NO_BUFFER = -1;
    private static final int ANY_PORT = -1;
    private static final int ANY_GROUP = -1;
    private static final int SEND_FLOW_REMOVED = 1;
    private static final int INSTRUCTION_GOTO_TABLE = 1;
    private static final int INSTRUCTION_APPLY_ACTIONS = 4;

    private FlowModWriter() {
    }

    static void flowMod(ByteBuf out, long xid, FlowMod mod) {
        int start = header(out, TYPE_FLOW_MOD, xid);
        out.writeLong(mod.cookie()).writeLong(mod.cookieMask()).writeByte(mod.tableId())
                .writeByte(mod.command().ordinal()).writeShort(mod.idleTimeoutSeconds())
                .writeShort(mod.hardTimeoutSeconds()).writeShort(mod.priority()).writeInt(NO_BUFFER).writeInt(ANY_PORT)
                .writeInt(ANY_GROUP).writeShort(mod.sendFlowRemoved() ? SEND_FLOW_REMOVED : 0).writeZero(2);
        FieldCodec.writeMatch(out, mod.match());
        if (!mod.actions().isEmpty()) {
            int instruction = out.writerIndex();
            out.writeShort(INSTRUCTION_APPLY_ACTIONS).writeShort(0).writeZero(4);
            ActionCodec.write(out, mod.actions());
            out.setShort(instruction + 2, out.writerIndex() - instruction);
        }
        mod.gotoTable().ifPresent(table ->
                out.writeShort(INSTRUCTION_GOTO_TABLE).writeShort(8).writeByte(table).writeZero(3));
        out.setShort(start + 2, out.writerIndex() - start);
    }

    static void packetOut(ByteBuf out, long xid, byte[] frame, int inPort, List<FlowAction> actions) {
        int start = header(out, TYPE_PACKET_OUT, xid);
        out.writeInt(NO_BUFFER).writeInt(inPort);
        int actionsLength = out.writerIndex();
        out.writeShort(0).writeZero(6);
        int firstAction = out.writerIndex();
        ActionCodec.write(out, actions);
        out.setShort(actionsLength, out.writerIndex() - firstAction);
        out.writeBytes(frame);
        out.setShort(start + 2, out.writerIndex() - start);
    }

    private static int header(ByteBuf out, int type, long xid) {
        int start = out.writerIndex();
        out.writeByte(LoxiReader.VERSION).writeByte(type).writeShort(0).writeInt((int) xid);
        return start;
    }
}
