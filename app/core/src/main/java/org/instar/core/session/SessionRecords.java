// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.nio.LongBuffer;
import org.instar.core.Protocol;
import org.instar.core.table.RecordStore;

/**
 * The records of a {@link SessionTable}: what is in them and how it is read and written, by handles. One thread writes.
 *
 * <pre>
 * record, 64 bytes     0 remote address    4 remote port    6 flags
 *                      8 BIB entry        12 deadline, milliseconds of the timer wheel
 *                     16 next in the slot 20 previous in the slot
 *                     24 next sibling     28 previous sibling; of the first: how many there are
 *                     32 created, seconds 36 stamp; owner's bits: rule
 *                     40 bytes IPv6 to IPv4 (56 bits), high bits of its packets (8)
 *                     48 the same, IPv4 to IPv6
 *                     56 packets IPv6 to IPv4, low bits    60 the same, IPv4 to IPv6
 * flags                protocol (2), TCP state (3), flow rules (2), prefix (5), began on the IPv4 side, offload (2);
 *                      highest: timed
 * </pre>
 */
public abstract class SessionRecords {

    /** Sessions know their translation prefix by a number below this. */
    public static final int MAX_PREFIXES = 32;

    static final int RECORD_BYTES = 64;
    static final int LONGS_SHIFT = 3;
    static final int REMOTE_ADDRESS = 0;
    static final int REMOTE_PORT = 4;
    static final int FLAGS = 6;
    static final int BINDING = 8;
    static final int DEADLINE = 12;
    static final int TIMER_NEXT = 16;
    static final int TIMER_PREVIOUS = 20;
    static final int SIBLING_NEXT = 24;
    static final int SIBLING_PREVIOUS = 28;
    static final int CREATED = 32;
    static final int STAMP = 36;
    static final int BYTES_6TO4 = 40;
    static final int BYTES_4TO6 = 48;
    static final int PACKETS_6TO4 = 56;
    static final int PACKETS_4TO6 = 60;

    static final int PROTOCOL_MASK = 3;
    static final int STATE_SHIFT = 2;
    static final int STATE_MASK = 7;
    static final int RULES_SHIFT = 5;
    static final int RULES_MASK = 3;
    static final int PREFIX_SHIFT = 7;
    static final int FROM_4 = 1 << 12;
    static final int OFFLOAD_SHIFT = 13;
    static final int OFFLOAD_MASK = 3;
    static final int TIMED = 1 << 15;
    static final int BYTES_BITS = 56;
    /** The high bits of a count of packets stand above the bytes. */
    static final long PACKETS_CARRY = 1L << BYTES_BITS;
    /** Where the flags stand in the first long. */
    static final int FLAGS_SHIFT = 48;
    static final long LOW_HALF = 0xffff_ffffL;
    static final long NANOS_PER_MILLI = 1_000_000L;

    static final Protocol[] PROTOCOLS = Protocol.values();
    static final TcpState[] STATES = TcpState.values();
    static final Session.Rules[] RULES = Session.Rules.values();
    static final Session.Offload[] OFFLOADS = Session.Offload.values();

    final RecordStore records = new RecordStore(RECORD_BYTES, STAMP, SIBLING_NEXT);
    final long originNanos;
    final int shard;
    /** The times that {@link #beginMillis} stands for begin here. */
    private long millisBeginNanos;
    private int beginMillis;

    SessionRecords(long originNanos, int shard) {
        this.originNanos = originNanos;
        this.shard = shard;
        // what is no more than a millisecond before the origin begins with it
        this.millisBeginNanos = originNanos - NANOS_PER_MILLI + 1;
    }

    /** A time on the clock of deadlines: milliseconds since its origin, in 32 bits. */
    int millis(long nanos) {
        return (int) ((nanos - originNanos) / NANOS_PER_MILLI);
    }

    long originNanos() {
        return originNanos;
    }

    public int binding(int session) {
        return records.getInt(session, BINDING);
    }

    public Protocol protocol(int session) {
        return PROTOCOLS[flags(session) & PROTOCOL_MASK];
    }

    /** IPv4 address of the remote endpoint. */
    public int remoteAddress(int session) {
        return records.getInt(session, REMOTE_ADDRESS);
    }

    /** Port of the remote endpoint, the same on both sides; 0 for ICMP. */
    public int remotePort(int session) {
        return records.getShort(session, REMOTE_PORT);
    }

    /** CLOSED for UDP and ICMP. */
    public TcpState tcpState(int session) {
        return STATES[flags(session) >>> STATE_SHIFT & STATE_MASK];
    }

    public void setTcpState(int session, TcpState state) {
        setFlags(session, STATE_MASK << STATE_SHIFT, state.ordinal() << STATE_SHIFT);
    }

    public Session.Rules rules(int session) {
        return RULES[flags(session) >>> RULES_SHIFT & RULES_MASK];
    }

    public void setRules(int session, Session.Rules rules) {
        setFlags(session, RULES_MASK << RULES_SHIFT, rules.ordinal() << RULES_SHIFT);
    }

    public Session.Offload offload(int session) {
        return OFFLOADS[flags(session) >>> OFFLOAD_SHIFT & OFFLOAD_MASK];
    }

    public void setOffload(int session, Session.Offload offload) {
        setFlags(session, OFFLOAD_MASK << OFFLOAD_SHIFT, offload.ordinal() << OFFLOAD_SHIFT);
    }

    /** Number of the prefix under which the client sees the remote endpoint. */
    public int prefix(int session) {
        return flags(session) >>> PREFIX_SHIFT & MAX_PREFIXES - 1;
    }

    /**
     * A client may reach one remote endpoint through several prefixes: answers come from the one it used last. The flow
     * rules don't match the new one yet.
     */
    public void changePrefix(int session, int prefix) {
        setFlags(session, MAX_PREFIXES - 1 << PREFIX_SHIFT | RULES_MASK << RULES_SHIFT, prefix << PREFIX_SHIFT);
    }

    /** Whether the session's first packet came from the IPv6 side. */
    public boolean isFrom6(int session) {
        return (flags(session) & FROM_4) == 0;
    }

    /** Number of the session's rule. */
    public int rule(int session) {
        return RecordStore.ownerBits(records.getInt(session, STAMP));
    }

    /** Counts a packet of this many IPv6 bytes on its way to the IPv4 side. */
    public void count6to4(int session, int bytes) {
        LongBuffer chunk = records.chunk(session);
        int at = RecordStore.indexInChunk(session) << LONGS_SHIFT;
        long packets = chunk.get(at + PACKETS_6TO4 / Long.BYTES) + 1;
        long total = chunk.get(at + BYTES_6TO4 / Long.BYTES) + bytes;
        if ((int) packets == 0) {
            packets -= 1L << Integer.SIZE;
            total += PACKETS_CARRY;
        }
        chunk.put(at + PACKETS_6TO4 / Long.BYTES, packets);
        chunk.put(at + BYTES_6TO4 / Long.BYTES, total);
    }

    /** Counts a packet of this many IPv4 bytes on its way to the IPv6 side. */
    public void count4to6(int session, int bytes) {
        LongBuffer chunk = records.chunk(session);
        int at = RecordStore.indexInChunk(session) << LONGS_SHIFT;
        // the upper half of the long
        long packets = chunk.get(at + PACKETS_6TO4 / Long.BYTES) + (1L << Integer.SIZE);
        long total = chunk.get(at + BYTES_4TO6 / Long.BYTES) + bytes;
        if (packets >>> Integer.SIZE == 0) {
            total += PACKETS_CARRY;
        }
        chunk.put(at + PACKETS_6TO4 / Long.BYTES, packets);
        chunk.put(at + BYTES_4TO6 / Long.BYTES, total);
    }

    /** Counts what the switch has translated: packets and bytes as in {@link #setCounters}. */
    public void count(int session, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6) {
        setCounters(session, packets6to4(session) + packets6to4, bytes6to4(session) + bytes6to4,
                packets4to6(session) + packets4to6, bytes4to6(session) + bytes4to6);
    }

    /** Packets that {@link #count6to4} has counted. */
    public long packets6to4(int session) {
        return packets(session, BYTES_6TO4, PACKETS_6TO4);
    }

    /** Packets that {@link #count4to6} has counted. */
    public long packets4to6(int session) {
        return packets(session, BYTES_4TO6, PACKETS_4TO6);
    }

    private long packets(int session, int bytesOffset, int packetsOffset) {
        return records.getLong(session, bytesOffset) >>> BYTES_BITS << Integer.SIZE
                | records.getInt(session, packetsOffset) & 0xffffffffL;
    }

    /** Bytes that {@link #count6to4} has counted. */
    public long bytes6to4(int session) {
        return bytes(session, BYTES_6TO4);
    }

    /** Bytes that {@link #count4to6} has counted. */
    public long bytes4to6(int session) {
        return bytes(session, BYTES_4TO6);
    }

    /** Wall clock, seconds since 1970. */
    public long createdSeconds(int session) {
        return records.getInt(session, CREATED) & 0xffffffffL;
    }

    /** How long the session would still live at a time without a packet; below 0: it is about to end. */
    public int expiresInMillis(int session, long nowNanos) {
        return deadlineMillis(session) - millis(nowNanos);
    }

    /** Sets a session's counters, told by a snapshot or the switch: packets below 2^40, bytes below 2^56. */
    public void setCounters(int session, long packets6to4, long bytes6to4, long packets4to6, long bytes4to6) {
        records.putLong(session, BYTES_6TO4, packets6to4 >>> Integer.SIZE << BYTES_BITS | bytes6to4);
        records.putLong(session, BYTES_4TO6, packets4to6 >>> Integer.SIZE << BYTES_BITS | bytes4to6);
        records.putInt(session, PACKETS_6TO4, (int) packets6to4);
        records.putInt(session, PACKETS_4TO6, (int) packets4to6);
    }

    /** When the session ends, milliseconds of the wheel that holds it. */
    int deadlineMillis(int session) {
        return records.getInt(session, DEADLINE);
    }

    void setDeadlineMillis(int session, int millis) {
        records.putInt(session, DEADLINE, millis);
    }

    /**
     * Puts the end of a session off, in one step; false when its timer doesn't run or would end earlier than it does:
     * then it is {@link TimerWheel#schedule}'s matter.
     */
    public boolean postpone(int session, long nowNanos, int afterMillis) {
        LongBuffer chunk = records.chunk(session);
        int at = RecordStore.indexInChunk(session) << LONGS_SHIFT;
        long deadline = (long) deadlineMillis(nowNanos, afterMillis) << Integer.SIZE;
        long old = chunk.get(at + BINDING / Long.BYTES);
        // the timed flag is the highest bit; the deadlines are the upper halves, only their difference counts
        if (chunk.get(at) >= 0 || (deadline | LOW_HALF) - old < 0) {
            return false;
        }
        chunk.put(at + BINDING / Long.BYTES, deadline | old & LOW_HALF);
        return true;
    }

    /** When something ends that begins now, rounded up: a timer is never early. */
    int deadlineMillis(long nowNanos, int afterMillis) {
        // most packets come in the millisecond of the one before
        if (Long.compareUnsigned(nowNanos - millisBeginNanos, NANOS_PER_MILLI) >= 0) {
            long rounded = nowNanos - originNanos + NANOS_PER_MILLI - 1;
            beginMillis = (int) (rounded / NANOS_PER_MILLI);
            millisBeginNanos = nowNanos - rounded % NANOS_PER_MILLI;
        }
        return beginMillis + afterMillis;
    }

    int timerNext(int session) {
        return records.getInt(session, TIMER_NEXT);
    }

    void setTimerNext(int session, int next) {
        records.putInt(session, TIMER_NEXT, next);
    }

    int timerPrevious(int session) {
        return records.getInt(session, TIMER_PREVIOUS);
    }

    void setTimerPrevious(int session, int previous) {
        records.putInt(session, TIMER_PREVIOUS, previous);
    }

    boolean isTimed(int session) {
        return (flags(session) & TIMED) != 0;
    }

    void setTimed(int session, boolean timed) {
        setFlags(session, TIMED, timed ? TIMED : 0);
    }

    int flags(int session) {
        return records.getShort(session, FLAGS);
    }

    void setFlags(int session, int mask, int bits) {
        records.putShort(session, FLAGS, flags(session) & ~mask | bits);
    }

    /** A number for this session that no other of any shard will have for two million uses of its record. */
    public long id(int session) {
        return RecordStore.inShard(shard, RecordStore.id(session, records.getInt(session, STAMP)));
    }

    /** The session of an id, or 0 when it is gone. */
    public int ofId(long id) {
        return RecordStore.shardOf(id) == shard && records.isCurrent(id) ? RecordStore.handleOf(id) : RecordStore.NONE;
    }

    /** Whether a handle is one of a session now; for the thread that writes. */
    public boolean isSession(int handle) {
        return handle > RecordStore.NONE && handle <= records.highest() && RecordStore.isLive(records.stamp(handle));
    }

    long bytes(int session, int offset) {
        return records.getLong(session, offset) & (1L << BYTES_BITS) - 1;
    }

    /** Sessions of all protocols. */
    public int size() {
        return records.size();
    }

    /** No session's handle is above this. */
    public int highest() {
        return records.highest();
    }
}
