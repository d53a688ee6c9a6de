// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.core.session.Lookahead;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;

/**
 * Has the tables' records of a burst's frames read before the first frame is handled. It looks at plain TCP and UDP
 * only, and checks no more than that nothing is read beyond the frame: what it takes for a packet's ends is a guess.
 */
final class Upcoming {

    /** With fewer sessions the tables are in the processor's caches all the time, and there is nothing to gain. */
    static final int LEAST_SESSIONS = 1 << 15;

    private static final int TYPE_OFFSET = 12;
    private static final int ETHERNET_HEADER = 14;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_IPV6 = 0x86dd;
    private static final int HEADER6 = 40;
    private static final int HEADER4 = 20;
    private static final int WITHOUT_OPTIONS = 0x45;

    private final SessionTable sessions;
    private final Lookahead lookahead;
    private final int leastSessions;

    Upcoming(ShardState state, int leastSessions) {
        this.sessions = state.sessions();
        this.lookahead = new Lookahead(state.bib(), state.sessions());
        this.leastSessions = leastSessions;
    }

    /** Whether it is worth naming frames. */
    boolean isWorthwhile() {
        return sessions.size() >= leastSessions;
    }

    /** This frame will come. */
    void add(ByteBuffer frame, int offset, int length) {
        int packet = offset + ETHERNET_HEADER;
        if (length < ETHERNET_HEADER + HEADER6 + 4) {
            if (length >= ETHERNET_HEADER + HEADER4 + 4) {
                add4(frame, offset, packet);
            }
        } else if ((frame.getShort(offset + TYPE_OFFSET) & 0xffff) == TYPE_IPV6) {
            Protocol protocol = ofTransport(frame.get(packet + 6));
            if (protocol != null) {
                lookahead.add6(protocol, frame.getLong(packet + 8), frame.getLong(packet + 16),
                        frame.getShort(packet + HEADER6) & 0xffff);
            }
        } else {
            add4(frame, offset, packet);
        }
    }

    private void add4(ByteBuffer frame, int offset, int packet) {
        if ((frame.getShort(offset + TYPE_OFFSET) & 0xffff) == TYPE_IPV4 && frame.get(packet) == WITHOUT_OPTIONS) {
            Protocol protocol = ofTransport(frame.get(packet + 9));
            if (protocol != null) {
                lookahead.add4(protocol, frame.getInt(packet + 16), frame.getShort(packet + HEADER4 + 2) & 0xffff);
            }
        }
    }

    private static Protocol ofTransport(int number) {
        return number == Protocol.TCP.number() ? Protocol.TCP : number == Protocol.UDP.number() ? Protocol.UDP : null;
    }

    /** All of the burst's frames have been named; for how many of them a BIB entry is there, most likely. */
    int fetch() {
        return lookahead.fetch();
    }
}
