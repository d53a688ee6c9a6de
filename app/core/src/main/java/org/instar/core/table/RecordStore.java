// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Records of a fixed size in chunks of direct memory, known by handles from 1 on. A record's first use zeroes nothing:
 * who takes one writes all of its fields.
 *
 * <p>One word of each record, its stamp, tells readers of other threads whether what they copied belongs together: it
 * is odd while the record is in use, and changes with every use. Its lower {@link #STAMP_BITS} bits are the store's,
 * the upper ones the owner's.
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
    private static final int CHUNK_BYTES = Chunk.BYTES;
    private static final VarHandle INT =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private final int recordShift;
    private final int chunkShift;
    private final int chunkMask;
    private final int stampOffset;
    private final int linkOffset;
    private volatile ByteBuffer[] published = new ByteBuffer[0];
    private ByteBuffer[] chunks = published;
    private volatile int highest;
    private int firstFree = NONE;
    private int size;

    /**
     * @param recordBytes a power of two from 16 to 4096
     * @param stampOffset where the stamp, an int, stands in a record
     * @param linkOffset an int that is the store's while the record is free
     */
    public RecordStore(int recordBytes, int stampOffset, int linkOffset) {
        if (Integer.bitCount(recordBytes) != 1 || recordBytes < 16 || recordBytes > 4096) {
            throw new IllegalArgumentException("not a record size: " + recordBytes);
        }
        this.recordShift = Integer.numberOfTrailingZeros(recordBytes);
        this.chunkShift = Integer.numberOfTrailingZeros(CHUNK_BYTES) - recordShift;
        this.chunkMask = (1 << chunkShift) - 1;
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
            if (handle >>> chunkShift == chunks.length) {
                addChunk();
            }
            highest = handle;
        }
        size++;
        return handle;
    }

    private void addChunk() {
        ByteBuffer[] more = Arrays.copyOf(chunks, chunks.length + 1);
        more[chunks.length] = Chunk.take();
        chunks = more;
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
        VarHandle.releaseFence();
        INT.setRelease(chunks[handle >>> chunkShift], position(handle) + stampOffset, stamp);
        VarHandle.storeStoreFence();
    }

    /** A record's stamp, for readers of any thread; {@link #isLive} tells what it means. */
    public int stamp(int handle) {
        return (int) INT.getAcquire(published[handle >>> chunkShift], position(handle) + stampOffset);
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
        return (long) published.length * CHUNK_BYTES;
    }

    public long getLong(int handle, int offset) {
        return chunks[handle >>> chunkShift].getLong(position(handle) + offset);
    }

    public void putLong(int handle, int offset, long value) {
        chunks[handle >>> chunkShift].putLong(position(handle) + offset, value);
    }

    public int getInt(int handle, int offset) {
        return chunks[handle >>> chunkShift].getInt(position(handle) + offset);
    }

    public void putInt(int handle, int offset, int value) {
        chunks[handle >>> chunkShift].putInt(position(handle) + offset, value);
    }

    public int getShort(int handle, int offset) {
        return chunks[handle >>> chunkShift].getShort(position(handle) + offset) & 0xffff;
    }

    public void putShort(int handle, int offset, int value) {
        chunks[handle >>> chunkShift].putShort(position(handle) + offset, (short) value);
    }

    /**
     * The memory that a record stands in, for who reads several of its fields: in little-endian order, so that fields
     * side by side can be read as one.
     */
    public ByteBuffer chunk(int handle) {
        return chunks[handle >>> chunkShift];
    }

    /** Where a record begins in its {@link #chunk}. */
    public int position(int handle) {
        return (handle & chunkMask) << recordShift;
    }

    /** Whether there is memory for a record: if it was never taken all of it is 0. */
    public boolean hasMemory(int handle) {
        return handle >>> chunkShift < chunks.length;
    }
}
