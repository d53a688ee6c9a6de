// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFEchoRequest;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFeaturesReply;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFMessageReader;
import org.projectfloodlight.openflow.protocol.OFPortDesc;
import org.projectfloodlight.openflow.protocol.OFPortDescStatsReply;
import org.projectfloodlight.openflow.protocol.OFPortState;
import org.projectfloodlight.openflow.protocol.OFPortStatus;
import org.projectfloodlight.openflow.protocol.OFRoleReply;
import org.projectfloodlight.openflow.protocol.OFStatsReply;
import org.projectfloodlight.openflow.protocol.OFStatsReplyFlags;
import org.projectfloodlight.openflow.protocol.OFStatsType;
import org.projectfloodlight.openflow.protocol.OFVersion;

/**
 * Bytes to {@link Message}. OpenFlowJ reads the plain ones; read by hand is what it gives up on though a peer may
 * rightly send it: HELLO of other versions, errors with codes newer than itself, types it doesn't know, and everything
 * with matches or actions in it.
 */
final class LoxiReader {

    static final int VERSION = OFVersion.OF_13.getWireVersion();

    private static final int HELLO = 0;
    private static final int ERROR = 1;
    private static final int EXPERIMENTER = 4;
    private static final int MULTIPART_REPLY = 19;
    private static final int HIGHEST_TYPE = 29;
    private static final int MULTIPART_FLOW = 1;
    private static final int MULTIPART_PORT_DESCRIPTION = 13;
    private static final int HELLO_ELEMENT_VERSION_BITMAP = 1;
    private static final int HEADER_BYTES = 8;

    private static final OFMessageReader<OFMessage> LOXI = OFFactories.getFactory(OFVersion.OF_13).getReader();

    private LoxiReader() {
    }

    /** Whether a message with this header can be read. */
    static void checkHeader(int version, int type, int length) throws MalformedMessageException {
        if (length < HEADER_BYTES) {
            throw new MalformedMessageException("shorter than a header");
        }
        // HELLO comes in the peer's highest version, and a peer that refuses the handshake does so in its own.
        if (type > HIGHEST_TYPE || version != VERSION && type != HELLO && type != ERROR) {
            throw new MalformedMessageException("not OpenFlow 1.3");
        }
    }

    /** @param in one whole message, header first, that passed {@link #checkHeader} */
    static Message read(ByteBuf in) throws MalformedMessageException {
        int version = in.getUnsignedByte(in.readerIndex());
        int type = in.getUnsignedByte(in.readerIndex() + 1);
        long xid = in.getUnsignedInt(in.readerIndex() + 4);
        if (type == HELLO) {
            return hello(in.skipBytes(HEADER_BYTES), version, xid);
        }
        if (type == ERROR) {
            return new Message.Failure(xid, ErrorReader.read(in, xid));
        }
        if (type == EXPERIMENTER) {
            return new Message.Other(xid, "EXPERIMENTER");
        }
        return switch (type) {
            case MULTIPART_REPLY -> multipart(in, xid);
            case EventReader.PACKET_IN -> EventReader.packetIn(in, xid);
            case EventReader.FLOW_REMOVED -> EventReader.flowRemoved(in, xid);
            default -> message(loxi(in));
        };
    }

    private static OFMessage loxi(ByteBuf in) throws MalformedMessageException {
        try {
            OFMessage message = LOXI.readFrom(in);
            if (message == null) {
                throw new MalformedMessageException("shorter than its type demands");
            }
            return message;
        } catch (OFParseError e) {
            throw new MalformedMessageException(e.getMessage(), e);
        }
    }

    private static Message hello(ByteBuf in, int version, long xid) {
        int bitmap = 0;
        while (in.readableBytes() >= 4) {
            int elementType = in.readUnsignedShort();
            int bodyBytes = in.readUnsignedShort() - 4;
            if (bodyBytes < 0 || bodyBytes > in.readableBytes()) {
                break;
            }
            if (elementType == HELLO_ELEMENT_VERSION_BITMAP && bodyBytes >= 4) {
                bitmap = in.getInt(in.readerIndex());
            }
            int paddedBytes = (4 + bodyBytes + 7 & ~7) - 4;
            in.skipBytes(Math.min(in.readableBytes(), paddedBytes));
        }
        return new Message.Hello(xid, version, bitmap);
    }

    private static Message multipart(ByteBuf in, long xid) throws MalformedMessageException {
        if (in.readableBytes() < FlowStatsReader.HEADER_BYTES) {
            throw new MalformedMessageException("multipart reply without a type");
        }
        return switch (in.getUnsignedShort(in.readerIndex() + HEADER_BYTES)) {
            case MULTIPART_FLOW -> FlowStatsReader.read(in, xid);
            case MULTIPART_PORT_DESCRIPTION -> message(loxi(in));
            default -> new Message.Other(xid, "MULTIPART_REPLY");
        };
    }

    private static Message message(OFMessage message) {
        long xid = message.getXid();
        return switch (message) {
            case OFEchoRequest echo -> new Message.EchoRequest(xid, echo.getData());
            case OFFeaturesReply features -> new Message.Features(xid, features.getDatapathId().getLong(),
                    features.getAuxiliaryId().getValue());
            case OFRoleReply role -> new Message.Role(xid, role.getRole() == OFControllerRole.ROLE_MASTER,
                    role.getGenerationId().getValue());
            case OFPortStatus status -> new Message.Event(xid, portStatus(status));
            case OFStatsReply reply when reply.getStatsType() == OFStatsType.PORT_DESC -> ports(reply);
            default -> switch (message.getType()) {
                case ECHO_REPLY -> new Message.EchoReply(xid);
                case BARRIER_REPLY -> new Message.BarrierReply(xid);
                default -> new Message.Other(xid, message.getType().name());
            };
        };
    }

    private static Message ports(OFStatsReply reply) {
        List<SwitchPort> ports = ((OFPortDescStatsReply) reply).getEntries().stream().map(LoxiReader::port).toList();
        return new Message.Ports(reply.getXid(), ports, reply.getFlags().contains(OFStatsReplyFlags.REPLY_MORE));
    }

    private static SwitchPort port(OFPortDesc port) {
        return new SwitchPort(port.getPortNo().getPortNumber(), port.getName(),
                !port.getState().contains(OFPortState.LINK_DOWN));
    }

    private static PortStatus portStatus(OFPortStatus status) {
        PortStatus.Reason reason = switch (status.getReason()) {
            case ADD -> PortStatus.Reason.ADDED;
            case DELETE -> PortStatus.Reason.DELETED;
            default -> PortStatus.Reason.MODIFIED;
        };
        return new PortStatus(reason, port(status.getDesc()));
    }
}
