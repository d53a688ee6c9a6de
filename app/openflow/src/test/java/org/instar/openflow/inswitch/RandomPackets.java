// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.instar.engine.checksum.InternetChecksum;

/** Packets of a session with right checksums, and random in all that is not asked for. */
final class RandomPackets {

    private static final int TCP = 6;
    private static final int HEADER_6_BYTES = 40;
    private static final int HEADER_4_BYTES = 20;
    private static final int FLOW_LABEL = 0xf_ffff;
    private static final int DONT_FRAGMENT = 0x4000;
    /** All but FIN, SYN and RST, with which a segment is not the switch's. */
    private static final int TCP_FLAGS = 0x1f8;

    private final SplittableRandom random;

    RandomPackets(long seed) {
        random = new SplittableRandom(seed);
    }

    byte[] from6(TranslatedSession session, int length, int hopLimit, int trafficClass) {
        ByteBuffer packet = ByteBuffer.wrap(ProbePackets.from6(session, length, hopLimit, trafficClass));
        packet.putInt(0, packet.getInt(0) & ~FLOW_LABEL | random.nextInt(FLOW_LABEL + 1));
        randomize(packet, HEADER_6_BYTES, session.protocol());
        return packet.array();
    }

    byte[] from4(TranslatedSession session, int length, int ttl, int typeOfService) {
        ByteBuffer packet = ByteBuffer.wrap(ProbePackets.from4(session, length, ttl, typeOfService,
                random.nextInt(0x10000)));
        packet.putShort(6, (short) (random.nextBoolean() ? DONT_FRAGMENT : 0)).putShort(10, (short) 0);
        packet.putShort(10, (short) InternetChecksum.ofSum(InternetChecksum.sum(packet, 0, HEADER_4_BYTES)));
        randomize(packet, HEADER_4_BYTES, session.protocol());
        return packet.array();
    }

    private void randomize(ByteBuffer packet, int transport, int protocol) {
        int length = packet.capacity() - transport;
        for (int i = transport + ProbePackets.headerBytes(protocol); i < packet.capacity(); i++) {
            packet.put(i, (byte) random.nextInt(0x100));
        }
        if (protocol == TCP) {
            int words = random.nextInt(5, Math.min(15, length / 4) + 1);
            packet.putLong(transport + 4, random.nextLong())
                    .putShort(transport + 12, (short) (words << 12 | random.nextInt() & TCP_FLAGS))
                    .putShort(transport + 14, (short) random.nextInt())
                    .putShort(transport + 18, (short) random.nextInt());
        }
        checksum(packet, transport, protocol);
    }

    /**
     * Changes the payload so that the translated packet's transport checksum is the one that says "none" to UDP, and 0
     * to TCP.
     *
     * @param translated the frame that the packet is to become without the change
     */
    static byte[] withZeroChecksum(byte[] packet, byte[] translated, int protocol) {
        ByteBuffer changed = ByteBuffer.wrap(packet.clone());
        int transport = packet[0] >>> 4 == 6 ? HEADER_6_BYTES : HEADER_4_BYTES;
        int transportOut = ProbePackets.ETHERNET_BYTES + HEADER_6_BYTES + HEADER_4_BYTES - transport;
        int word = transport + ProbePackets.headerBytes(protocol);
        int checksum = ByteBuffer.wrap(translated).getShort(transportOut + ProbePackets.checksumAt(protocol)) & 0xffff;
        int sum = (changed.getShort(word) & 0xffff) + checksum;
        changed.putShort(word, (short) InternetChecksum.fold(sum));
        checksum(changed, transport, protocol);
        return changed.array();
    }

    private static void checksum(ByteBuffer packet, int transport, int protocol) {
        int length = packet.capacity() - transport;
        int at = transport + ProbePackets.checksumAt(protocol);
        packet.putShort(at, (short) 0);
        int addresses = transport == HEADER_6_BYTES ? 8 : 12;
        int checksum = InternetChecksum.ofSum(InternetChecksum.sum(packet, addresses, transport - addresses)
                + InternetChecksum.sum(packet, transport, length) + length + protocol);
        packet.putShort(at, (short) (protocol != TCP && checksum == 0 ? 0xffff : checksum));
    }
}
