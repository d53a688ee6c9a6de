// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import java.nio.ByteBuffer;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;
import org.instar.engine.packet.IpPacket;

/**
 * Puts new ports into a TCP or UDP header that was copied to its place, and makes the checksum fit new ports and
 * addresses without a look at the data (RFC 7915 §4.5, §5.5).
 */
final class TransportRewriter {

    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_LENGTH = 4;
    private static final int UDP_CHECKSUM = 6;

    private TransportRewriter() {
    }

    /**
     * @param offset where the TCP header stands
     * @param removed sum of the old addresses
     * @param added sum of the new addresses
     */
    static void rewriteTcp(ByteBuffer out, int offset, int ports, long removed, long added) {
        int checksum = out.getShort(offset + TCP_CHECKSUM) & 0xffff;
        out.putShort(offset + TCP_CHECKSUM, (short) replacePorts(out, offset, ports, checksum, removed, added));
    }

    /** As {@link #rewriteTcp}, but a checksum of zero is computed in full first: IPv6 must have one (RFC 8200 §8.1). */
    static void rewriteUdp(ByteBuffer out, int offset, int ports, long removed, long added) {
        int checksum = out.getShort(offset + UDP_CHECKSUM) & 0xffff;
        if (checksum == 0) {
            out.putInt(offset, ports);
            checksum = udpChecksum(out, offset, added);
        } else {
            checksum = replacePorts(out, offset, ports, checksum, removed, added);
        }
        // a zero would say that there is none (RFC 768)
        out.putShort(offset + UDP_CHECKSUM, (short) (checksum == 0 ? 0xffff : checksum));
    }

    private static int replacePorts(ByteBuffer out, int offset, int ports, int checksum, long removed, long added) {
        long oldPorts = out.getInt(offset) & 0xffffffffL;
        out.putInt(offset, ports);
        return InternetChecksum.update(checksum, removed + oldPorts, added + (ports & 0xffffffffL));
    }

    /** Over a header whose checksum field is zero. */
    private static int udpChecksum(ByteBuffer out, int offset, long addresses) {
        int length = out.getShort(offset + UDP_LENGTH) & 0xffff;
        return InternetChecksum.ofSum(addresses + PseudoHeader.protocolAndLength(IpPacket.UDP, length)
                + InternetChecksum.sum(out, offset, length));
    }
}
