// SPDX-License-Identifier: Apache-2.0
package org.instar.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The Internet checksum as RFC 1071 §4.1 spells it, 16 bits at a time, over whole packets. */
public final class TestChecksum {

    private TestChecksum() {
    }

    /** Folded sum of bytes, onto a folded sum. */
    static int sum(int start, byte[] bytes) {
        int sum = start;
        for (int i = 0; i < bytes.length; i++) {
            sum += (bytes[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    static int complement(byte[] packet, int version, int protocol, int transportLength) {
        return ~transportSum(packet, version, protocol, transportLength) & 0xffff;
    }

    private static int transportSum(byte[] packet, int version, int protocol, int transportLength) {
        byte[] transport = Arrays.copyOfRange(packet, packet.length - transportLength, packet.length);
        byte[] pseudoHeader = {};
        if (version == 6) {
            pseudoHeader = ByteBuffer.allocate(40).put(packet, 8, 32).putInt(transportLength).putInt(protocol).array();
        } else if (protocol != 1) {
            pseudoHeader = ByteBuffer.allocate(12).put(packet, 12, 8).putShort((short) protocol)
                    .putShort((short) transportLength).array();
        }
        return sum(sum(0, pseudoHeader), transport);
    }

    /** Whether the header checksum (of IPv4) is right. */
    public static boolean headerIsRight(byte[] packet) {
        return packet[0] >>> 4 == 6 || sum(0, Arrays.copyOf(packet, (packet[0] & 0xf) * 4)) == 0xffff;
    }

    /** Whether the checksum of an unfragmented TCP, UDP or ICMP packet without extension headers is right. */
    public static boolean transportIsRight(byte[] packet) {
        int version = packet[0] >>> 4;
        int headerLength = version == 6 ? 40 : (packet[0] & 0xf) * 4;
        int protocol = packet[version == 6 ? 6 : 9] & 0xff;
        int length = packet.length - headerLength;
        if (protocol == 17) {
            length = ByteBuffer.wrap(packet).getShort(headerLength + 4) & 0xffff;
            boolean none = ByteBuffer.wrap(packet).getShort(headerLength + 6) == 0;
            if (none) {
                return version == 4;
            }
        }
        byte[] exact = Arrays.copyOf(packet, headerLength + length);
        return transportSum(exact, version, protocol, length) == 0xffff;
    }
}
