// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.nio.LongBuffer;
import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.binding.BibEntry;
import org.instar.core.table.HandleIndex;
import org.instar.core.table.KeyedHash;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Prefix64;

/**
 * The session tables of all protocols of one shard (RFC 6146 §3.2). A session is a record, known by its handle: a BIB
 * entry and a remote transport address, what is known about them, and the links of two lists: the sessions of its BIB
 * entry, and those of its timer's slot. Most BIB entries have one session or two, which are walked; the sessions of
 * those with more are in an index. The first session of a BIB entry mostly has the same handle, because both are taken
 * and given back together: it is tried first, and read while the entry is still on its way from memory. Sessions of
 * endpoint-dependent mapping are in two indexes by all they are.
 *
 * <p>One thread writes; {@link #read} may be called by any.
 */
public final class SessionTable extends SessionRecords {

    /** Sessions know their rule by a number below this. */
    public static final int MAX_RULES = 1 << Integer.SIZE - RecordStore.STAMP_BITS;
    /** How many sessions there can be. */
    public static final int MAX_SESSIONS = (1 << RecordStore.HANDLE_BITS) - 1;
    /** A BIB entry with more sessions than this has them in an index. */
    static final int WALKED = 3;

    private final Bib bib;
    private final KeyedHash hash;
    private final List<Prefix64> prefixes;
    private final HandleIndex byBinding = new HandleIndex(this::hashByBinding);
    private final HandleIndex dependent6 = new HandleIndex(this::hash6);
    private final HandleIndex dependent4 = new HandleIndex(this::hash4);
    /** Null until somebody asks for an address of a BIB entry with many sessions. */
    private RemoteAddresses remoteAddresses;

    /**
     * @param prefixes what the numbers of prefixes mean
     * @param originNanos where the clock of deadlines begins
     */
    public SessionTable(Bib bib, KeyedHash hash, List<Prefix64> prefixes, long originNanos) {
        this(bib, hash, prefixes, originNanos, 0);
    }

    /**
     * @param shard the number that ids of the sessions carry
     */
    SessionTable(Bib bib, KeyedHash hash, List<Prefix64> prefixes, long originNanos, int shard) {
        super(originNanos, shard);
        this.bib = bib;
        this.hash = hash;
        this.prefixes = List.copyOf(prefixes);
    }

    /** The session of an endpoint-independent BIB entry with a remote endpoint, or 0. */
    public int find(int binding, int remoteAddress, int remotePort) {
        if (records.hasMemory(binding) && isSession(binding, binding, remoteAddress, remotePort)) {
            return binding;
        }
        if (bib.hasMany(binding)) {
            return findIndexed(binding, remoteAddress, remotePort);
        }
        int session = bib.firstSession(binding);
        while (session != RecordStore.NONE && !isWith(session, remoteAddress, remotePort)) {
            session = records.getInt(session, SIBLING_NEXT);
        }
        return session;
    }

    private int findIndexed(int binding, int remoteAddress, int remotePort) {
        long wanted = hashByBinding(binding, remoteAddress, remotePort);
        for (long at = byBinding.first(wanted); at != HandleIndex.END; at = byBinding.next(at, wanted)) {
            int session = HandleIndex.handleAt(at);
            if (isSession(session, binding, remoteAddress, remotePort)) {
                return session;
            }
        }
        return RecordStore.NONE;
    }

    /** In one comparison: each more would be a branch that waits for memory. */
    private boolean isSession(int session, int binding, int remoteAddress, int remotePort) {
        LongBuffer chunk = records.chunk(session);
        int at = RecordStore.indexInChunk(session) << LONGS_SHIFT;
        // what the shifts push out are the flags and the deadline
        return ((chunk.get(at) ^ remote(remoteAddress, remotePort)) << Long.SIZE - FLAGS_SHIFT
                | (chunk.get(at + 1) ^ binding) << Integer.SIZE) == 0;
    }

    private static long remote(int address, int port) {
        return (long) port << Integer.SIZE | address & 0xffffffffL;
    }

    private boolean isWith(int session, int remoteAddress, int remotePort) {
        return records.getInt(session, REMOTE_ADDRESS) == remoteAddress
                && records.getShort(session, REMOTE_PORT) == remotePort;
    }

    /** The session of endpoint-dependent mapping between an IPv6 transport address and a remote endpoint, or 0. */
    public int findDependent6(Protocol protocol, long high, long low, int port, int remoteAddress, int remotePort) {
        if (dependent6.size() == 0) {
            return RecordStore.NONE;
        }
        long wanted = hash6(protocol.ordinal(), high, low, port, remoteAddress, remotePort);
        for (long at = dependent6.first(wanted); at != HandleIndex.END; at = dependent6.next(at, wanted)) {
            int session = HandleIndex.handleAt(at);
            int binding = binding(session);
            if (isWith(session, remoteAddress, remotePort) && protocol(session) == protocol
                    && bib.clientLow(binding) == low && bib.clientHigh(binding) == high
                    && bib.clientPort(binding) == port) {
                return session;
            }
        }
        return RecordStore.NONE;
    }

    /** The session of endpoint-dependent mapping between an IPv4 transport address and a remote endpoint, or 0. */
    public int findDependent4(Protocol protocol, int poolAddress, int poolPort, int remoteAddress, int remotePort) {
        if (dependent4.size() == 0) {
            return RecordStore.NONE;
        }
        long wanted = hash4(protocol.ordinal(), poolAddress, poolPort, remoteAddress, remotePort);
        for (long at = dependent4.first(wanted); at != HandleIndex.END; at = dependent4.next(at, wanted)) {
            int session = HandleIndex.handleAt(at);
            int binding = binding(session);
            if (isWith(session, remoteAddress, remotePort) && protocol(session) == protocol
                    && bib.poolAddress(binding) == poolAddress && bib.poolPort(binding) == poolPort) {
                return session;
            }
        }
        return RecordStore.NONE;
    }

    /** Whether there are sessions of endpoint-dependent mapping. */
    public boolean hasDependent() {
        return dependent4.size() > 0;
    }

    /**
     * Whether an endpoint-independent BIB entry has a session with a remote address, whatever the port (RFC 4787 §5).
     */
    public boolean hasSessionWith(int binding, int remoteAddress) {
        if (bib.hasMany(binding)) {
            return addressesOf(binding).has(binding, remoteAddress);
        }
        int session = bib.firstSession(binding);
        while (session != RecordStore.NONE && records.getInt(session, REMOTE_ADDRESS) != remoteAddress) {
            session = records.getInt(session, SIBLING_NEXT);
        }
        return session != RecordStore.NONE;
    }

    private RemoteAddresses addressesOf(int binding) {
        if (remoteAddresses == null) {
            remoteAddresses = new RemoteAddresses(hash);
        }
        if (!remoteAddresses.follows(binding)) {
            for (int each = bib.firstSession(binding); each != RecordStore.NONE; each = nextSibling(each)) {
                remoteAddresses.add(binding, remoteAddress(each));
            }
        }
        return remoteAddresses;
    }

    /** Addresses that are followed for {@link #hasSessionWith}; for checks. */
    int followedAddresses() {
        return remoteAddresses == null ? 0 : remoteAddresses.size();
    }

    /**
     * Makes the session of a BIB entry with a remote endpoint that has none yet.
     *
     * @param from6 whether its first packet came from the IPv6 side
     * @param prefix number of the prefix under which the client sees the remote endpoint
     * @param rule number of its rule
     * @return the session; 0 when there is no room for more
     */
    public int create(int binding, int remoteAddress, int remotePort, boolean from6, int prefix, int rule,
            long nowMillis) {
        int session = records.take();
        if (session == RecordStore.NONE) {
            return RecordStore.NONE;
        }
        int protocol = bib.protocol(binding).ordinal();
        long flags = protocol | prefix << PREFIX_SHIFT | (from6 ? 0 : FROM_4);
        records.putLong(session, REMOTE_ADDRESS, remote(remoteAddress, remotePort) | flags << FLAGS_SHIFT);
        records.putLong(session, BINDING, binding);
        records.putInt(session, CREATED, (int) (nowMillis / 1000));
        records.putLong(session, BYTES_6TO4, 0);
        records.putLong(session, BYTES_4TO6, 0);
        records.putLong(session, PACKETS_6TO4, 0);
        link(session, binding);
        if (bib.isDependent(binding)) {
            dependent6.insert(hash6(session), session);
            dependent4.insert(hash4(session), session);
        }
        records.publish(session, rule);
        return session;
    }

    /** Puts a session in front of its siblings, and all of them into the index when they become too many. */
    private void link(int session, int binding) {
        int first = bib.firstSession(binding);
        int count = first == RecordStore.NONE ? 0 : records.getInt(first, SIBLING_PREVIOUS);
        records.putInt(session, SIBLING_NEXT, first);
        records.putInt(session, SIBLING_PREVIOUS, count + 1);
        if (first != RecordStore.NONE) {
            records.putInt(first, SIBLING_PREVIOUS, session);
        }
        bib.setFirstSession(binding, session);
        if (bib.hasMany(binding)) {
            byBinding.insert(hashByBinding(session), session);
            if (remoteAddresses != null && remoteAddresses.follows(binding)) {
                remoteAddresses.add(binding, remoteAddress(session));
            }
        } else if (count == WALKED) {
            bib.setMany(binding);
            for (int each = session; each != RecordStore.NONE; each = records.getInt(each, SIBLING_NEXT)) {
                byBinding.insert(hashByBinding(each), each);
            }
        }
    }

    /** Takes a session out whose timer does not run; true when its BIB entry has no session left. */
    public boolean remove(int session) {
        int binding = binding(session);
        if (bib.isDependent(binding)) {
            remove(dependent6, hash6(session), session);
            remove(dependent4, hash4(session), session);
        }
        if (bib.hasMany(binding)) {
            remove(byBinding, hashByBinding(session), session);
            if (remoteAddresses != null && remoteAddresses.follows(binding)) {
                remoteAddresses.remove(binding, remoteAddress(session));
            }
        }
        unlink(session, binding);
        records.free(session);
        // after that: no reader may take the session for one that has no BIB entry
        records.putInt(session, BINDING, RecordStore.NONE);
        return bib.firstSession(binding) == RecordStore.NONE;
    }

    private void unlink(int session, int binding) {
        int next = records.getInt(session, SIBLING_NEXT);
        int first = bib.firstSession(binding);
        int count = records.getInt(first, SIBLING_PREVIOUS) - 1;
        if (session == first) {
            bib.setFirstSession(binding, next);
            first = next;
        } else {
            int previous = records.getInt(session, SIBLING_PREVIOUS);
            records.putInt(previous, SIBLING_NEXT, next);
            if (next != RecordStore.NONE) {
                records.putInt(next, SIBLING_PREVIOUS, previous);
            }
        }
        if (first != RecordStore.NONE) {
            records.putInt(first, SIBLING_PREVIOUS, count);
        }
    }

    private static void remove(HandleIndex index, long hash, int session) {
        long at = index.first(hash);
        while (HandleIndex.handleAt(at) != session) {
            at = index.next(at, hash);
        }
        index.remove(at, hash);
    }

    /** How many sessions a BIB entry has. */
    public int countOf(int binding) {
        int first = bib.firstSession(binding);
        return first == RecordStore.NONE ? 0 : records.getInt(first, SIBLING_PREVIOUS);
    }

    /** The next session of the same BIB entry, or 0. */
    public int nextSibling(int session) {
        return records.getInt(session, SIBLING_NEXT);
    }

    /**
     * What is wrong with the links, keys and fields of a session, for checks; null when nothing is. For the thread that
     * writes.
     */
    public String violation(int session) {
        int binding = binding(session);
        if (!bib.isEntry(binding)) {
            return "its BIB entry " + binding + " is gone";
        }
        if (bib.protocol(binding) != protocol(session)) {
            return "its protocol is not that of its BIB entry";
        }
        int next = records.getInt(session, SIBLING_NEXT);
        int previous = records.getInt(session, SIBLING_PREVIOUS);
        boolean first = bib.firstSession(binding) == session;
        if (!first && (!isSession(previous) || records.getInt(previous, SIBLING_NEXT) != session)
                || next != RecordStore.NONE && (!isSession(next) || binding(next) != binding
                || records.getInt(next, SIBLING_PREVIOUS) != session)) {
            return "its BIB entry doesn't list it";
        }
        if (!isFoundByKeys(session, binding)) {
            return "it isn't what its addresses and ports find";
        }
        if (protocol(session) == Protocol.TCP != (tcpState(session) != TcpState.CLOSED)) {
            return "its TCP state is " + tcpState(session);
        }
        if (prefix(session) >= prefixes.size()) {
            return "it has prefix number " + prefix(session);
        }
        return isTimed(session) ? null : "it has no timer";
    }

    private boolean isFoundByKeys(int session, int binding) {
        int address = remoteAddress(session);
        int port = remotePort(session);
        if (!bib.isDependent(binding)) {
            return find(binding, address, port) == session;
        }
        Protocol protocol = protocol(session);
        return session == findDependent6(protocol, bib.clientHigh(binding), bib.clientLow(binding),
                bib.clientPort(binding), address, port)
                && session == findDependent4(protocol, bib.poolAddress(binding), bib.poolPort(binding), address, port);
    }

    /** The session as an object that doesn't change, or null when it is gone; for any thread. */
    public Session read(int session) {
        int stamp = records.stamp(session);
        if (!RecordStore.isLive(stamp)) {
            return null;
        }
        // a BIB entry outlives its sessions: while the session is there, the entry is
        BibEntry binding = readBinding(binding(session));
        long packets = records.getLong(session, BYTES_6TO4) >>> BYTES_BITS << Integer.SIZE
                | records.getInt(session, PACKETS_6TO4) & 0xffffffffL;
        long packetsBack = records.getLong(session, BYTES_4TO6) >>> BYTES_BITS << Integer.SIZE
                | records.getInt(session, PACKETS_4TO6) & 0xffffffffL;
        Session view = new Session(RecordStore.inShard(shard, RecordStore.id(session, stamp)), binding,
                remoteAddress(session), remotePort(session), prefixes.get(prefix(session)),
                RecordStore.ownerBits(stamp), isFrom6(session),
                records.getInt(session, CREATED) & 0xffffffffL, tcpState(session), rules(session),
                offload(session), deadlineMillis(session), originNanos, new long[] {packets, packetsBack,
                    bytes(session, BYTES_6TO4), bytes(session, BYTES_4TO6)});
        return records.isUnchanged(session, stamp) ? view : null;
    }

    /** A BIB entry as an object that doesn't change, or null when it is gone; for any thread. */
    public BibEntry readBinding(int binding) {
        return bib.read(binding, Math.max(0, countOf(binding)));
    }

    /** Bytes outside the heap. */
    public long memoryBytes() {
        return records.memoryBytes() + byBinding.memoryBytes() + dependent6.memoryBytes() + dependent4.memoryBytes()
                + (remoteAddresses == null ? 0 : remoteAddresses.memoryBytes());
    }

    private long hashByBinding(int session) {
        return hashByBinding(binding(session), remoteAddress(session), remotePort(session));
    }

    private long hashByBinding(int binding, int remoteAddress, int remotePort) {
        return hash.of((long) binding << Integer.SIZE | remoteAddress & 0xffffffffL, remotePort);
    }

    private long hash6(int session) {
        int binding = binding(session);
        return hash6(flags(session) & PROTOCOL_MASK, bib.clientHigh(binding), bib.clientLow(binding),
                bib.clientPort(binding), remoteAddress(session), remotePort(session));
    }

    private long hash6(int protocol, long high, long low, int port, int remoteAddress, int remotePort) {
        return hash.of(high, low, (long) port << 2 | protocol, remote(remoteAddress, remotePort));
    }

    private long hash4(int session) {
        int binding = binding(session);
        return hash4(flags(session) & PROTOCOL_MASK, bib.poolAddress(binding), bib.poolPort(binding),
                remoteAddress(session), remotePort(session));
    }

    private long hash4(int protocol, int poolAddress, int poolPort, int remoteAddress, int remotePort) {
        return hash.of((long) poolAddress << Integer.SIZE | remoteAddress & 0xffffffffL,
                (long) poolPort << 18 | remotePort << 2 | protocol);
    }
}
