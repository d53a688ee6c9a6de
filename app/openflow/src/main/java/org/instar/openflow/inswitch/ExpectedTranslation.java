// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.address.Ip6;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;
import org.instar.engine.translate.PacketTranslator;
import org.instar.engine.translate.TranslatorSettings;

/**
 * What the switch is to make of a session's packet: what the engine makes of it with DF always set, and, towards IPv4,
 * the identification that is the complement of the total length. Not thread safe.
 */
final class ExpectedTranslation {

    private static final int TOTAL_LENGTH = 2;
    private static final int IDENTIFICATION = 4;
    private static final int HEADER_CHECKSUM = 10;

    private final PacketTranslator translator = new PacketTranslator(TranslatorSettings.defaults()
            .withMtu6(TranslationConfig.MAX_MTU).withMtu4(TranslationConfig.MAX_MTU)
            .withLowestMtu6(TranslationConfig.MAX_MTU).withNonGlobalInWellKnownPrefix(true)
            .withAlwaysDontFragment(true));
    private final IpPacket packet = new IpPacket();

    /** @param packet6 IPv6 packet of the session's client */
    byte[] to4(TranslatedSession session, byte[] packet6) {
        check(packet.read6(ByteBuffer.wrap(packet6), 0, packet6.length));
        ByteBuffer out = ByteBuffer.allocate(packet6.length);
        int length = translator.translate6to4(packet, out, 0, new OutgoingTuple4().set(session.pool(),
                session.remote(), session.poolPort(), session.remotePort()));
        out.putShort(IDENTIFICATION, (short) ~out.getShort(TOTAL_LENGTH)).putShort(HEADER_CHECKSUM, (short) 0);
        out.putShort(HEADER_CHECKSUM, (short) InternetChecksum.ofSum(InternetChecksum.sum(out, 0,
                IpPacket.HEADER4_LENGTH)));
        return first(out, length);
    }

    /** @param packet4 IPv4 packet of the session's remote host */
    byte[] to6(TranslatedSession session, byte[] packet4) {
        check(packet.read4(ByteBuffer.wrap(packet4), 0, packet4.length));
        ByteBuffer out = ByteBuffer.allocate(packet4.length + TranslationConfig.LENGTH_DIFFERENCE);
        Ip6 source = session.embedded();
        Ip6 destination = session.client();
        int length = translator.translate4to6(packet, out, 0, new OutgoingTuple6().set(source.high(), source.low(),
                destination.high(), destination.low(), session.remotePort(), session.clientPort()));
        return first(out, length);
    }

    private void check(DropReason reason) {
        if (reason != null) {
            throw new IllegalArgumentException("no packet to translate: " + reason);
        }
    }

    private byte[] first(ByteBuffer out, int length) {
        if (length < 0) {
            throw new IllegalArgumentException("not to be translated: " + translator.dropReason());
        }
        byte[] bytes = new byte[length];
        out.get(0, bytes);
        return bytes;
    }
}
