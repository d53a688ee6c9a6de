// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link FlowAction} to bytes: OpenFlow 1.3.5 §7.2.5, and Nicira's actions as in Open vSwitch's ofp-actions.c. Every
 * action is type, length and body, padded to 8 bytes; Nicira's have its number and a subtype at the beginning of the
 * body. {@link ActionReader} is the way back.
 */
final class ActionCodec {

    static final int OUTPUT = 0;
    static final int PUSH_VLAN = 17;
    static final int POP_VLAN = 18;
    static final int PUSH_MPLS = 19;
    static final int DEC_NW_TTL = 24;
    static final int SET_FIELD = 25;
    static final int EXPERIMENTER = 0xffff;
    static final int NICIRA = 0x0000_2320;

    static final int NX_MOVE = 6;
    static final int NX_RESUBMIT_TABLE = 14;
    /** A set_field with a mask, which OpenFlow 1.3 has not. */
    static final int NX_LOAD_MASKED = 33;
    static final int NX_ENCAP = 46;
    static final int NX_DECAP = 47;
    static final int NX_CHECK_LARGER = 49;

    /** As packet type of a decap: what the header taken off says. */
    static final int NEXT_PROTO = 0xfffe;
    /** As input port of a resubmit: the packet's own. */
    static final int SAME_IN_PORT = 0xfff8;
    /** Properties of encap: the class of NSH, its two types, and MD type 2. */
    static final int NSH_CLASS = 4;
    static final int NSH_MD_TYPE = 1;
    static final int NSH_TLV = 2;
    static final int MD_TYPE_2 = 2;

    /** OFPCML_NO_BUFFER: the controller gets packets whole. */
    private static final int NO_BUFFER = 0xffff;

    private ActionCodec() {
    }

    static void write(ByteBuf out, List<FlowAction> actions) {
        actions.forEach(action -> write(out, action));
    }

    private static void write(ByteBuf out, FlowAction action) {
        int start = out.writerIndex();
        switch (action) {
            case FlowAction.Output output -> out.writeShort(OUTPUT).writeShort(0).writeInt(output.port())
                    .writeShort(output.port() == SwitchPort.CONTROLLER ? NO_BUFFER : 0);
            case FlowAction.SetField set -> setField(out, set);
            case FlowAction.Move move -> nicira(out, NX_MOVE, body -> move(body, move));
            case FlowAction.DecrementTtl ttl -> out.writeShort(DEC_NW_TTL).writeShort(0);
            case FlowAction.PushVlan push -> out.writeShort(PUSH_VLAN).writeShort(0)
                    .writeShort(FlowAction.PushVlan.ETH_TYPE);
            case FlowAction.PopVlan pop -> out.writeShort(POP_VLAN).writeShort(0);
            case FlowAction.PushMpls push -> out.writeShort(PUSH_MPLS).writeShort(0).writeShort(push.ethType());
            case FlowAction.Decap decap -> nicira(out, NX_DECAP, body -> body.writeZero(2).writeInt(NEXT_PROTO));
            case FlowAction.DecapTo decap -> nicira(out, NX_DECAP,
                    body -> body.writeZero(2).writeInt(decap.type().code()));
            case FlowAction.EncapEthernet encap -> nicira(out, NX_ENCAP,
                    body -> body.writeZero(2).writeInt(PacketType.ETHERNET.code()));
            case FlowAction.EncapNsh encap -> nicira(out, NX_ENCAP, body -> encapNsh(body, encap));
            case FlowAction.Resubmit resubmit -> nicira(out, NX_RESUBMIT_TABLE,
                    body -> body.writeShort(SAME_IN_PORT).writeByte(resubmit.tableId()));
            case FlowAction.CheckLarger check -> nicira(out, NX_CHECK_LARGER, body -> checkLarger(body, check));
            case FlowAction.Unknown unknown -> throw new IllegalArgumentException("cannot install " + unknown);
        }
        out.writeZero(-(out.writerIndex() - start) & 7);
        out.setShort(start + 2, out.writerIndex() - start);
    }

    private interface Body {
        void write(ByteBuf out);
    }

    private static void nicira(ByteBuf out, int subtype, Body body) {
        out.writeShort(EXPERIMENTER).writeShort(0).writeInt(NICIRA).writeShort(subtype);
        body.write(out);
    }

    private static void setField(ByteBuf out, FlowAction.SetField set) {
        if (FlowMatch.isExact(set.field(), set.value())) {
            out.writeShort(SET_FIELD).writeShort(0);
            FieldCodec.writeField(out, set.field(), set.value());
        } else {
            nicira(out, NX_LOAD_MASKED, body -> FieldCodec.writeField(body, set.field(), set.value()));
        }
    }

    private static void move(ByteBuf out, FlowAction.Move move) {
        out.writeShort(move.bits()).writeShort(move.fromBit()).writeShort(move.toBit());
        move.from().nxm().write(out, false, move.from().bytes());
        move.to().nxm().write(out, false, move.to().bytes());
    }

    private static void encapNsh(ByteBuf out, FlowAction.EncapNsh encap) {
        out.writeZero(2).writeInt(PacketType.NSH.code());
        out.writeShort(NSH_CLASS).writeByte(NSH_MD_TYPE).writeByte(5).writeByte(MD_TYPE_2).writeZero(3);
        for (FlowAction.NshTlv tlv : encap.tlvs()) {
            byte[] data = tlv.data();
            int padding = -data.length & 7;
            out.writeShort(NSH_CLASS).writeByte(NSH_TLV).writeByte(8 + data.length + padding)
                    .writeShort(tlv.tlvClass()).writeByte(tlv.type()).writeByte(data.length)
                    .writeBytes(data).writeZero(padding);
        }
    }

    private static void checkLarger(ByteBuf out, FlowAction.CheckLarger check) {
        out.writeShort(check.bytes()).writeShort(check.bit());
        check.into().nxm().write(out, false, check.into().bytes());
    }

    /** The actions in these bytes; those of no type of ours as {@link FlowAction.Unknown}. */
    static List<FlowAction> read(ByteBuf in) throws MalformedMessageException {
        List<FlowAction> actions = new ArrayList<>();
        while (in.isReadable()) {
            int length = in.readableBytes() < 8 ? 0 : in.getUnsignedShort(in.readerIndex() + 2);
            if (length < 8 || length > in.readableBytes()) {
                throw new MalformedMessageException("an action of " + length + " bytes");
            }
            actions.add(ActionReader.read(in.readSlice(length)));
        }
        return actions;
    }
}
