// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * A hash index of record handles: extendible hashing (Fagin and others, 1979) over segments of open addressing. It
 * grows by splitting one segment, so that no insertion moves more than {@link #MAX_USED} entries. Slots stand in lines,
 * each a line of the processor's cache; an entry is in its home line or, when that is full, in one of those behind it.
 * With each handle stands a byte of the hash, the tag, that spares most looks at records of other keys. For one thread.
 *
 * <p>Of a 64-bit hash the top bits choose the segment, the middle ones the line, the lowest ones make the tag. The
 * index knows no keys: who searches walks the handles that may be meant by {@link #first} and {@link #next}.
 * Where time counts {@link #guess} comes first: it has no branch that waits for memory and that a processor can't
 * foretell, and little that waits at all, so that the reads of several packets overlap.
 *
 * <pre>
 * line, 8 longs   0 tags of the even slots, a byte each, 0: empty; top 16 bits: how many entries have passed this line
 *                   because it was full, and are in one behind it
 *                 1 tags of the odd slots
 *                 2 to 7 handles of two slots each, the even one's in the low half
 * </pre>
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

    /** Where the home line stands in a hash; the bits below make the tag. */
    static final int LINE_SHIFT = 16;
    static final int LINES = 64;
    static final int LINE_SLOTS = 12;
    /** Entries of a segment; one more and it is split. */
    static final int MAX_USED = LINES * LINE_SLOTS * 7 / 8;

    private static final int LINE_MASK = LINES - 1;
    private static final int LINE_LONGS_SHIFT = 3;
    private static final int SEGMENT_LONGS = LINES << LINE_LONGS_SHIFT;
    private static final int LINES_PER_CHUNK_SHIFT =
            Integer.numberOfTrailingZeros(Chunk.BYTES / Long.BYTES) - LINE_LONGS_SHIFT;
    private static final int LINES_PER_CHUNK_MASK = (1 << LINES_PER_CHUNK_SHIFT) - 1;
    private static final int SEGMENT_SHIFT = Integer.numberOfTrailingZeros(LINES);
    /** A segment without entries, for all that is read before the first is put in. */
    private static final LongBuffer[] NO_CHUNKS =
            {ByteBuffer.allocateDirect(SEGMENT_LONGS * Long.BYTES).order(ByteOrder.nativeOrder()).asLongBuffer()};
    private static final int MAX_DEPTH = 24;

    private static final int TAG_MASK = 0xff;
    private static final int HANDLES = 2;
    private static final long HALF = 0xffff_ffffL;
    private static final long ALL_BYTES = 0x0101_0101_0101_0101L;
    /** The top bits of a word's tags. */
    private static final long TAG_TOPS = 0x8080_8080_8080L;
    private static final int PASSED_SHIFT = 48;
    private static final long ONE_PASSED = 1L << PASSED_SHIFT;

    /** A cursor is a handle, a slot of its segment (a line and a place in it), and the segment. */
    private static final int SLOT_AT = RecordStore.HANDLE_BITS;
    private static final int PLACE_BITS = 4;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
    private static final int SLOT_MASK = (LINES << PLACE_BITS) - 1;
    private static final int SEGMENT_AT = SLOT_AT + Integer.bitCount(SLOT_MASK);
    private static final int HANDLE_MASK = (1 << RecordStore.HANDLE_BITS) - 1;

    private final Hasher hasher;
    private final int[] moving = new int[MAX_USED];
    private final long[] movingHashes = new long[MAX_USED];
    /** The first line of the segment for the top {@link #depth} bits of a hash; lines are counted over all chunks. */
    private int[] directory = new int[2];
    private int depth = 1;
    /** What is below the top bits. */
    private int depthShift = Long.SIZE - 1;
    private LongBuffer[] chunks = NO_CHUNKS;
    private byte[] depthOf = new byte[0];
    private short[] usedIn = new short[0];
    private int segments;
    private int size;

    /** Takes no memory to speak of before the first {@link #insert}. */
    public HandleIndex(Hasher hasher) {
        this.hasher = hasher;
    }

    /**
     * The handle that is most likely meant by a hash: one of its home line with the same tag.
     *
     * @return a handle; 0 when no entry has this hash; {@link #UNKNOWN} when only a search can tell
     */
    public int guess(long hash) {
        int line = segmentOf(hash) + homeOf(hash);
        LongBuffer chunk = chunkOf(line);
        int at = inChunk(line);
        long tags = ALL_BYTES * tagOf(hash);
        long even = chunk.get(at);
        long odd = chunk.get(at + 1) ^ tags;
        long evenTags = even ^ tags;
        // a byte that is 0 now leaves its top bit; one above such a byte may too, but the lowest bit is always right
        long matches = (evenTags - ALL_BYTES & ~evenTags & TAG_TOPS) >>> 7
                | (odd - ALL_BYTES & ~odd & TAG_TOPS) >>> 3;
        if (matches == 0) {
            return even >>> PASSED_SHIFT == 0 ? RecordStore.NONE : UNKNOWN;
        }
        int bit = Long.numberOfTrailingZeros(matches);
        return (int) (chunk.get(at + HANDLES + (bit >>> 3)) >>> (bit << 3));
    }

    /** Where the first entry is that may have this hash: a cursor, or {@link #END}. */
    public long first(long hash) {
        return find(segmentOf(hash), homeOf(hash), 0, hash);
    }

    /** Where the next entry is that may have this hash. */
    public long next(long cursor, long hash) {
        int slot = slotAt(cursor);
        return find((int) (cursor >>> SEGMENT_AT) << SEGMENT_SHIFT, slot >>> PLACE_BITS, (slot & PLACE_MASK) + 1, hash);
    }

    /** The handle that a cursor points to. */
    public static int handleAt(long cursor) {
        return (int) cursor & HANDLE_MASK;
    }

    private long find(int segment, int fromLine, int fromPlace, long hash) {
        LongBuffer chunk = chunkOf(segment);
        int home = homeOf(hash);
        int tag = tagOf(hash);
        int line = fromLine;
        int place = fromPlace;
        while (true) {
            int at = inChunk(segment + line);
            for (; place < LINE_SLOTS; place++) {
                if (tag(chunk, at, place) == tag) {
                    return (long) segment >>> SEGMENT_SHIFT << SEGMENT_AT
                            | (long) (line << PLACE_BITS | place) << SLOT_AT | handle(chunk, at, place);
                }
            }
            line = line + 1 & LINE_MASK;
            if (chunk.get(at) >>> PASSED_SHIFT == 0 || line == home) {
                return END;
            }
            place = 0;
        }
    }

    private static int tag(LongBuffer chunk, int at, int place) {
        return (int) (chunk.get(at + (place & 1)) >>> (place >>> 1 << 3)) & TAG_MASK;
    }

    private static int handle(LongBuffer chunk, int at, int place) {
        return (int) (chunk.get(at + HANDLES + (place >>> 1)) >>> (place << 5));
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
        while (usedIn[segment >>> SEGMENT_SHIFT] >= MAX_USED) {
            split(segment);
            segment = segmentOf(hash);
        }
        place(segment, hash, handle);
        size++;
    }

    private void place(int segment, long hash, int handle) {
        LongBuffer chunk = chunkOf(segment);
        int line = homeOf(hash);
        int place = emptyPlace(chunk, inChunk(segment + line));
        while (place == LINE_SLOTS) {
            pass(chunk, inChunk(segment + line), ONE_PASSED);
            line = line + 1 & LINE_MASK;
            place = emptyPlace(chunk, inChunk(segment + line));
        }
        int at = inChunk(segment + line);
        int tags = at + (place & 1);
        chunk.put(tags, chunk.get(tags) | (long) tagOf(hash) << (place >>> 1 << 3));
        int pair = at + HANDLES + (place >>> 1);
        chunk.put(pair, chunk.get(pair) & ~(HALF << (place << 5)) | (handle & HALF) << (place << 5));
        usedIn[segment >>> SEGMENT_SHIFT]++;
    }

    /** A place of a line that has no entry; {@link #LINE_SLOTS} when there is none. */
    private static int emptyPlace(LongBuffer chunk, int at) {
        long even = chunk.get(at);
        long odd = chunk.get(at + 1);
        long empty = (even - ALL_BYTES & ~even & TAG_TOPS) >>> 7
                | (odd - ALL_BYTES & ~odd & TAG_TOPS) >>> 3;
        return empty == 0 ? LINE_SLOTS : Long.numberOfTrailingZeros(empty) >>> 2;
    }

    private static void pass(LongBuffer chunk, int at, long count) {
        chunk.put(at, chunk.get(at) + count);
    }

    /**
     * Takes the entry out that a cursor points to. The cursor is good until the index changes.
     *
     * @param hash with which the entry was put in
     */
    public void remove(long cursor, long hash) {
        int segment = (int) (cursor >>> SEGMENT_AT) << SEGMENT_SHIFT;
        LongBuffer chunk = chunkOf(segment);
        int slot = slotAt(cursor);
        int line = slot >>> PLACE_BITS;
        int place = slot & PLACE_MASK;
        int tags = inChunk(segment + line) + (place & 1);
        chunk.put(tags, chunk.get(tags) & ~((long) TAG_MASK << (place >>> 1 << 3)));
        for (int passed = homeOf(hash); passed != line; passed = passed + 1 & LINE_MASK) {
            pass(chunk, inChunk(segment + passed), -ONE_PASSED);
        }
        usedIn[segment >>> SEGMENT_SHIFT]--;
        size--;
    }

    /** Splits a full segment in two. */
    private void split(int segment) {
        int newDepth = depthOf[segment >>> SEGMENT_SHIFT] + 1;
        if (newDepth > MAX_DEPTH) {
            throw new IllegalStateException("the index can't grow: more than " + size
                    + " entries, or hashes that collide");
        }
        int entries = takeOut(segment);
        divide(segment, newDepth);
        // first all that is far away in memory, so that these reads overlap
        for (int i = 0; i < entries; i++) {
            movingHashes[i] = hasher.hash(moving[i]);
        }
        for (int i = 0; i < entries; i++) {
            place(segmentOf(movingHashes[i]), movingHashes[i], moving[i]);
        }
    }

    private int takeOut(int segment) {
        LongBuffer chunk = chunkOf(segment);
        int entries = 0;
        for (int line = 0; line < LINES; line++) {
            int at = inChunk(segment + line);
            for (int place = 0; place < LINE_SLOTS; place++) {
                if (tag(chunk, at, place) != 0) {
                    moving[entries++] = handle(chunk, at, place);
                }
            }
        }
        int begin = inChunk(segment);
        for (int i = 0; i < SEGMENT_LONGS; i++) {
            chunk.put(begin + i, 0);
        }
        usedIn[segment >>> SEGMENT_SHIFT] = 0;
        return entries;
    }

    /** Lets half of the hashes that meant a segment mean a new one. */
    private void divide(int segment, int newDepth) {
        if (newDepth > depth) {
            int[] doubled = new int[directory.length * 2];
            for (int i = 0; i < doubled.length; i++) {
                doubled[i] = directory[i >> 1];
            }
            directory = doubled;
            depth = newDepth;
            depthShift = Long.SIZE - newDepth;
        }
        int added = addSegment(newDepth);
        depthOf[segment >>> SEGMENT_SHIFT] = (byte) newDepth;
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
            usedIn = Arrays.copyOf(usedIn, capacity);
        }
        int line = segments << SEGMENT_SHIFT;
        int ready = segments == 0 ? 0 : chunks.length;
        if (line >>> LINES_PER_CHUNK_SHIFT == ready) {
            chunks = Arrays.copyOf(chunks, ready + 1);
            chunks[ready] = Chunk.take().asLongBuffer();
        }
        depthOf[segments] = (byte) newDepth;
        segments++;
        return line;
    }

    /** Entries in the index. */
    public int size() {
        return size;
    }

    /** Bytes of memory outside the heap. */
    public long memoryBytes() {
        return segments == 0 ? 0 : (long) chunks.length * Chunk.BYTES;
    }

    private int segmentOf(long hash) {
        return directory[(int) (hash >>> depthShift)];
    }

    private LongBuffer chunkOf(int line) {
        return chunks[line >>> LINES_PER_CHUNK_SHIFT];
    }

    /** Where a line begins in its chunk. */
    private static int inChunk(int line) {
        return (line & LINES_PER_CHUNK_MASK) << LINE_LONGS_SHIFT;
    }

    private static int homeOf(long hash) {
        return (int) (hash >>> LINE_SHIFT) & LINE_MASK;
    }

    /** Never 0. */
    private static int tagOf(long hash) {
        return Math.max((int) hash & TAG_MASK, 1);
    }

    private static int slotAt(long cursor) {
        return (int) (cursor >>> SLOT_AT) & SLOT_MASK;
    }
}
