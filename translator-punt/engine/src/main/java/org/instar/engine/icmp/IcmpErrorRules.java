// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.icmp;

import java.nio.ByteBuffer;
import org.instar.engine.packet.ExtensionHeaders;
import org.instar.engine.packet.IpPacket;

/** About which packets no ICMP error may be sent (RFC 4443 §2.4 e; RFC 1122 §3.2.2, RFC 1812 §4.3.2.7; RFC 7915). */
final class IcmpErrorRules {

    private static final int REDIRECT6 = 137;
    private static final int FRAGMENT_OFFSET = 0x1fff;

    private IcmpErrorRules() {
    }

    /** @param length bytes of the packet that are there, at least 40 */
    static boolean mayAnswer6(IcmpError error, ByteBuffer in, int offset, int length) {
        long sourceHigh = in.getLong(offset + 8);
        boolean isNoNode = sourceHigh == 0 && in.getLong(offset + 16) >>> 1 == 0
                || sourceHigh >>> 56 == 0xff || sourceHigh >>> 54 == 0xfe80 >>> 6;
        boolean isToMulticast = in.get(offset + 24) == (byte) 0xff;
        if (error.type6() < 0 || isNoNode || isToMulticast) {
            return false;
        }
        int transport = ExtensionHeaders.findIcmp(in, offset, length);
        if (transport == ExtensionHeaders.NOT_ICMP) {
            return true;
        }
        if (transport < 0) {
            return false;
        }
        int type = in.get(offset + transport) & 0xff;
        return type >= 128 && type != REDIRECT6 && error != IcmpError.ADMINISTRATIVELY_PROHIBITED;
    }

    /** @param length bytes of the packet that are there, at least 20 and no less than its header has */
    static boolean mayAnswer4(IcmpError error, ByteBuffer in, int offset, int length) {
        int headerLength = (in.get(offset) & 0xf) * 4;
        int firstOfSource = in.get(offset + 12) & 0xff;
        boolean isNoHost = firstOfSource == 0 || firstOfSource == 127 || firstOfSource >= 224;
        boolean isToMulticast = (in.get(offset + 16) & 0xff) >= 224;
        boolean isLaterFragment = (in.getShort(offset + 6) & FRAGMENT_OFFSET) != 0;
        if (error.type4() < 0 || isNoHost || isToMulticast || isLaterFragment) {
            return false;
        }
        if ((in.get(offset + 9) & 0xff) != IpPacket.ICMP) {
            return true;
        }
        return headerLength < length && isQuery4(in.get(offset + headerLength) & 0xff);
    }

    /** Echo, timestamp, information and address mask (RFC 1122 §3.2.2); all else is an error or unknown. */
    private static boolean isQuery4(int type) {
        return type == 0 || type == 8 || type >= 13 && type <= 18;
    }
}
