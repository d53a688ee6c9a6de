// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@link FlowMatch} and single fields to and from OXM bytes (OpenFlow 1.3.5 §7.2.3). */
final class FieldCodec {

    private static final int MATCH_OXM = 1;
    private static final int MATCH_HEADER_BYTES = 4;

    private static final Map<Oxm, FlowField> BY_NAME = new HashMap<>();

    static {
        for (FlowField field : FlowField.values()) {
            BY_NAME.put(field.oxm(), field);
            BY_NAME.put(field.nxm(), field);
        }
    }

    private FieldCodec() {
    }

    /** A match read from a switch; incomplete if it has fields that {@link FlowField} has not. */
    record Decoded(FlowMatch match, boolean complete) {
    }

    /** The field of this name, if it is one of ours. */
    static Optional<FlowField> field(Oxm name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Writes a match, padded to 8 bytes. */
    static void writeMatch(ByteBuf out, FlowMatch match) {
        int start = out.writerIndex();
        out.writeShort(MATCH_OXM).writeShort(0);
        match.fields().forEach((field, value) -> writeField(out, field, value));
        int length = out.writerIndex() - start;
        out.setShort(start + Short.BYTES, length);
        out.writeZero(-length & 7);
    }

    /** Writes header, value and, unless it is exact, mask. */
    static void writeField(ByteBuf out, FlowField field, FlowMatch.Value value) {
        boolean exact = FlowMatch.isExact(field, value);
        field.oxm().write(out, !exact, exact ? field.bytes() : 2 * field.bytes());
        writeBits(out, field, value.high(), value.low());
        if (!exact) {
            writeBits(out, field, value.maskHigh(), value.maskLow());
        }
    }

    private static void writeBits(ByteBuf out, FlowField field, long high, long low) {
        for (int shift = 8 * (field.bytes() - 1); shift >= 0; shift -= 8) {
            out.writeByte((int) (shift >= Long.SIZE ? high >>> shift - Long.SIZE : low >>> shift));
        }
    }

    /** Reads a match and its padding. */
    static Decoded readMatch(ByteBuf in) throws MalformedMessageException {
        if (in.readableBytes() < MATCH_HEADER_BYTES) {
            throw new MalformedMessageException("no match");
        }
        int type = in.readUnsignedShort();
        int length = in.readUnsignedShort();
        int padded = length + 7 & ~7;
        if (type != MATCH_OXM || length < MATCH_HEADER_BYTES || padded - MATCH_HEADER_BYTES > in.readableBytes()) {
            throw new MalformedMessageException("a match of type " + type + " and " + length + " bytes");
        }
        ByteBuf fields = in.readSlice(length - MATCH_HEADER_BYTES);
        in.skipBytes(padded - length);
        return readFields(fields);
    }

    private static Decoded readFields(ByteBuf in) throws MalformedMessageException {
        FlowMatchBuilder builder = FlowMatch.builder();
        boolean complete = true;
        try {
            while (in.isReadable()) {
                Oxm.Header header = Oxm.read(in);
                ByteBuf value = in.readSlice(header.bytes());
                Optional<FlowField> field = field(header.name());
                if (field.isPresent()) {
                    builder.put(field.get(), readValue(value, field.get(), header.hasMask()));
                } else {
                    complete = false;
                }
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new MalformedMessageException("a match with a field that is cut off or there twice", e);
        }
        return new Decoded(builder.unchecked(), complete);
    }

    /** Reads the value and, if there is one, the mask behind a header. */
    static FlowMatch.Value readValue(ByteBuf in, FlowField field, boolean hasMask) {
        long high = readBits(in, field, true);
        long low = readBits(in, field, false);
        if (!hasMask) {
            return new FlowMatch.Value(high, low, field.highBits(), field.lowBits());
        }
        long maskHigh = readBits(in, field, true) & field.highBits();
        long maskLow = readBits(in, field, false) & field.lowBits();
        return new FlowMatch.Value(high & maskHigh, low & maskLow, maskHigh, maskLow);
    }

    private static long readBits(ByteBuf in, FlowField field, boolean upper) {
        int bytes = upper ? Math.max(0, field.bytes() - Long.BYTES) : Math.min(Long.BYTES, field.bytes());
        long bits = 0;
        for (int i = 0; i < bytes; i++) {
            bits = bits << 8 | in.readUnsignedByte();
        }
        return bits;
    }
}
