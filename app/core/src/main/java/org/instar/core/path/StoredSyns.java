// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * SYNs from the IPv4 side that nothing lets in, kept for a few seconds in case the client opens the same connection
 * from its end (RFC 6146 §3.5.2.2, simultaneous open). They are no sessions: they hold no binding, no port and no
 * timer of the wheel, and their number is bounded, so that a scan costs nothing else.
 */
final class StoredSyns {

    /** A SYN without data; larger ones are not kept. */
    static final int MAX_PACKET = 576;

    private static final class Key {

        private final long pool;
        private final long remote;

        Key(int poolAddress, int poolPort, int remoteAddress, int remotePort) {
            pool = (long) poolAddress << 16 | poolPort;
            remote = (long) remoteAddress << 16 | remotePort;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key && ((Key) other).pool == pool && ((Key) other).remote == remote;
        }

        @Override
        public int hashCode() {
            return Objects.hash(pool, remote);
        }
    }

    private static final class Stored implements Comparable<Stored> {

        private final Key key;
        private final byte[] packet;
        private final long deadlineNanos;
        /** Tells those of the same deadline apart, first come first. */
        private final long sequence;

        Stored(Key key, byte[] packet, long deadlineNanos, long sequence) {
            this.key = key;
            this.packet = packet;
            this.deadlineNanos = deadlineNanos;
            this.sequence = sequence;
        }

        @Override
        public int compareTo(Stored other) {
            long later = deadlineNanos - other.deadlineNanos;
            return later == 0 ? Long.compare(sequence, other.sequence) : Long.signum(later);
        }
    }

    private final Map<Key, Stored> byEnds = new HashMap<>();
    /** Rules may have them wait for different times. */
    private final TreeSet<Stored> byDeadline = new TreeSet<>();
    private long sequence;

    /**
     * Keeps a SYN. One that is there already, a retransmission, changes nothing.
     *
     * @param most how many may be kept
     * @return whether it is there now
     */
    boolean store(IncomingTuple tuple, ByteBuffer packet, int offset, int length, int most, long deadlineNanos) {
        Key key = keyOf(tuple.poolAddress(), tuple.localPort(), tuple);
        if (byEnds.containsKey(key)) {
            return true;
        }
        if (byEnds.size() >= most || length > MAX_PACKET) {
            return false;
        }
        byte[] copy = new byte[length];
        for (int i = 0; i < length; i++) {
            copy[i] = packet.get(offset + i);
        }
        Stored stored = new Stored(key, copy, deadlineNanos, sequence++);
        byEnds.put(key, stored);
        byDeadline.add(stored);
        return true;
    }

    /** Forgets the SYN of the connection that a client opens from this pool address and port; whether there was one. */
    boolean take(int poolAddress, int poolPort, IncomingTuple tuple) {
        Stored stored = byEnds.isEmpty() ? null : byEnds.remove(keyOf(poolAddress, poolPort, tuple));
        return stored != null && byDeadline.remove(stored);
    }

    private static Key keyOf(int poolAddress, int poolPort, IncomingTuple tuple) {
        return new Key(poolAddress, poolPort, tuple.remoteAddress(), tuple.remotePort());
    }

    /** Hands out the packets whose time is over. */
    void expire(long nowNanos, Consumer<byte[]> expired) {
        while (!byDeadline.isEmpty() && byDeadline.first().deadlineNanos - nowNanos <= 0) {
            Stored stored = byDeadline.pollFirst();
            byEnds.remove(stored.key);
            expired.accept(stored.packet);
        }
    }

    /** How many there are. */
    int size() {
        return byEnds.size();
    }
}
