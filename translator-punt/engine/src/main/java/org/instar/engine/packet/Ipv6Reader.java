// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.packet;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;

/** Takes over the fields of an IPv6 header (RFC 8200 §3). */
final class Ipv6Reader {

    private Ipv6Reader() {
    }

    /** At least 40 bytes are there. */
    static DropReason read(IpPacket packet, ByteBuffer buffer, int offset, int length) {
        long first = buffer.getLong(offset);
        if (first >>> 60 != 6) {
            return DropReason.BAD_VERSION;
        }
        int totalLength = IpPacket.HEADER6_LENGTH + ((int) (first >>> 16) & 0xffff);
        if (totalLength > length) {
            return DropReason.TRUNCATED;
        }
        packet.totalLength = totalLength;
        packet.headerLength = IpPacket.HEADER6_LENGTH;
        packet.header = first;
        packet.sourceHigh = buffer.getLong(offset + 8);
        packet.sourceLow = buffer.getLong(offset + 16);
        packet.destinationHigh = buffer.getLong(offset + 24);
        packet.destinationLow = buffer.getLong(offset + 32);
        int nextHeader = (int) (first >>> 8) & 0xff;
        packet.protocol = nextHeader;
        DropReason reason = nextHeader == IpPacket.UDP || nextHeader == IpPacket.TCP ? null
                : ExtensionHeaders.skip(packet, buffer);
        boolean isIllegal = isIllegalSource(packet.sourceHigh, packet.sourceLow);
        if (reason == null) {
            reason = TransportReader.read6(packet, buffer);
        }
        return reason == null && isIllegal ? DropReason.ILLEGAL_SOURCE_ADDRESS : reason;
    }

    /** Unspecified, loopback, IPv4-mapped, multicast; link-local may not be forwarded (RFC 4291 §2.5.6). */
    static boolean isIllegalSource(long high, long low) {
        return high >>> 61 != 1 && (high == 0 && (low >>> 1 == 0 || low >>> 32 == 0xffff)
                || high >>> 56 == 0xff
                || high >>> 54 == 0xfe80 >>> 6);
    }
}
