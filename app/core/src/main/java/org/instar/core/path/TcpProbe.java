// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import java.util.List;
import org.instar.core.binding.Bib;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.engine.address.Prefix64;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.checksum.PseudoHeader;

/**
 * Writes the segment that asks a client whether an idle connection is still there (RFC 6146 §3.5.2.2, ESTABLISHED): no
 * data, sequence and acknowledgment number 0, no flag but ACK. An endpoint that has the connection answers with an ACK,
 * which the other end answers too; both are packets that keep the session.
 */
final class TcpProbe {

    private static final int IPV6_HEADER = 40;
    private static final int TCP_HEADER = 20;
    private static final int TCP = 6;
    private static final int VERSION_6 = 0x60000000;
    private static final int HOP_LIMIT = 64;
    /** Data offset of five words, and ACK. */
    private static final int OFFSET_AND_FLAGS = 0x5010;

    private final Bib bib;
    private final SessionTable sessions;
    private final List<Prefix64> prefixes;

    TcpProbe(ShardState state, List<Prefix64> prefixes) {
        this.bib = state.bib();
        this.sessions = state.sessions();
        this.prefixes = prefixes;
    }

    /** Writes the IPv6 packet and returns its length. */
    int write(int session, ByteBuffer out, int offset) {
        int binding = sessions.binding(session);
        int remote = sessions.remoteAddress(session);
        Prefix64 prefix = prefixes.get(sessions.prefix(session));
        long sourceHigh = prefix.embedHigh(remote);
        long sourceLow = prefix.embedLow(remote);
        long clientHigh = bib.clientHigh(binding);
        long clientLow = bib.clientLow(binding);
        out.putInt(offset, VERSION_6);
        out.putInt(offset + 4, TCP_HEADER << 16 | TCP << 8 | HOP_LIMIT);
        out.putLong(offset + 8, sourceHigh).putLong(offset + 16, sourceLow);
        out.putLong(offset + 24, clientHigh).putLong(offset + 32, clientLow);
        int tcp = offset + IPV6_HEADER;
        out.putInt(tcp, sessions.remotePort(session) << 16 | bib.clientPort(binding));
        out.putLong(tcp + 4, 0);
        out.putInt(tcp + 12, OFFSET_AND_FLAGS << 16);
        out.putInt(tcp + 16, 0);
        long sum = PseudoHeader.addresses6(sourceHigh, sourceLow, clientHigh, clientLow)
                + PseudoHeader.protocolAndLength(TCP, TCP_HEADER) + InternetChecksum.sum(out, tcp, TCP_HEADER);
        out.putShort(tcp + 16, (short) InternetChecksum.ofSum(sum));
        return IPV6_HEADER + TCP_HEADER;
    }
}
