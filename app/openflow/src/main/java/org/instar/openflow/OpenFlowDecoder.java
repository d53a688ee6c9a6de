// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.List;

/**
 * Cuts the byte stream into messages (ofp_header: version, type, length, xid). After bytes that are no OpenFlow it
 * throws once and swallows the rest: where a message begins is no longer known.
 */
final class OpenFlowDecoder extends ByteToMessageDecoder {

    private static final int HEADER_BYTES = 8;
    private static final int LENGTH_OFFSET = 2;

    private boolean broken;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int version = in.getUnsignedByte(in.readerIndex());
        int type = in.getUnsignedByte(in.readerIndex() + 1);
        int length = in.getUnsignedShort(in.readerIndex() + LENGTH_OFFSET);
        try {
            // Before the rest has come: what isn't OpenFlow at all names a length that may never come.
            LoxiReader.checkHeader(version, type, length);
            if (in.readableBytes() >= length) {
                out.add(LoxiReader.read(in.readSlice(length)));
            }
        } catch (MalformedMessageException | RuntimeException e) {
            broken = true;
            throw new CorruptedFrameException(String.format("malformed message (version %d, type %d, length %d): %s",
                    version, type, length, e.getMessage()), e);
        }
    }
}
