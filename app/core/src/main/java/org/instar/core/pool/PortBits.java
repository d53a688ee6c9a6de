// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/**
 * The ports of one block and protocol, three bits each: whether it is occupied, and two generations of ports that are
 * occupied only because they rest after their release. Ports outside the block are occupied for ever. NOT thread safe.
 */
final class PortBits {

    static final int NONE = -1;
    static final long ANY_PARITY = -1L;
    private static final int CLAIMED = -1;
    private static final long EVEN_BITS = 0x5555_5555_5555_5555L;

    private final int base;
    private final int words;
    /** Occupied ports, then the first generation's, then the second's. */
    private final long[] bits;
    private int free;
    private int held;
    /** Ports that are occupied because static bindings hold them; null: none ever was. */
    private long[] reserved;
    private int reservedCount;
    /** What static bindings held when that was looked at last. */
    private ReservedPorts followed = ReservedPorts.NONE;
    /** Bindings of each port; only where a port may have many. */
    private final int[] uses;

    PortBits(Block block) {
        base = block.base();
        words = (block.last() - base >> 6) + 1;
        bits = new long[3 * words];
        for (int port = base; port < base + 64 * words; port++) {
            if (block.owns(port)) {
                free++;
            } else {
                bits[port - base >> 6] |= 1L << port - base;
            }
        }
        uses = block.isShared() ? new int[block.last() - base + 1] : null;
    }

    /**
     * Occupies the free ports that static bindings hold now, and frees those that they hold no more. Ports that are
     * taken or rest stay as they are.
     */
    void reserve(Block block, int protocol) {
        followed = block.place().reserved();
        if (reserved == null) {
            if (!followed.touches(protocol, block.first(), block.last())) {
                return;
            }
            reserved = new long[words];
        }
        for (int word = 0; word < words; word++) {
            long wanted = followed.word(protocol, base + (word << 6));
            long gone = reserved[word] & ~wanted;
            bits[word] &= ~gone;
            long come = wanted & ~bits[word];
            bits[word] |= come;
            reserved[word] = reserved[word] & ~gone | come;
            int more = Long.bitCount(come) - Long.bitCount(gone);
            reservedCount += more;
            free -= more;
        }
    }

    /** Whether static bindings hold other ports since {@link #reserve}. */
    boolean isBehind(Block block) {
        return followed != block.place().reserved();
    }

    /** Whether a port is occupied for a static binding's sake alone. */
    boolean isReserved(int port) {
        return reserved != null && (reserved[port - base >> 6] >>> port - base & 1) != 0;
    }

    /** Makes a reserved port a free one. */
    void unreserve(int port) {
        reserved[port - base >> 6] &= ~(1L << port - base);
        reservedCount--;
        free(port);
    }

    /** How many ports are reserved. */
    int reserved() {
        return reservedCount;
    }

    /** The bits of the ports that are even or odd as the given port is. */
    static long parityOf(int port) {
        return (port & 1) == 0 ? EVEN_BITS : ~EVEN_BITS;
    }

    /**
     * The first free port from start on, around the end, within [low, high].
     *
     * @param parity {@link #parityOf}, or {@link #ANY_PARITY}
     */
    int find(int start, int low, int high, long parity) {
        int word = start - base >> 6;
        long found = candidates(word, low, high) & parity & -1L << start - base;
        for (int i = 0; found == 0; i++) {
            if (i == words) {
                return NONE;
            }
            word = word + 1 == words ? 0 : word + 1;
            found = candidates(word, low, high) & parity;
        }
        return base + (word << 6) + Long.numberOfTrailingZeros(found);
    }

    private long candidates(int word, int low, int high) {
        long candidates = ~bits[word];
        int first = base + (word << 6);
        if (first < low) {
            candidates &= low - first > 63 ? 0 : -1L << low - first;
        }
        if (first + 63 > high) {
            candidates &= high < first ? 0 : -1L >>> 63 - (high - first);
        }
        return candidates;
    }

    boolean isOccupied(int port) {
        return has(0, port);
    }

    /** Whether an occupied port only rests. */
    boolean isHeld(int port) {
        return has(1, port) || has(2, port);
    }

    private boolean has(int plane, int port) {
        return (bits[plane * words + (port - base >> 6)] >>> port - base & 1) != 0;
    }

    /** How many words of 64 ports there are. */
    int words() {
        return words;
    }

    /** The ports of a word that rest in a generation; bit 0 is port {@code base + 64 * word}. */
    long heldWord(int generation, int word) {
        return bits[(1 + generation) * words + word];
    }

    void occupy(int port) {
        bits[port - base >> 6] |= 1L << port - base;
        free--;
    }

    void free(int port) {
        bits[port - base >> 6] &= ~(1L << port - base);
        free++;
    }

    /** Lets a taken port rest. */
    void hold(int port, int generation) {
        bits[(1 + generation) * words + (port - base >> 6)] |= 1L << port - base;
        held++;
    }

    /** Takes a resting port; which generation it was in. */
    int unhold(int port) {
        int generation = has(1, port) ? 0 : 1;
        bits[(1 + generation) * words + (port - base >> 6)] &= ~(1L << port - base);
        held--;
        return generation;
    }

    /** Frees a whole generation; how many ports that were. */
    int endHold(int generation) {
        int ended = 0;
        for (int i = 0; i < words; i++) {
            long resting = bits[(1 + generation) * words + i];
            ended += Long.bitCount(resting);
            bits[i] &= ~resting;
            bits[(1 + generation) * words + i] = 0;
        }
        held -= ended;
        free += ended;
        return ended;
    }

    /** One more binding of a port; how many it has now. */
    int use(int port) {
        return ++uses[port - base];
    }

    /** One less; how many are left. */
    int unuse(int port) {
        uses[port - base] = uses[port - base] == CLAIMED ? 0 : uses[port - base] - 1;
        return uses[port - base];
    }

    /** Keeps a port that has no bindings from having many. */
    void claim(int port) {
        uses[port - base] = CLAIMED;
    }

    /** Whether a port may have one more binding. */
    boolean isUsable(int port) {
        return uses[port - base] != CLAIMED && !isReserved(port);
    }

    int free() {
        return free;
    }

    int held() {
        return held;
    }

    /** Counts anew what {@link #held()} should be. */
    int countHeld() {
        int count = 0;
        for (int i = words; i < 3 * words; i++) {
            count += Long.bitCount(bits[i]);
        }
        return count;
    }

    /** Counts anew what {@link #free()} should be. */
    int countFree() {
        int count = 0;
        for (int i = 0; i < words; i++) {
            count += Long.bitCount(~bits[i]);
        }
        return count;
    }
}
