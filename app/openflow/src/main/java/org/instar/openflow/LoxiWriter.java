// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.projectfloodlight.openflow.protocol.OFControllerRole;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFFactory;
import org.projectfloodlight.openflow.protocol.OFHelloFailedCode;
import org.projectfloodlight.openflow.protocol.OFMessage;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.types.OFErrorCauseData;
import org.projectfloodlight.openflow.types.OFGroup;
import org.projectfloodlight.openflow.types.OFPort;
import org.projectfloodlight.openflow.types.TableId;
import org.projectfloodlight.openflow.types.U32;
import org.projectfloodlight.openflow.types.U64;

/** Writes the controller's messages. Everything here appends one message to a buffer. */
final class LoxiWriter {

    /** OFPCML_NO_BUFFER: packets come whole, the switch keeps none. */
    private static final int NO_BUFFER = 0xffff;

    private static final OFFactory FACTORY = OFFactories.getFactory(OFVersion.OF_13);

    private LoxiWriter() {
    }

    static void hello(ByteBuf out, long xid) {
        List<U32> bitmap = List.of(U32.of(1 << LoxiReader.VERSION));
        write(out, FACTORY.buildHello().setXid(xid)
                .setElements(List.of(FACTORY.helloElemVersionbitmap(bitmap))).build());
    }

    static void helloFailed(ByteBuf out, long xid, String text) {
        write(out, FACTORY.errorMsgs().buildHelloFailedErrorMsg().setXid(xid).setCode(OFHelloFailedCode.INCOMPATIBLE)
                .setData(OFErrorCauseData.of(text.getBytes(StandardCharsets.US_ASCII), OFVersion.OF_13)).build());
    }

    static void featuresRequest(ByteBuf out, long xid) {
        write(out, FACTORY.buildFeaturesRequest().setXid(xid).build());
    }

    static void setConfig(ByteBuf out, long xid) {
        write(out, FACTORY.buildSetConfig().setXid(xid).setFlags(Set.of()).setMissSendLen(NO_BUFFER).build());
    }

    static void portDescriptionRequest(ByteBuf out, long xid) {
        write(out, FACTORY.buildPortDescStatsRequest().setXid(xid).setFlags(Set.of()).build());
    }

    /** Asks for role and generation id without changing them. */
    static void roleQuery(ByteBuf out, long xid) {
        role(out, xid, OFControllerRole.ROLE_NOCHANGE, 0);
    }

    static void roleMaster(ByteBuf out, long xid, long generationId) {
        role(out, xid, OFControllerRole.ROLE_MASTER, generationId);
    }

    private static void role(ByteBuf out, long xid, OFControllerRole role, long generationId) {
        write(out, FACTORY.buildRoleRequest().setXid(xid).setRole(role).setGenerationId(U64.of(generationId)).build());
    }

    static void echoRequest(ByteBuf out, long xid) {
        write(out, FACTORY.buildEchoRequest().setXid(xid).setData(new byte[0]).build());
    }

    static void echoReply(ByteBuf out, long xid, byte[] data) {
        write(out, FACTORY.buildEchoReply().setXid(xid).setData(data).build());
    }

    static void barrierRequest(ByteBuf out, long xid) {
        write(out, FACTORY.buildBarrierRequest().setXid(xid).build());
    }

    static void flowStatsRequest(ByteBuf out, long xid, int tableId, long cookie, long cookieMask) {
        write(out, FACTORY.buildFlowStatsRequest().setXid(xid).setFlags(Set.of())
                .setTableId(TableId.of(tableId)).setOutPort(OFPort.ANY)
                .setOutGroup(OFGroup.ANY).setCookie(U64.of(cookie)).setCookieMask(U64.of(cookieMask))
                .setMatch(FACTORY.matchWildcardAll()).build());
    }

    private static void write(ByteBuf out, OFMessage message) {
        message.writeTo(out);
    }
}
