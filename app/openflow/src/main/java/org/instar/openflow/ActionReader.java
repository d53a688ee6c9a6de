// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** One action from its bytes; what it can't make sense of is {@link FlowAction.Unknown}. */
final class ActionReader {

    private ActionReader() {
    }

    /** @param in one whole action, 8 bytes at least */
    static FlowAction read(ByteBuf in) {
        int type = in.readUnsignedShort();
        in.skipBytes(2);
        try {
            return switch (type) {
                case ActionCodec.OUTPUT -> new FlowAction.Output(in.readInt());
                case ActionCodec.PUSH_VLAN -> pushVlan(in.readUnsignedShort());
                case ActionCodec.POP_VLAN -> new FlowAction.PopVlan();
                case ActionCodec.PUSH_MPLS -> new FlowAction.PushMpls(in.readUnsignedShort());
                case ActionCodec.DEC_NW_TTL -> new FlowAction.DecrementTtl();
                case ActionCodec.SET_FIELD -> setField(in);
                case ActionCodec.EXPERIMENTER -> experimenter(in);
                default -> new FlowAction.Unknown("action " + type);
            };
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return new FlowAction.Unknown("action " + type + " with arguments of no use here");
        }
    }

    private static FlowAction pushVlan(int ethType) {
        return ethType == FlowAction.PushVlan.ETH_TYPE ? new FlowAction.PushVlan()
                : new FlowAction.Unknown(String.format("push_vlan:0x%04x", ethType));
    }

    private static FlowAction experimenter(ByteBuf in) {
        int experimenter = in.readInt();
        int subtype = in.readUnsignedShort();
        if (experimenter != ActionCodec.NICIRA) {
            return new FlowAction.Unknown(String.format("action of experimenter 0x%08x", experimenter));
        }
        return switch (subtype) {
            case ActionCodec.NX_MOVE -> move(in);
            case ActionCodec.NX_RESUBMIT_TABLE -> resubmit(in);
            case ActionCodec.NX_LOAD_MASKED -> setField(in);
            case ActionCodec.NX_ENCAP -> encap(in.skipBytes(2));
            case ActionCodec.NX_DECAP -> decap(in.skipBytes(2).readInt());
            case ActionCodec.NX_CHECK_LARGER -> checkLarger(in.readUnsignedShort(), in.readUnsignedShort(), field(in));
            default -> new FlowAction.Unknown("Nicira's action " + subtype);
        };
    }

    private static FlowAction setField(ByteBuf in) {
        Oxm.Header header = Oxm.read(in);
        FlowField field = ours(header);
        return new FlowAction.SetField(field, FieldCodec.readValue(in, field, header.hasMask()));
    }

    private static FlowAction move(ByteBuf in) {
        int bits = in.readUnsignedShort();
        int fromBit = in.readUnsignedShort();
        int toBit = in.readUnsignedShort();
        return new FlowAction.Move(field(in), fromBit, field(in), toBit, bits);
    }

    private static FlowAction resubmit(ByteBuf in) {
        int inPort = in.readUnsignedShort();
        return inPort == ActionCodec.SAME_IN_PORT ? new FlowAction.Resubmit(in.readUnsignedByte())
                : new FlowAction.Unknown("resubmit with another in_port");
    }

    private static FlowAction checkLarger(int bytes, int bit, FlowField into) {
        return new FlowAction.CheckLarger(bytes, into, bit);
    }

    private static FlowAction decap(int type) {
        return type == ActionCodec.NEXT_PROTO ? new FlowAction.Decap() : new FlowAction.DecapTo(packetType(type));
    }

    private static FlowAction encap(ByteBuf in) {
        return switch (packetType(in.readInt())) {
            case ETHERNET -> new FlowAction.EncapEthernet();
            case NSH -> encapNsh(in);
            default -> new FlowAction.Unknown("encap of a header of no use here");
        };
    }

    private static FlowAction encapNsh(ByteBuf in) {
        boolean typeTwo = false;
        List<FlowAction.NshTlv> tlvs = new ArrayList<>();
        while (in.isReadable()) {
            int propertyClass = in.readUnsignedShort();
            int property = in.readUnsignedByte();
            int length = in.readUnsignedByte();
            ByteBuf body = in.readSlice((length + 7 & ~7) - 4);
            if (propertyClass == ActionCodec.NSH_CLASS && property == ActionCodec.NSH_MD_TYPE) {
                typeTwo = body.readUnsignedByte() == ActionCodec.MD_TYPE_2;
            } else if (propertyClass == ActionCodec.NSH_CLASS && property == ActionCodec.NSH_TLV) {
                tlvs.add(tlv(body));
            }
        }
        return typeTwo ? new FlowAction.EncapNsh(tlvs) : new FlowAction.Unknown("encap of NSH with MD type 1");
    }

    private static FlowAction.NshTlv tlv(ByteBuf in) {
        int tlvClass = in.readUnsignedShort();
        int type = in.readUnsignedByte();
        byte[] data = new byte[in.readUnsignedByte()];
        in.readBytes(data);
        return new FlowAction.NshTlv(tlvClass, type, data);
    }

    private static FlowField field(ByteBuf in) {
        return ours(Oxm.read(in));
    }

    private static FlowField ours(Oxm.Header header) {
        return FieldCodec.field(header.name())
                .orElseThrow(() -> new IllegalArgumentException("not a field of ours: " + header.name()));
    }

    private static PacketType packetType(int code) {
        for (PacketType type : PacketType.values()) {
            if (type.code() == code) {
                return type;
            }
        }
        throw new IllegalArgumentException(String.format("not a packet type of ours: 0x%08x", code));
    }
}
