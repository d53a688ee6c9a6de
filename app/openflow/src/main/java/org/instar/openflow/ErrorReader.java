// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import org.projectfloodlight.openflow.exceptions.OFParseError;
import org.projectfloodlight.openflow.protocol.OFErrorMsg;
import org.projectfloodlight.openflow.protocol.OFFactories;
import org.projectfloodlight.openflow.protocol.OFVersion;
import org.projectfloodlight.openflow.protocol.errormsg.OFBadActionErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFBadInstructionErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFBadMatchErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFBadRequestErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFFlowModFailedErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFHelloFailedErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFRoleRequestFailedErrorMsg;
import org.projectfloodlight.openflow.protocol.errormsg.OFSwitchConfigFailedErrorMsg;

/** Reads error messages: numbers by hand, so that none is refused; names from OpenFlowJ where it has them. */
final class ErrorReader {

    private static final int TYPE_OFFSET = 8;
    private static final int CODE_OFFSET = 10;
    private static final int FIXED_BYTES = 12;

    private ErrorReader() {
    }

    static OpenFlowError read(ByteBuf in, long xid) throws MalformedMessageException {
        if (in.readableBytes() < FIXED_BYTES) {
            throw new MalformedMessageException("error without type and code");
        }
        int type = in.getUnsignedShort(in.readerIndex() + TYPE_OFFSET);
        int code = in.getUnsignedShort(in.readerIndex() + CODE_OFFSET);
        return new OpenFlowError(xid, type, code, name(in, type, code));
    }

    private static String name(ByteBuf in, int type, int code) {
        String numbers = "type " + type + "/code " + code;
        if (in.getUnsignedByte(in.readerIndex()) != LoxiReader.VERSION) {
            return numbers;
        }
        try {
            OFErrorMsg error = OFFactories.getFactory(OFVersion.OF_13).errorMsgs().getReader().readFrom(in);
            return error == null ? numbers : error.getErrType() + "/" + codeName(error, code);
        } catch (OFParseError | RuntimeException e) {
            return numbers;
        }
    }

    private static String codeName(OFErrorMsg error, int code) {
        return switch (error) {
            case OFFlowModFailedErrorMsg failed -> failed.getCode().name();
            case OFBadMatchErrorMsg bad -> bad.getCode().name();
            case OFBadActionErrorMsg bad -> bad.getCode().name();
            case OFBadInstructionErrorMsg bad -> bad.getCode().name();
            case OFBadRequestErrorMsg bad -> bad.getCode().name();
            case OFRoleRequestFailedErrorMsg failed -> failed.getCode().name();
            case OFSwitchConfigFailedErrorMsg failed -> failed.getCode().name();
            case OFHelloFailedErrorMsg failed -> failed.getCode().name();
            default -> "code " + code;
        };
    }
}
