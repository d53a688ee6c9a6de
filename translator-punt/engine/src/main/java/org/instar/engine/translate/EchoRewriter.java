// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;

/**
 * Turns an ICMP echo that was copied to its place into one of the other version: type, identifier and checksum, which
 * covers a pseudo-header in ICMPv6 (RFC 4443 §2.3) and none in ICMPv4 (RFC 7915 §4.2, §5.2).
 */
final class EchoRewriter {

    private static final int CHECKSUM = 2;
    private static final int IDENTIFIER = 4;
    private static final int ICMPV6 = 58;

    private static final int ECHO4_REPLY = 0;
    private static final int ECHO4_REQUEST = 8;
    private static final int ECHO6_REQUEST = 128;
    private static final int ECHO6_REPLY = 129;

    private EchoRewriter() {
    }

    /**
     * @param offset where the ICMP header stands
     * @param length bytes of header and data
     * @param addresses6 sum of the addresses of the IPv6 packet
     */
    static void rewrite6to4(ByteBuffer out, int offset, int length, int identifier, long addresses6) {
        int type = (out.get(offset) & 0xff) == ECHO6_REQUEST ? ECHO4_REQUEST : ECHO4_REPLY;
        long pseudoHeader = addresses6 + PseudoHeader.protocolAndLength(ICMPV6, length);
        int checksum = replace(out, offset, type, identifier, pseudoHeader, 0);
        if (checksum == 0 && isAllZero(out, offset, length)) {
            checksum = 0xffff;
        }
        out.putShort(offset + CHECKSUM, (short) checksum);
    }

    /** As {@link #rewrite6to4} the other way. */
    static void rewrite4to6(ByteBuffer out, int offset, int length, int identifier, long addresses6) {
        int type = (out.get(offset) & 0xff) == ECHO4_REQUEST ? ECHO6_REQUEST : ECHO6_REPLY;
        long pseudoHeader = addresses6 + PseudoHeader.protocolAndLength(ICMPV6, length);
        out.putShort(offset + CHECKSUM, (short) replace(out, offset, type, identifier, 0, pseudoHeader));
    }

    /** Answers the checksum, not yet written. */
    private static int replace(ByteBuffer out, int offset, int type, int identifier, long removed, long added) {
        int checksum = out.getShort(offset + CHECKSUM) & 0xffff;
        long oldWords = (out.getShort(offset) & 0xffff) + (out.getShort(offset + IDENTIFIER) & 0xffff);
        out.put(offset, (byte) type);
        out.putShort(offset + IDENTIFIER, (short) identifier);
        long newWords = (out.getShort(offset) & 0xffff) + identifier;
        return InternetChecksum.update(checksum, removed + oldWords, added + newWords);
    }

    /**
     * Whether nothing but the checksum is set: a reply with identifier, sequence number and data all zero. Without a
     * pseudo-header its sum is +0, which an update, ending at -0, can't tell from 0xffff. Only asked when that matters.
     */
    private static boolean isAllZero(ByteBuffer out, int offset, int length) {
        return out.getShort(offset) == 0 && out.getInt(offset + IDENTIFIER) == 0
                && InternetChecksum.sum(out, offset + IDENTIFIER, length - IDENTIFIER) == 0;
    }
}
