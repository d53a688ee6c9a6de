// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;

/**
 * The header of ICMP echo requests and replies: type, identifier and checksum, which covers a pseudo-header in ICMPv6
 * (RFC 4443 §2.3) and none in ICMPv4 (RFC 7915 §4.2, §5.2).
 */
final class EchoHeader {

    static final int LENGTH = 8;

    private static final int ECHO4_REPLY = 0;
    private static final int ECHO4_REQUEST = 8;
    private static final int ECHO6_REQUEST = 128;
    private static final int ECHO6_REPLY = 129;

    private EchoHeader() {
    }

    static int type4(int type6) {
        return type6 == ECHO6_REQUEST ? ECHO4_REQUEST : ECHO4_REPLY;
    }

    static int type6(int type4) {
        return type4 == ECHO4_REQUEST ? ECHO6_REQUEST : ECHO6_REPLY;
    }

    /**
     * Writes the new header of an echo.
     *
     * @param removed sum of the old pseudo-header; 0 for none
     * @param added sum of the new pseudo-header; 0 for none
     */
    static void write(IpPacket in, ByteBuffer out, int to, int type, int identifier, long removed, long added) {
        long header = in.transportHeader();
        int code = (int) (header >>> 48) & 0xff;
        int newTypeAndCode = type << 8 | code;
        long rest = (long) identifier << 16 | header & 0xffff;
        int checksum = InternetChecksum.update((int) (header >>> 32) & 0xffff,
                removed + (header >>> 48) + (header >>> 16 & 0xffff), added + newTypeAndCode + identifier);
        if (checksum == 0 && added == 0 && newTypeAndCode == 0 && rest == 0 && isDataZero(in, header)) {
            checksum = 0xffff;
        }
        out.putLong(to, (long) newTypeAndCode << 48 | (long) checksum << 32 | rest);
    }

    /**
     * Whether nothing but the checksum is set: a reply with identifier, sequence number and data all zero. Without a
     * pseudo-header its sum is +0, which an update, ending at -0, can't tell from 0xffff. Only asked when that matters.
     */
    private static boolean isDataZero(IpPacket in, long header) {
        if (in.isFragment()) {
            return in.datagramSum() == (header >>> 32) + (header & 0xffffffffL);
        }
        return InternetChecksum.sum(in.buffer(), in.transportOffset() + LENGTH, in.transportLength() - LENGTH) == 0;
    }
}
