// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.nio.ByteBuffer;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.session.TcpState;

/**
 * A session with its BIB entry as a snapshot has it; used again for the next one. Each session is told whole, without
 * the others of its BIB entry: so slices of a snapshot need not agree with one another.
 *
 * <pre>
 * body, 75 bytes   1 flags: protocol (2 bits), endpoint-dependent, of a static binding, began on the IPv6 side
 *                  1 TCP state
 *                 16 client's address, 2 its port    4 pool address, 2 its port    4 remote address, 2 its port
 *                  1 number of the prefix            2 number of the rule
 *                  4 milliseconds left at the snapshot's time, signed              4 created, seconds since 1970
 *                  8 packets, 8 bytes from IPv6 to IPv4                            8, 8 from IPv4 to IPv6
 * </pre>
 */
final class SessionRecord {

    static final int BYTES = 75;

    private static final int PROTOCOL_MASK = 3;
    private static final int DEPENDENT = 4;
    private static final int FIXED = 8;
    private static final int FROM_6 = 16;
    private static final int ALL_FLAGS = 31;
    private static final int MAX_PACKETS_BITS = 40;
    private static final int MAX_BYTES_BITS = 56;
    private static final Protocol[] PROTOCOLS = Protocol.values();
    private static final TcpState[] STATES = TcpState.values();

    Protocol protocol;
    boolean dependent;
    boolean fixed;
    boolean from6;
    TcpState tcpState;
    long clientHigh;
    long clientLow;
    int clientPort;
    int poolAddress;
    int poolPort;
    int remoteAddress;
    int remotePort;
    int prefix;
    int rule;
    int leftMillis;
    long createdSeconds;
    long packets6to4;
    long bytes6to4;
    long packets4to6;
    long bytes4to6;

    /** Takes what the tables say about a session. */
    void fill(ShardState state, int session, long timeNanos) {
        SessionTable sessions = state.sessions();
        Bib bib = state.bib();
        int binding = sessions.binding(session);
        protocol = bib.protocol(binding);
        dependent = bib.isDependent(binding);
        fixed = bib.isFixed(binding);
        clientHigh = bib.clientHigh(binding);
        clientLow = bib.clientLow(binding);
        clientPort = bib.clientPort(binding);
        poolAddress = bib.poolAddress(binding);
        poolPort = bib.poolPort(binding);
        from6 = sessions.isFrom6(session);
        tcpState = sessions.tcpState(session);
        remoteAddress = sessions.remoteAddress(session);
        remotePort = sessions.remotePort(session);
        prefix = sessions.prefix(session);
        rule = sessions.rule(session);
        leftMillis = sessions.expiresInMillis(session, timeNanos);
        createdSeconds = sessions.createdSeconds(session);
        packets6to4 = sessions.packets6to4(session);
        bytes6to4 = sessions.bytes6to4(session);
        packets4to6 = sessions.packets4to6(session);
        bytes4to6 = sessions.bytes4to6(session);
    }

    void write(ByteBuffer out) {
        out.put((byte) (protocol.ordinal() | (dependent ? DEPENDENT : 0) | (fixed ? FIXED : 0)
                | (from6 ? FROM_6 : 0)));
        out.put((byte) tcpState.ordinal());
        out.putLong(clientHigh).putLong(clientLow).putShort((short) clientPort);
        out.putInt(poolAddress).putShort((short) poolPort);
        out.putInt(remoteAddress).putShort((short) remotePort);
        out.put((byte) prefix).putShort((short) rule);
        out.putInt(leftMillis).putInt((int) createdSeconds);
        out.putLong(packets6to4).putLong(bytes6to4).putLong(packets4to6).putLong(bytes4to6);
    }

    /** Reads a body of {@link #BYTES}; null, or what is wrong with it. */
    String read(ByteBuffer in) {
        int flags = in.get() & 0xff;
        int state = in.get() & 0xff;
        if (flags > ALL_FLAGS || (flags & PROTOCOL_MASK) >= PROTOCOLS.length || state >= STATES.length) {
            return "a session with flags " + flags + " and TCP state " + state;
        }
        protocol = PROTOCOLS[flags & PROTOCOL_MASK];
        dependent = (flags & DEPENDENT) != 0;
        fixed = (flags & FIXED) != 0;
        from6 = (flags & FROM_6) != 0;
        tcpState = STATES[state];
        clientHigh = in.getLong();
        clientLow = in.getLong();
        clientPort = in.getShort() & 0xffff;
        poolAddress = in.getInt();
        poolPort = in.getShort() & 0xffff;
        remoteAddress = in.getInt();
        remotePort = in.getShort() & 0xffff;
        prefix = in.get() & 0xff;
        rule = in.getShort() & 0xffff;
        leftMillis = in.getInt();
        createdSeconds = in.getInt() & 0xffffffffL;
        packets6to4 = in.getLong();
        bytes6to4 = in.getLong();
        packets4to6 = in.getLong();
        bytes4to6 = in.getLong();
        return violation();
    }

    private String violation() {
        if (dependent && fixed) {
            return "a session of an endpoint-dependent static binding";
        }
        if (protocol == Protocol.TCP != (tcpState != TcpState.CLOSED)) {
            return "a session of " + protocol + " in TCP state " + tcpState;
        }
        if (protocol == Protocol.ICMP && remotePort != 0) {
            return "a session of ICMP with a remote port";
        }
        boolean counted = packets6to4 >>> MAX_PACKETS_BITS == 0 && packets4to6 >>> MAX_PACKETS_BITS == 0
                && bytes6to4 >>> MAX_BYTES_BITS == 0 && bytes4to6 >>> MAX_BYTES_BITS == 0;
        return counted ? null : "a session with counters beyond their range";
    }
}
