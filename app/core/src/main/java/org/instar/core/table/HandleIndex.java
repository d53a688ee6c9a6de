// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A hash index of record handles: extendible hashing (Fagin and others, 1979) over segments of open addressing. It
 * grows by splitting one segment, so that no insertion moves more than {@link #SEGMENT_SLOTS} entries. A slot is an
 * int: the handle, and six bits of the hash, the tag, that spare most looks at records of other keys. Slots stand in
 * groups of eight, 32 bytes; an entry is in its home group or, when that is full, in one of those behind it. For one
 * thread.
 *
 * <p>Of a 64-bit hash the top bits choose the segment, the middle ones the group, the lowest ones make the tag. The
 * index knows no keys: who searches walks the handles that may be meant by {@link #first} and {@link #next}.
 * Where time counts {@link #guess} comes first: it has no branch that waits for memory and that a processor can't
 * foretell, so that the reads of several packets overlap.
 */
public final class HandleIndex {

    /** Computes the hash of a record that is in the index. */
    public interface Hasher {
        long hash(int handle);
    }

    /** What a search returns when there is nothing more. */
    public static final long END = 0;
    /** What {@link #guess} returns when it doesn't know. */
    public static final int UNKNOWN = -1;

    static final int SEGMENT_SLOTS = 1024;

    private static final int SLOT_MASK = SEGMENT_SLOTS - 1;
    private static final int SLOT_BITS = Integer.numberOfTrailingZeros(SEGMENT_SLOTS);
    private static final int GROUP_SLOTS = 8;
    private static final int GROUP_MASK = GROUP_SLOTS - 1;
    private static final int HOME_MASK = SLOT_MASK & ~GROUP_MASK;
    /** Where the home group's first slot stands in a hash; the bits below make the tag. */
    private static final int SLOT_SHIFT = 16;
    private static final int TAG_SOURCE = (1 << SLOT_SHIFT) - 1;
    /** Entries and graves together; a segment with more is split, or swept when it is the graves. */
    private static final int MAX_USED = SEGMENT_SLOTS * 13 / 16;
    private static final int MIN_SPLIT = SEGMENT_SLOTS * 10 / 16;
    private static final int MAX_DEPTH = 24;
    private static final int SEGMENT_SHIFT = SLOT_BITS + 2;
    private static final int SEGMENTS_PER_CHUNK_SHIFT = Integer.numberOfTrailingZeros(Chunk.BYTES) - SEGMENT_SHIFT;
    private static final int SEGMENTS_PER_CHUNK_MASK = (1 << SEGMENTS_PER_CHUNK_SHIFT) - 1;

    private static final int HANDLE_BITS = RecordStore.HANDLE_BITS;
    private static final int HANDLE_MASK = (1 << HANDLE_BITS) - 1;
    /** Tags of entries are from 1 on. */
    private static final int TAGS = (1 << Integer.SIZE - HANDLE_BITS) - 1;
    private static final int EMPTY = 0;
    /** An entry was removed here, and the search goes on behind this group: no tag. */
    private static final int GRAVE = 1;
    /** The lowest bit of each of the two slots in a long. */
    private static final long BOTH = 1L << Integer.SIZE | 1;

    private final Hasher hasher;
    private final int[] moving = new int[SEGMENT_SLOTS];
    private final long[] movingHashes = new long[SEGMENT_SLOTS];
    /** The segment for the top {@link #depth} bits of a hash. */
    private int[] directory = new int[1];
    private int depth;
    private ByteBuffer[] chunks = new ByteBuffer[0];
    private byte[] depthOf = new byte[0];
    private short[] liveIn = new short[0];
    private short[] usedIn = new short[0];
    private int segments;
    private int size;

    /** Takes no memory to speak of before the first {@link #insert}. */
    public HandleIndex(Hasher hasher) {
        this.hasher = hasher;
    }

    /**
     * The handle that is most likely meant by a hash: one of its home group with the same tag.
     *
     * @return a handle; 0 when no entry has this hash; {@link #UNKNOWN} when only a search can tell
     */
    public int guess(long hash) {
        if (segments == 0) {
            return RecordStore.NONE;
        }
        int segment = segmentOf(hash);
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int at = base(segment) + (homeOf(hash) << 2);
        long slots0 = chunk.getLong(at);
        long slots1 = chunk.getLong(at + 8);
        long slots2 = chunk.getLong(at + 16);
        long slots3 = chunk.getLong(at + 24);
        // with the tag taken off, and the highest bit turned for the sake of signed comparisons, an entry with this tag
        // is less than any other
        long mask = BOTH * ((tagOf(hash) << HANDLE_BITS ^ Integer.MIN_VALUE) & 0xffffffffL);
        int least = Math.min(Math.min(least(slots0 ^ mask), least(slots1 ^ mask)),
                Math.min(least(slots2 ^ mask), least(slots3 ^ mask))) ^ Integer.MIN_VALUE;
        if (least >>> HANDLE_BITS == 0) {
            return least;
        }
        return (emptyBits(slots0) | emptyBits(slots1) | emptyBits(slots2) | emptyBits(slots3)) != 0
                ? RecordStore.NONE : UNKNOWN;
    }

    private static int least(long twoSlots) {
        return Math.min((int) twoSlots, (int) (twoSlots >>> Integer.SIZE));
    }

    /** Not 0 when one of two slots is empty. */
    private static long emptyBits(long twoSlots) {
        return twoSlots - BOTH & ~twoSlots & BOTH << Integer.SIZE - 1;
    }

    /** Where the first entry is that may have this hash: a cursor, or {@link #END}. */
    public long first(long hash) {
        return segments == 0 ? END : find(segmentOf(hash), homeOf(hash), tagOf(hash));
    }

    /** Where the next entry is that may have this hash. */
    public long next(long cursor, long hash) {
        int segment = (int) (cursor >>> HANDLE_BITS + SLOT_BITS);
        int slot = slotAt(cursor);
        if ((slot & GROUP_MASK) == GROUP_MASK && hasEmpty(segment, slot)) {
            return END;
        }
        return find(segment, slot + 1 & SLOT_MASK, tagOf(hash));
    }

    /** The handle that a cursor points to. */
    public static int handleAt(long cursor) {
        return (int) cursor & HANDLE_MASK;
    }

    private long find(int segment, int from, int tag) {
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int base = base(segment);
        int slot = from;
        while (true) {
            int entry = chunk.getInt(base + (slot << 2));
            if (entry >>> HANDLE_BITS == tag) {
                return (long) segment << HANDLE_BITS + SLOT_BITS | (long) slot << HANDLE_BITS | entry & HANDLE_MASK;
            }
            if ((slot & GROUP_MASK) == GROUP_MASK && hasEmpty(segment, slot)) {
                return END;
            }
            slot = slot + 1 & SLOT_MASK;
        }
    }

    /** Whether the group of a slot has room that was never taken: then no search goes on behind it. */
    private boolean hasEmpty(int segment, int slot) {
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int at = base(segment) + ((slot & HOME_MASK) << 2);
        return (emptyBits(chunk.getLong(at)) | emptyBits(chunk.getLong(at + 8)) | emptyBits(chunk.getLong(at + 16))
                | emptyBits(chunk.getLong(at + 24))) != 0;
    }

    /**
     * Puts a handle in that is not in the index.
     *
     * @throws IllegalStateException when the index can't grow any more
     */
    public void insert(long hash, int handle) {
        if (segments == 0) {
            addSegment(0);
        }
        int segment = segmentOf(hash);
        while (usedIn[segment] >= MAX_USED) {
            makeRoom(segment);
            segment = segmentOf(hash);
        }
        place(segment, hash, handle);
        size++;
    }

    private void place(int segment, long hash, int handle) {
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int base = base(segment);
        int slot = homeOf(hash);
        int entry = chunk.getInt(base + (slot << 2));
        while (isEntry(entry)) {
            slot = slot + 1 & SLOT_MASK;
            entry = chunk.getInt(base + (slot << 2));
        }
        if (entry == EMPTY) {
            usedIn[segment]++;
        }
        liveIn[segment]++;
        chunk.putInt(base + (slot << 2), tagOf(hash) << HANDLE_BITS | handle);
    }

    /** Takes the entry out that a cursor points to. The cursor is good until the index changes. */
    public void remove(long cursor) {
        int segment = (int) (cursor >>> HANDLE_BITS + SLOT_BITS);
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int base = base(segment);
        int slot = slotAt(cursor);
        liveIn[segment]--;
        size--;
        if (hasEmpty(segment, slot)) {
            chunk.putInt(base + (slot << 2), EMPTY);
            usedIn[segment]--;
        } else {
            chunk.putInt(base + (slot << 2), GRAVE);
        }
    }

    private static boolean isEntry(int slot) {
        return slot >>> HANDLE_BITS != 0;
    }

    /** Splits a full segment in two, or only clears its graves when these are what fills it. */
    private void makeRoom(int segment) {
        int entries = takeOut(segment);
        if (entries >= MIN_SPLIT) {
            split(segment);
        }
        // first all that is far away in memory, so that these reads overlap
        for (int i = 0; i < entries; i++) {
            movingHashes[i] = hasher.hash(moving[i]);
        }
        for (int i = 0; i < entries; i++) {
            place(segmentOf(movingHashes[i]), movingHashes[i], moving[i]);
        }
    }

    private int takeOut(int segment) {
        ByteBuffer chunk = chunks[segment >>> SEGMENTS_PER_CHUNK_SHIFT];
        int base = base(segment);
        int entries = 0;
        for (int slot = 0; slot < SEGMENT_SLOTS; slot++) {
            int entry = chunk.getInt(base + (slot << 2));
            if (isEntry(entry)) {
                moving[entries++] = entry & HANDLE_MASK;
            }
            chunk.putInt(base + (slot << 2), EMPTY);
        }
        liveIn[segment] = 0;
        usedIn[segment] = 0;
        return entries;
    }

    private void split(int segment) {
        int newDepth = depthOf[segment] + 1;
        if (newDepth > MAX_DEPTH) {
            throw new IllegalStateException("the index can't grow: more than " + size
                    + " entries, or hashes that collide");
        }
        if (newDepth > depth) {
            int[] doubled = new int[directory.length * 2];
            for (int i = 0; i < doubled.length; i++) {
                doubled[i] = directory[i >> 1];
            }
            directory = doubled;
            depth = newDepth;
        }
        int added = addSegment(newDepth);
        depthOf[segment] = (byte) newDepth;
        // of the entries that pointed to the segment the upper half now points to the new one
        int first = 0;
        while (directory[first] != segment) {
            first++;
        }
        int span = 1 << depth - newDepth;
        Arrays.fill(directory, first + span, first + 2 * span, added);
    }

    private int addSegment(int newDepth) {
        if (segments == depthOf.length) {
            int capacity = Math.max(8, segments * 2);
            depthOf = Arrays.copyOf(depthOf, capacity);
            liveIn = Arrays.copyOf(liveIn, capacity);
            usedIn = Arrays.copyOf(usedIn, capacity);
        }
        if (segments >>> SEGMENTS_PER_CHUNK_SHIFT == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = Chunk.take();
        }
        depthOf[segments] = (byte) newDepth;
        return segments++;
    }

    /** Entries in the index. */
    public int size() {
        return size;
    }

    /** Bytes of memory outside the heap. */
    public long memoryBytes() {
        return (long) chunks.length << SEGMENTS_PER_CHUNK_SHIFT + SEGMENT_SHIFT;
    }

    private int segmentOf(long hash) {
        // in two steps: a shift by 64 would be one by 0
        return directory[(int) (hash >>> 1 >>> 63 - depth)];
    }

    private static int homeOf(long hash) {
        return (int) (hash >>> SLOT_SHIFT) & HOME_MASK;
    }

    private static int tagOf(long hash) {
        return (((int) hash & TAG_SOURCE) * TAGS >>> SLOT_SHIFT) + 1;
    }

    private static int slotAt(long cursor) {
        return (int) (cursor >>> HANDLE_BITS) & SLOT_MASK;
    }

    private static int base(int segment) {
        return (segment & SEGMENTS_PER_CHUNK_MASK) << SEGMENT_SHIFT;
    }
}
