// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/** Lowers the maximum segment size in the options of a TCP SYN (RFC 9293 §3.7.1) to what fits into both MTUs. */
final class MssClamp {

    private static final int TCP_HEADER_LENGTH = 20;
    private static final int CHECKSUM = 16;
    private static final int END = 0;
    private static final int NO_OPERATION = 1;
    private static final int MAXIMUM_SEGMENT_SIZE = 2;
    private static final int OPTION_LENGTH = 4;

    private final int limit;

    private MssClamp(int limit) {
        this.limit = limit;
    }

    static MssClamp of(TranslatorSettings settings) {
        return new MssClamp(Math.min(settings.mtu6() - IpPacket.HEADER6_LENGTH,
                settings.mtu4() - IpPacket.HEADER4_LENGTH) - TCP_HEADER_LENGTH);
    }

    /** Looks at the first length bytes of a segment whose checksum is already that of the translated packet. */
    void apply(ByteBuffer out, int offset, int length) {
        int end = offset + Math.min(length, out.get(offset + 12) >>> 2 & 0x3c);
        int at = offset + TCP_HEADER_LENGTH;
        while (at + 2 <= end) {
            int kind = out.get(at);
            if (kind == NO_OPERATION) {
                at++;
                continue;
            }
            int optionLength = out.get(at + 1) & 0xff;
            if (kind == END || optionLength < 2 || at + optionLength > end) {
                return;
            }
            if (kind == MAXIMUM_SEGMENT_SIZE && optionLength == OPTION_LENGTH) {
                lower(out, offset, at + 2);
                return;
            }
            at += optionLength;
        }
    }

    private void lower(ByteBuffer out, int offset, int at) {
        int size = out.getShort(at) & 0xffff;
        if (size > limit) {
            out.putShort(at, (short) limit);
            int checksum = out.getShort(offset + CHECKSUM) & 0xffff;
            boolean isEven = (at - offset) % 2 == 0;
            out.putShort(offset + CHECKSUM, (short) InternetChecksum.update(checksum, word(size, isEven),
                    word(limit, isEven)));
        }
    }

    /** A number that begins at an odd offset counts with its bytes swapped (RFC 1071 §2). */
    private static int word(int value, boolean isEven) {
        return isEven ? value : (value & 0xff) << 8 | value >>> 8;
    }
}
