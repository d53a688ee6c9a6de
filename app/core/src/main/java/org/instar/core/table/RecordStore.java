// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Records of a fixed size in chunks of direct memory, known by handles from 1 on. A record's first use zeroes nothing:
 * who takes one writes all of its fields.
 *
 * <p>One word of each record, its stamp, tells readers of other threads whether what they copied belongs together: it
 * is odd while the record is in use, and changes with every use. Its lower {@link #STAMP_BITS} bits are the store's,
 * the upper ones the owner's.
 *
 * <p>Fields are known by their offset in bytes, and are parts of longs: who wants several of them reads the longs. The
 * field at the lower offset stands in the lower bits.
 */
public final class RecordStore {

    /** What no handle is. */
    public static final int NONE = 0;
    /** Handles fit into this many bits, so that an index can keep hash bits beside them. */
    public static final int HANDLE_BITS = 26;
    /** Of the stamp: one for "in use", the rest count uses. */
    public static final int STAMP_BITS = 22;

    /** Bits of an id but for the shard. */
    private static final int ID_BITS = HANDLE_BITS + STAMP_BITS - 1;
    private static final int MAX_HANDLE = (1 << HANDLE_BITS) - 1;
    private static final int STAMP_MASK = (1 << STAMP_BITS) - 1;
    /** As a power of two, the same for all stores: what divides a handle is known when the code is compiled. */
    private static final int CHUNK_RECORDS_SHIFT = 13;
    private static final int CHUNK_MASK = (1 << CHUNK_RECORDS_SHIFT) - 1;
    private static final int MAX_RECORD_BYTES = Chunk.BYTES >>> CHUNK_RECORDS_SHIFT;
    private static final long HALF = 0xffff_ffffL;
    private static final VarHandle LONG =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int longsShift;
    private final int stampOffset;
    private final int linkOffset;
    private volatile ByteBuffer[] published = new ByteBuffer[0];
    /** The same memory, for plain access: that has fewer checks, which would all wait for the handle. */
    private LongBuffer[] chunks = new LongBuffer[0];
    private volatile int highest;
    private int firstFree = NONE;
    private int size;

    /**
     * @param recordBytes a power of two from 16 to 64
     * @param stampOffset where the stamp, an int, stands in a record
     * @param linkOffset an int that is the store's while the record is free
     */
    public RecordStore(int recordBytes, int stampOffset, int linkOffset) {
        if (Integer.bitCount(recordBytes) != 1 || recordBytes < 16 || recordBytes > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException("not a record size: " + recordBytes);
        }
        this.longsShift = Integer.numberOfTrailingZeros(recordBytes / Long.BYTES);
        this.stampOffset = stampOffset;
        this.linkOffset = linkOffset;
    }

    /**
     * Takes a free record, the one that was given back last or a new one.
     *
     * @return its handle; {@link #NONE} when there are no more handles
     */
    public int take() {
        int handle = firstFree;
        if (handle != NONE) {
            firstFree = getInt(handle, linkOffset);
        } else if (highest == MAX_HANDLE) {
            return NONE;
        } else {
            handle = highest + 1;
            if (handle >>> CHUNK_RECORDS_SHIFT == chunks.length) {
                addChunk();
            }
            highest = handle;
        }
        size++;
        return handle;
    }

    private void addChunk() {
        int bytes = Long.BYTES << longsShift + CHUNK_RECORDS_SHIFT;
        int added = Chunk.BYTES / bytes;
        ByteBuffer memory = Chunk.take();
        ByteBuffer[] more = Arrays.copyOf(published, chunks.length + added);
        LongBuffer[] moreLongs = Arrays.copyOf(chunks, more.length);
        for (int i = 0; i < added; i++) {
            memory.limit((i + 1) * bytes).position(i * bytes);
            more[chunks.length + i] = memory.slice().order(ByteOrder.nativeOrder());
            moreLongs[chunks.length + i] = more[chunks.length + i].asLongBuffer();
        }
        chunks = moreLongs;
        published = more;
    }

    /** Shows a record that was taken to readers, with these bits of the owner's in its stamp. */
    public void publish(int handle, int ownerBits) {
        int uses = getInt(handle, stampOffset) & STAMP_MASK;
        setStamp(handle, ownerBits << STAMP_BITS | uses + 1 & STAMP_MASK);
    }

    /** Changes the owner's bits of a published record's stamp. */
    public void setOwnerBits(int handle, int ownerBits) {
        setStamp(handle, ownerBits << STAMP_BITS | getInt(handle, stampOffset) & STAMP_MASK);
    }

    /** Gives a record back. It must have been published. */
    public void free(int handle) {
        setStamp(handle, getInt(handle, stampOffset) + 1 & STAMP_MASK);
        putInt(handle, linkOffset, firstFree);
        firstFree = handle;
        size--;
    }

    private void setStamp(int handle, int stamp) {
        int shift = shift(stampOffset);
        long word = getLong(handle, stampOffset & -Long.BYTES) & ~(HALF << shift) | (stamp & HALF) << shift;
        VarHandle.releaseFence();
        LONG.setRelease(published[handle >>> CHUNK_RECORDS_SHIFT], stampPosition(handle), word);
        VarHandle.storeStoreFence();
    }

    /** A record's stamp, for readers of any thread; {@link #isLive} tells what it means. */
    public int stamp(int handle) {
        long word = (long) LONG.getAcquire(published[handle >>> CHUNK_RECORDS_SHIFT], stampPosition(handle));
        return (int) (word >>> shift(stampOffset));
    }

    /** Bytes from the beginning of its chunk to the long that a record's stamp is part of. */
    private int stampPosition(int handle) {
        return position(handle) * Long.BYTES + (stampOffset & -Long.BYTES);
    }

    private static int shift(int offset) {
        return (offset & Long.BYTES - 1) << 3;
    }

    /** Whether a record is still what it was when this stamp was read: then what was read since belongs together. */
    public boolean isUnchanged(int handle, int stamp) {
        VarHandle.loadLoadFence();
        return ((stamp(handle) ^ stamp) & STAMP_MASK) == 0;
    }

    /** Whether this is the stamp of a record in use. */
    public static boolean isLive(int stamp) {
        return (stamp & 1) != 0;
    }

    /** The owner's bits of a stamp. */
    public static int ownerBits(int stamp) {
        return stamp >>> STAMP_BITS;
    }

    /** A number for this use of the record, never 0; it comes again after two million uses of the same record. */
    public static long id(int handle, int stamp) {
        return (long) (stamp & STAMP_MASK) >>> 1 << HANDLE_BITS | handle;
    }

    /** An id that no other shard's record has, made of one that is unique within its shard; below 2^53. */
    public static long inShard(int shard, long id) {
        return (long) shard << ID_BITS | id;
    }

    /** The shard in what {@link #inShard} made. */
    public static int shardOf(long id) {
        return (int) (id >>> ID_BITS);
    }

    /** The handle in what {@link #id} or {@link #inShard} made. */
    public static int handleOf(long id) {
        return (int) id & MAX_HANDLE;
    }

    /** Whether a handle and its record's stamp are those that an id was made of; a shard in it doesn't count. */
    public boolean isCurrent(long shardsId) {
        long id = shardsId & (1L << ID_BITS) - 1;
        int handle = handleOf(id);
        if (handle == NONE || handle > highest) {
            return false;
        }
        int stamp = stamp(handle);
        return isLive(stamp) && id(handle, stamp) == id;
    }

    /** Records in use. */
    public int size() {
        return size;
    }

    /** The highest handle ever taken: readers walk from 1 up to here. */
    public int highest() {
        return highest;
    }

    /** Bytes of memory that the records take, free ones included. */
    public long memoryBytes() {
        return (long) published.length * (Long.BYTES << longsShift + CHUNK_RECORDS_SHIFT);
    }

    public long getLong(int handle, int offset) {
        return chunks[handle >>> CHUNK_RECORDS_SHIFT].get(position(handle) + (offset >>> 3));
    }

    public void putLong(int handle, int offset, long value) {
        chunks[handle >>> CHUNK_RECORDS_SHIFT].put(position(handle) + (offset >>> 3), value);
    }

    public int getInt(int handle, int offset) {
        return (int) (getLong(handle, offset) >>> shift(offset));
    }

    public void putInt(int handle, int offset, int value) {
        put(handle, offset, HALF, value);
    }

    public int getShort(int handle, int offset) {
        return (int) (getLong(handle, offset) >>> shift(offset)) & 0xffff;
    }

    public void putShort(int handle, int offset, int value) {
        put(handle, offset, 0xffff, value);
    }

    private void put(int handle, int offset, long mask, int value) {
        LongBuffer chunk = chunks[handle >>> CHUNK_RECORDS_SHIFT];
        int at = position(handle) + (offset >>> 3);
        int shift = shift(offset);
        chunk.put(at, chunk.get(at) & ~(mask << shift) | (value & mask) << shift);
    }

    /** The memory that a record stands in, for who reads several of its longs. */
    public LongBuffer chunk(int handle) {
        return chunks[handle >>> CHUNK_RECORDS_SHIFT];
    }

    /** How many records come before a record in its {@link #chunk}. */
    public static int indexInChunk(int handle) {
        return handle & CHUNK_MASK;
    }

    private int position(int handle) {
        return indexInChunk(handle) << longsShift;
    }

    /** Whether there is memory for a record: if it was never taken all of it is 0. */
    public boolean hasMemory(int handle) {
        // without a sign, as the array's own check, which then is the same one
        return Integer.compareUnsigned(handle >>> CHUNK_RECORDS_SHIFT, chunks.length) < 0;
    }
}
