// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.checksum.InternetChecksum;

/** Fields of an IPv6 header (RFC 8200 §3) and the ICMPv6 checksum over its pseudo-header (RFC 4443 §2.3). */
final class Ipv6Header {

    static final int LENGTH = 40;
    static final int ICMPV6 = 58;

    static final Ip6 UNSPECIFIED = Ip6.of(0, 0);
    static final Ip6 ALL_NODES = Ip6.parse("ff02::1");
    static final Ip6 ALL_ROUTERS = Ip6.parse("ff02::2");

    private static final long LINK_MULTICAST_HIGH = 0xff02L << 48;
    private static final long SOLICITED_NODE_LOW = 0x0000_0001_ff00_0000L;
    private static final long SOLICITED_NODE_MASK = 0xff_ffffL;

    private Ipv6Header() {
    }

    static int payloadLength(ByteBuffer frame, int ip) {
        return frame.getShort(ip + 4) & 0xffff;
    }

    static int nextHeader(ByteBuffer frame, int ip) {
        return frame.get(ip + 6) & 0xff;
    }

    static int hopLimit(ByteBuffer frame, int ip) {
        return frame.get(ip + 7) & 0xff;
    }

    static long sourceHigh(ByteBuffer frame, int ip) {
        return frame.getLong(ip + 8);
    }

    static long sourceLow(ByteBuffer frame, int ip) {
        return frame.getLong(ip + 16);
    }

    static long destinationHigh(ByteBuffer frame, int ip) {
        return frame.getLong(ip + 24);
    }

    static long destinationLow(ByteBuffer frame, int ip) {
        return frame.getLong(ip + 32);
    }

    static boolean isMulticast(long high) {
        return high >>> 56 == 0xff;
    }

    static boolean isUnspecified(long high, long low) {
        return (high | low) == 0;
    }

    static boolean isLoopback(long high, long low) {
        return high == 0 && low == 1;
    }

    static boolean isSolicitedNode(long high, long low) {
        return high == LINK_MULTICAST_HIGH && (low & ~SOLICITED_NODE_MASK) == SOLICITED_NODE_LOW;
    }

    /** The multicast address under which a node is asked for its link-layer address (RFC 4291 §2.7.1). */
    static Ip6 solicitedNode(long addressLow) {
        return Ip6.of(LINK_MULTICAST_HIGH, SOLICITED_NODE_LOW | addressLow & SOLICITED_NODE_MASK);
    }

    /** Writes the header of an ICMPv6 message. */
    static void write(ByteBuffer frame, int ip, int payloadLength, int hopLimit, Ip6 source, Ip6 destination) {
        frame.putInt(ip, 6 << 28);
        frame.putShort(ip + 4, (short) payloadLength);
        frame.put(ip + 6, (byte) ICMPV6);
        frame.put(ip + 7, (byte) hopLimit);
        put(frame, ip + 8, source);
        put(frame, ip + 24, destination);
    }

    static void put(ByteBuffer frame, int at, Ip6 address) {
        frame.putLong(at, address.high());
        frame.putLong(at + 8, address.low());
    }

    /** Fills in the checksum of an ICMPv6 message that follows the header at {@code ip}. */
    static void writeChecksum(ByteBuffer frame, int ip, int icmpLength) {
        frame.putShort(ip + LENGTH + 2, (short) 0);
        frame.putShort(ip + LENGTH + 2, (short) checksum(frame, ip, icmpLength));
    }

    /** Zero when the checksum field of the message that follows the header at {@code ip} is right. */
    static int checksum(ByteBuffer frame, int ip, int icmpLength) {
        long addressesAndMessage = InternetChecksum.sum(frame, ip + 8, 32 + icmpLength);
        return InternetChecksum.ofSum(addressesAndMessage + icmpLength + ICMPV6);
    }
}
