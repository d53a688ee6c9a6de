// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.instar.engine.packet.IpPacket;
import org.instar.openflow.PacketIn;

/**
 * A packet that turned out too late not to be the switch's: it has extension headers or IPv4 options, seen in the
 * second pass only, and its addresses are written over. What is left tells the session, which is to leave the switch,
 * so that its next such packet takes the fast path. The packet itself is lost, as on any congested link. The frame is
 * the IP header as the second pass sees it, its words as in {@link HeaderWords} and {@link TranslationTable}.
 */
public sealed interface StrayPacket {

    /** From IPv6: the session by its IPv4 side. */
    record From6(int protocol, int pool, int poolPort, int remote) implements StrayPacket {
    }

    /** From IPv4: the session by its handle. */
    record From4(int protocol, int handle) implements StrayPacket {
    }

    /** What a packet-in tells about; nothing if it is no stray packet's or too short to tell. */
    static Optional<StrayPacket> of(PacketIn packetIn, StaticTables tables) {
        ByteBuffer frame = ByteBuffer.wrap(packetIn.frame());
        if (packetIn.cookie() == TranslationRule.EXTENSION_HEADER.cookie()
                && frame.limit() >= IpPacket.HEADER6_LENGTH) {
            return from6(frame, tables);
        }
        if (packetIn.cookie() == TranslationRule.OPTIONS.cookie() && frame.limit() >= IpPacket.HEADER4_LENGTH) {
            int w4 = frame.getInt(16);
            return Optional.of(new From4(frame.get(9) & 0xff, w4 >>> 28 << 16 | w4 & 0xffff));
        }
        return Optional.empty();
    }

    private static Optional<StrayPacket> from6(ByteBuffer frame, StaticTables tables) {
        int nsh = frame.getInt(14);
        int v7 = frame.getInt(28);
        int v9 = frame.getInt(36);
        int block = PoolBlocks.MAX_BLOCKS - 1 - (nsh >>> 22 & PoolBlocks.MAX_BLOCKS - 1);
        return tables.poolAddress(block, nsh & 0xff).stream().mapToObj(pool ->
                (StrayPacket) new From6(v7 >>> 16 & 0xff, pool, poolPort(frame), v9)).findFirst();
    }

    /** The source port is behind the extension headers: hop-by-hop, destination options, routing, atomic fragment. */
    private static int poolPort(ByteBuffer frame) {
        int nextHeader = frame.get(6);
        int at = IpPacket.HEADER6_LENGTH;
        while (nextHeader != IpPacket.TCP && nextHeader != IpPacket.UDP && at + 8 <= frame.limit()) {
            int length = nextHeader == 44 ? 8 : (frame.get(at + 1) & 0xff) + 1 << 3;
            nextHeader = frame.get(at);
            at += length;
        }
        return at + 2 <= frame.limit() ? frame.getShort(at) & 0xffff : 0;
    }
}
