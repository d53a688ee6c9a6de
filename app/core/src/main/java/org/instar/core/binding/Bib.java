// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import java.nio.LongBuffer;
import org.instar.core.Protocol;
import org.instar.core.table.HandleIndex;
import org.instar.core.table.KeyedHash;
import org.instar.core.table.RecordStore;

/**
 * The BIBs of all protocols of one shard (RFC 6146 §3.1): each entry binds an IPv6 transport address to an IPv4 one and
 * is found by either. Entries are records, known by handles. Those of endpoint-dependent mapping (RFC 4787 §4.1) hold
 * one session each and are found through it only: many of them may share a transport address.
 *
 * <p>One thread writes; {@link #read} may be called by any.
 *
 * <pre>
 * record, 32 bytes     0 client's address, high    8 low
 *                     16 pool address   20 client's port   22 pool port
 *                     24 first session
 *                     28 stamp; owner's bits: protocol (2), dependent, fixed, many
 * </pre>
 */
public final class Bib {

    private static final int RECORD_BYTES = 32;
    private static final int LONGS_SHIFT = 2;
    private static final int CLIENT_HIGH = 0;
    private static final int CLIENT_LOW = 8;
    private static final int POOL_ADDRESS = 16;
    private static final int CLIENT_PORT = 20;
    private static final int POOL_PORT = 22;
    private static final int FIRST_SESSION = 24;
    private static final int STAMP = 28;

    /** Where the ports stand in the third long. */
    private static final int CLIENT_PORT_SHIFT = 32;
    private static final long CLIENT_PORT_MASK = 0xffffL << CLIENT_PORT_SHIFT;
    private static final int POOL_PORT_SHIFT = 48;

    private static final int PROTOCOL_MASK = 3;
    /** Where the protocol stands in the fourth long. */
    private static final int PROTOCOL_SHIFT = Integer.SIZE + RecordStore.STAMP_BITS;
    private static final long PROTOCOL_BITS = (long) PROTOCOL_MASK << PROTOCOL_SHIFT;
    private static final int DEPENDENT = 4;
    private static final int FIXED = 8;
    private static final int MANY = 16;

    private static final Protocol[] PROTOCOLS = Protocol.values();

    private final KeyedHash hash;
    private final int shard;
    private final RecordStore records = new RecordStore(RECORD_BYTES, STAMP, FIRST_SESSION);
    private final HandleIndex by6 = new HandleIndex(this::hash6);
    private final HandleIndex by4 = new HandleIndex(this::hash4);

    public Bib(KeyedHash hash) {
        this(hash, 0);
    }

    /**
     * @param shard the number that ids of the entries carry
     */
    public Bib(KeyedHash hash, int shard) {
        this.hash = hash;
        this.shard = shard;
    }

    /** The endpoint-independent entry of an IPv6 transport address, or 0. */
    public int find6(Protocol protocol, long high, long low, int port) {
        long wanted = hash6(protocol.ordinal(), high, low, port);
        int guess = by6.guess(wanted);
        if (guess > 0 && is6(guess, protocol, high, low, port) || guess == RecordStore.NONE) {
            return guess;
        }
        for (long at = by6.first(wanted); at != HandleIndex.END; at = by6.next(at, wanted)) {
            int entry = HandleIndex.handleAt(at);
            if (is6(entry, protocol, high, low, port)) {
                return entry;
            }
        }
        return RecordStore.NONE;
    }

    /** The endpoint-independent entry of an IPv4 transport address, or 0. */
    public int find4(Protocol protocol, int address, int port) {
        long wanted = hash4(protocol.ordinal(), address, port);
        int guess = by4.guess(wanted);
        if (guess > 0 && is4(guess, protocol, address, port) || guess == RecordStore.NONE) {
            return guess;
        }
        for (long at = by4.first(wanted); at != HandleIndex.END; at = by4.next(at, wanted)) {
            int entry = HandleIndex.handleAt(at);
            if (is4(entry, protocol, address, port)) {
                return entry;
            }
        }
        return RecordStore.NONE;
    }

    /**
     * The endpoint-independent entry that most likely has an IPv6 transport address, not looked at.
     *
     * @return an entry; 0 or less when none is known
     */
    public int guess6(Protocol protocol, long high, long low, int port) {
        return by6.guess(hash6(protocol.ordinal(), high, low, port));
    }

    /** The same for an IPv4 transport address. */
    public int guess4(Protocol protocol, int address, int port) {
        return by4.guess(hash4(protocol.ordinal(), address, port));
    }

    /** In one comparison: each more would be a branch that waits for memory. */
    private boolean is6(int entry, Protocol protocol, long high, long low, int port) {
        LongBuffer chunk = records.chunk(entry);
        int at = RecordStore.indexInChunk(entry) << LONGS_SHIFT;
        return (chunk.get(at) ^ high | chunk.get(at + 1) ^ low
                | ((int) (chunk.get(at + 2) >>> CLIENT_PORT_SHIFT) ^ port) << Short.SIZE
                | (chunk.get(at + 3) ^ (long) protocol.ordinal() << PROTOCOL_SHIFT) & PROTOCOL_BITS) == 0;
    }

    private boolean is4(int entry, Protocol protocol, int address, int port) {
        LongBuffer chunk = records.chunk(entry);
        int at = RecordStore.indexInChunk(entry) << LONGS_SHIFT;
        return ((chunk.get(at + 2) ^ pool(address, port)) & ~CLIENT_PORT_MASK
                | (chunk.get(at + 3) ^ (long) protocol.ordinal() << PROTOCOL_SHIFT) & PROTOCOL_BITS) == 0;
    }

    private static long pool(int address, int port) {
        return (long) port << POOL_PORT_SHIFT | address & 0xffffffffL;
    }

    /**
     * Binds an IPv6 transport address to an IPv4 one (RFC 6146 §3.5.1.1, §3.5.2.3, §3.5.3); neither may be in another
     * endpoint-independent entry of the protocol.
     *
     * @param dependent whether this is an entry of endpoint-dependent mapping
     * @param fixed whether the pair comes from a static binding, not from a pool's free ports
     * @return the entry; 0 when there is no room for more
     */
    public int create(Protocol protocol, long high, long low, int port, int poolAddress, int poolPort,
            boolean dependent, boolean fixed) {
        int entry = records.take();
        if (entry == RecordStore.NONE) {
            return RecordStore.NONE;
        }
        records.putLong(entry, CLIENT_HIGH, high);
        records.putLong(entry, CLIENT_LOW, low);
        records.putLong(entry, POOL_ADDRESS, pool(poolAddress, poolPort) | (long) port << CLIENT_PORT_SHIFT);
        records.putInt(entry, FIRST_SESSION, RecordStore.NONE);
        records.publish(entry, protocol.ordinal() | (dependent ? DEPENDENT : 0) | (fixed ? FIXED : 0));
        if (!dependent) {
            by6.insert(hash6(protocol.ordinal(), high, low, port), entry);
            by4.insert(hash4(protocol.ordinal(), poolAddress, poolPort), entry);
        }
        return entry;
    }

    /** Takes an entry out that has no session left. */
    public void remove(int entry) {
        if (!isDependent(entry)) {
            remove(by6, hash6(entry), entry);
            remove(by4, hash4(entry), entry);
        }
        records.free(entry);
    }

    private static void remove(HandleIndex index, long hash, int entry) {
        long at = index.first(hash);
        while (HandleIndex.handleAt(at) != entry) {
            at = index.next(at, hash);
        }
        index.remove(at, hash);
    }

    /** Whether a handle is one of an entry now; for the thread that writes. */
    public boolean isEntry(int handle) {
        return handle > RecordStore.NONE && handle <= records.highest() && RecordStore.isLive(records.stamp(handle));
    }

    public Protocol protocol(int entry) {
        return PROTOCOLS[ordinal(entry)];
    }

    private int ordinal(int entry) {
        return ordinalOf(records.getInt(entry, STAMP));
    }

    private static int ordinalOf(int stamp) {
        return RecordStore.ownerBits(stamp) & PROTOCOL_MASK;
    }

    private int flags(int entry) {
        return RecordStore.ownerBits(records.getInt(entry, STAMP));
    }

    public long clientHigh(int entry) {
        return records.getLong(entry, CLIENT_HIGH);
    }

    public long clientLow(int entry) {
        return records.getLong(entry, CLIENT_LOW);
    }

    public int clientPort(int entry) {
        return records.getShort(entry, CLIENT_PORT);
    }

    public int poolAddress(int entry) {
        return records.getInt(entry, POOL_ADDRESS);
    }

    public int poolPort(int entry) {
        return records.getShort(entry, POOL_PORT);
    }

    /** Whether this is an entry of endpoint-dependent mapping. */
    public boolean isDependent(int entry) {
        return (flags(entry) & DEPENDENT) != 0;
    }

    /** Whether the pair comes from a static binding. */
    public boolean isFixed(int entry) {
        return (flags(entry) & FIXED) != 0;
    }

    /** The first of the entry's sessions, or 0; they are linked through themselves. For the session table. */
    public int firstSession(int entry) {
        return records.getInt(entry, FIRST_SESSION);
    }

    public void setFirstSession(int entry, int session) {
        records.putInt(entry, FIRST_SESSION, session);
    }

    /** Whether the entry's sessions have become too many to be walked. For the session table. */
    public boolean hasMany(int entry) {
        return (flags(entry) & MANY) != 0;
    }

    public void setMany(int entry) {
        records.setOwnerBits(entry, flags(entry) | MANY);
    }

    /**
     * The entry as an object that doesn't change, or null when it is gone; for any thread.
     *
     * @param sessions how many it has, which the session table knows
     */
    public BibEntry read(int entry, int sessions) {
        int stamp = records.stamp(entry);
        if (!RecordStore.isLive(stamp)) {
            return null;
        }
        BibEntry view = new BibEntry(RecordStore.inShard(shard, RecordStore.id(entry, stamp)), protocol(entry),
                clientHigh(entry), clientLow(entry), clientPort(entry), poolAddress(entry), poolPort(entry),
                isDependent(entry), isFixed(entry),
                sessions);
        return records.isUnchanged(entry, stamp) ? view : null;
    }

    /** Entries of all protocols. */
    public int size() {
        return records.size();
    }

    /** No entry's handle is above this. */
    public int highest() {
        return records.highest();
    }

    /** Bytes outside the heap. */
    public long memoryBytes() {
        return records.memoryBytes() + by6.memoryBytes() + by4.memoryBytes();
    }

    /** How many entries each index holds, for checks: {by6, by4}. */
    public int[] indexSizes() {
        return new int[] {by6.size(), by4.size()};
    }

    private long hash6(int entry) {
        return hash6(ordinal(entry), clientHigh(entry), clientLow(entry), clientPort(entry));
    }

    private long hash6(int ordinal, long high, long low, int port) {
        return hash.of(high, low, (long) port << 2 | ordinal);
    }

    private long hash4(int entry) {
        return hash4(ordinal(entry), poolAddress(entry), poolPort(entry));
    }

    private long hash4(int ordinal, int address, int port) {
        return hash.of(address, (long) port << 2 | ordinal);
    }
}
