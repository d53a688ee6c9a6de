// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.packet.QuotedPacket;

/**
 * The beginning of the transport packet that is quoted in an ICMP error message (RFC 7915 §4.3, §5.3): as in a packet
 * on its own, as far as it is there. Its checksum can't be computed, only updated; one that is missing stays missing.
 */
final class QuotedTransport {

    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_CHECKSUM = 6;
    private static final int ICMP_CHECKSUM = 2;
    private static final int ICMP_IDENTIFIER = 4;

    private QuotedTransport() {
    }

    /**
     * @param length bytes to write, at least 8
     * @param ports source and destination port of the new packet
     * @param removed sum of the old addresses
     * @param added sum of the new addresses
     */
    static void writePorts(QuotedPacket quoted, ByteBuffer out, int to, int length, int ports, long removed,
            long added) {
        long oldPorts = out.getInt(to) & 0xffffffffL;
        out.putInt(to, ports);
        boolean isTcp = quoted.protocol() == IpPacket.TCP;
        int field = isTcp ? TCP_CHECKSUM : UDP_CHECKSUM;
        if (field + 2 > length) {
            return;
        }
        int checksum = out.getShort(to + field) & 0xffff;
        if (isTcp || checksum != 0) {
            int updated = InternetChecksum.update(checksum, removed + oldPorts, added + (ports & 0xffffffffL));
            out.putShort(to + field, (short) (updated == 0 && !isTcp ? 0xffff : updated));
        }
    }

    /**
     * The echo at the beginning of the quote, with the pseudo-header of one version and without that of the other.
     *
     * @param removed sum of the old addresses, when there was a pseudo-header
     * @param added sum of the new addresses, when there is one now
     */
    static void writeEcho(QuotedPacket quoted, ByteBuffer out, int to, int type, int identifier, long removed,
            long added) {
        long pseudoHeader = PseudoHeader.protocolAndLength(IpPacket.ICMPV6,
                quoted.totalLength() - quoted.headerLength());
        int oldTypeAndCode = out.getShort(to) & 0xffff;
        int oldIdentifier = out.getShort(to + ICMP_IDENTIFIER) & 0xffff;
        int typeAndCode = type << 8 | oldTypeAndCode & 0xff;
        out.putShort(to, (short) typeAndCode);
        out.putShort(to + ICMP_IDENTIFIER, (short) identifier);
        int checksum = out.getShort(to + ICMP_CHECKSUM) & 0xffff;
        out.putShort(to + ICMP_CHECKSUM, (short) InternetChecksum.update(checksum,
                oldTypeAndCode + oldIdentifier + (removed == 0 ? 0 : removed + pseudoHeader),
                typeAndCode + identifier + (added == 0 ? 0 : added + pseudoHeader)));
    }
}
