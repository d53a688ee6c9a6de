// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.table.RecordStore;

/**
 * Brings the BIB entries and sessions of a burst's packets from memory before the first of them is handled. A lookup
 * waits for memory two or three times, and a packet's other work keeps the processor from reaching the next lookup
 * meanwhile; here nothing stands between them, so that their reads overlap. It only reads, and follows guesses: one
 * that is wrong costs a read. For the thread that writes the tables.
 *
 * <p>Name the packets by {@link #add6} and {@link #add4}, then call {@link #fetch}, then handle them.
 */
public final class Lookahead {

    /** How many packets one {@link #fetch} looks after; what is named beyond that is passed over. */
    public static final int MOST = 64;

    private final Bib bib;
    private final SessionTable sessions;
    private final int[] entries = new int[MOST];
    private int count;
    /** What was read must be of use somewhere, or it would not be read. */
    private long read;

    public Lookahead(Bib bib, SessionTable sessions) {
        this.bib = bib;
        this.sessions = sessions;
    }

    /** A packet from this IPv6 transport address will come. */
    public void add6(Protocol protocol, long high, long low, int port) {
        if (count < MOST) {
            entries[count++] = bib.guess6(protocol, high, low, port);
        }
    }

    /** A packet to this IPv4 transport address of a pool will come. */
    public void add4(Protocol protocol, int address, int port) {
        if (count < MOST) {
            entries[count++] = bib.guess4(protocol, address, port);
        }
    }

    /**
     * Reads what the packets that were named need, and forgets them.
     *
     * @return for how many of them a BIB entry is there, most likely
     */
    public int fetch() {
        long sum = 0;
        int found = 0;
        for (int i = 0; i < count; i++) {
            int entry = entries[i];
            if (entry > RecordStore.NONE) {
                entries[found++] = entry;
                sum += bib.firstSession(entry);
            }
        }
        for (int i = 0; i < found; i++) {
            int session = bib.firstSession(entries[i]);
            if (session != RecordStore.NONE) {
                sum += sessions.deadlineMillis(session);
            }
        }
        read = sum;
        count = 0;
        return found;
    }

    /** Something about what was read last. */
    long read() {
        return read;
    }
}
