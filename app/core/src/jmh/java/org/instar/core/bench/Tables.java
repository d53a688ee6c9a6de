// SPDX-License-Identifier: Apache-2.0
package org.instar.core.bench;

import java.util.List;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.session.Lookahead;
import org.instar.core.session.SessionTable;
import org.instar.core.session.TimerWheel;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Prefix64;

/** The tables of one shard, filled with sessions that are known by numbers from 0 on, each with an own BIB entry. */
final class Tables {

    static final Protocol PROTOCOL = Protocol.TCP;
    static final int REMOTE_PORT = 443;
    static final int PACKET_BYTES = 64;
    static final int LIFETIME_MILLIS = 240_000;
    static final long CLIENT_HIGH = 0x2001_0db8_0006_0000L;
    private static final int FIRST_CLIENT_PORT = 1024;
    /** Each client has this many sessions (as a power of two). */
    private static final int CLIENT_SHIFT = 9;
    private static final int FIRST_POOL_ADDRESS = 0xc000_0200;
    /** Each pool address serves this many of them (as a power of two). */
    private static final int POOL_SHIFT = 15;

    final Bib bib;
    final SessionTable sessions;
    final TimerWheel wheel;
    final Lookahead lookahead;

    Tables(long nowNanos) {
        KeyedHash hash = new KeyedHash(new Random(1)::nextLong);
        bib = new Bib(hash);
        sessions = new SessionTable(bib, hash, List.of(Prefix64.parse("64:ff9b::/96")), nowNanos);
        wheel = new TimerWheel(sessions);
        lookahead = new Lookahead(bib, sessions);
    }

    /** Begins a session: BIB entry, session and timer. */
    int create(int number, long nowNanos, int lifetimeMillis) {
        return create(number, poolAddress(number), poolPort(number), nowNanos, lifetimeMillis);
    }

    /** The same with a transport address that was picked. */
    int create(int number, int poolAddress, int poolPort, long nowNanos, int lifetimeMillis) {
        int entry = bib.create(PROTOCOL, CLIENT_HIGH, clientLow(number), clientPort(number), poolAddress, poolPort,
                false, false);
        int session = sessions.create(entry, remoteAddress(number), REMOTE_PORT, true, 0, 0, 1000);
        wheel.schedule(session, nowNanos, lifetimeMillis);
        return session;
    }

    /** Says that a packet of the IPv6 side will come. */
    void expect6(int number) {
        lookahead.add6(PROTOCOL, CLIENT_HIGH, clientLow(number), clientPort(number));
    }

    /** Says that a packet of the IPv4 side will come. */
    void expect4(int number) {
        lookahead.add4(PROTOCOL, poolAddress(number), poolPort(number));
    }

    /** What a packet of the IPv6 side does: finds BIB entry and session, counts, and puts the deadline off. */
    int refresh6(int number, long nowNanos) {
        int entry = bib.find6(PROTOCOL, CLIENT_HIGH, clientLow(number), clientPort(number));
        int session = sessions.find(entry, remoteAddress(number), REMOTE_PORT);
        sessions.count6to4(session, PACKET_BYTES);
        if (!sessions.postpone(session, nowNanos, LIFETIME_MILLIS)) {
            wheel.schedule(session, nowNanos, LIFETIME_MILLIS);
        }
        return session;
    }

    /** What a packet of the IPv4 side does. */
    int refresh4(int number, long nowNanos) {
        int entry = bib.find4(PROTOCOL, poolAddress(number), poolPort(number));
        int session = sessions.find(entry, remoteAddress(number), REMOTE_PORT);
        sessions.count4to6(session, PACKET_BYTES);
        if (!sessions.postpone(session, nowNanos, LIFETIME_MILLIS)) {
            wheel.schedule(session, nowNanos, LIFETIME_MILLIS);
        }
        return session;
    }

    /** Memory outside the heap. */
    long memoryBytes() {
        return bib.memoryBytes() + sessions.memoryBytes();
    }

    static long clientLow(int number) {
        return number >>> CLIENT_SHIFT;
    }

    static int clientPort(int number) {
        return FIRST_CLIENT_PORT + (number & (1 << CLIENT_SHIFT) - 1);
    }

    private static int poolAddress(int number) {
        return FIRST_POOL_ADDRESS + (number >>> POOL_SHIFT);
    }

    private static int poolPort(int number) {
        return (1 << POOL_SHIFT) + (number & (1 << POOL_SHIFT) - 1);
    }

    static int remoteAddress(int number) {
        return 0x0a00_0000 + number * 7;
    }
}
