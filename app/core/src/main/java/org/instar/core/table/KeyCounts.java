// SPDX-License-Identifier: Apache-2.0
package org.instar.core.table;

/**
 * How often each key of 64 bits was added, outside the heap; a key that was never added, or removed as often, takes no
 * memory. Grows a piece at a time, as {@link HandleIndex} does. For one thread.
 */
public final class KeyCounts {

    private static final int RECORD_BYTES = 16;
    private static final int KEY = 0;
    private static final int COUNT = 8;
    private static final int STAMP = 12;

    private final KeyedHash hash;
    private final RecordStore records = new RecordStore(RECORD_BYTES, STAMP, COUNT);
    private final HandleIndex index = new HandleIndex(this::hashOf);

    public KeyCounts(KeyedHash hash) {
        this.hash = hash;
    }

    private long hashOf(int handle) {
        return hash.of(records.getLong(handle, KEY), 0);
    }

    /** How often a key is there; 0: it isn't. */
    public int count(long key) {
        long at = find(key);
        return at == HandleIndex.END ? 0 : records.getInt(HandleIndex.handleAt(at), COUNT);
    }

    /**
     * Adds a key once more.
     *
     * @throws IllegalStateException when there are more keys than handles
     */
    public void add(long key) {
        long at = find(key);
        if (at != HandleIndex.END) {
            change(HandleIndex.handleAt(at), 1);
            return;
        }
        int handle = records.take();
        if (handle == RecordStore.NONE) {
            throw new IllegalStateException("more keys than handles");
        }
        records.putLong(handle, KEY, key);
        records.putInt(handle, COUNT, 1);
        records.publish(handle, 0);
        index.insert(hash.of(key, 0), handle);
    }

    /** Removes a key once; nothing happens when it isn't there. */
    public void remove(long key) {
        long at = find(key);
        if (at != HandleIndex.END) {
            int handle = HandleIndex.handleAt(at);
            if (records.getInt(handle, COUNT) > 1) {
                change(handle, -1);
            } else {
                index.remove(at, hash.of(key, 0));
                records.free(handle);
            }
        }
    }

    private void change(int handle, int by) {
        records.putInt(handle, COUNT, records.getInt(handle, COUNT) + by);
    }

    private long find(long key) {
        long wanted = hash.of(key, 0);
        for (long at = index.first(wanted); at != HandleIndex.END; at = index.next(at, wanted)) {
            if (records.getLong(HandleIndex.handleAt(at), KEY) == key) {
                return at;
            }
        }
        return HandleIndex.END;
    }

    /** Keys that are there. */
    public int size() {
        return records.size();
    }

    /** Bytes outside the heap. */
    public long memoryBytes() {
        return records.memoryBytes() + index.memoryBytes();
    }
}
