// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.instar.core.pool.PortAllocator;
import org.instar.core.session.ShardState;
import org.instar.engine.address.Prefix64;

/**
 * Makes a snapshot, piece by piece: the header, slices of one {@link ShardSnapshot} after the other, the end. For one
 * thread, which hands the buffers on before it asks for the next.
 */
public final class SnapshotWriter {

    private final long timeNanos;
    private final long timeMillis;
    private final CRC32C checksum = new CRC32C();
    private final List<ShardSnapshot> shards = new ArrayList<>();

    /**
     * @param timeNanos now, on the clock of the shards' timers
     * @param timeMillis now, since 1970
     */
    public SnapshotWriter(long timeNanos, long timeMillis) {
        this.timeNanos = timeNanos;
        this.timeMillis = timeMillis;
    }

    /** What comes first. */
    public ByteBuffer header() {
        return counted(ByteBuffer.allocate(Format.HEADER_BYTES).putLong(Format.MAGIC)
                .putShort((short) Format.VERSION).putLong(timeMillis).flip());
    }

    /**
     * Begins the part of a shard.
     *
     * @param prefixes those that the shard's sessions number
     */
    public ShardSnapshot shard(ShardState state, List<Prefix64> prefixes, PortAllocator ports) {
        ShardSnapshot shard = new ShardSnapshot(shards.size(), state, prefixes, ports, timeNanos);
        shards.add(shard);
        return shard;
    }

    /** What a shard's slice has written; good until its next slice. */
    public ByteBuffer take(ShardSnapshot shard) {
        return counted(shard.take());
    }

    /**
     * What comes last.
     *
     * @param atEnd whether no packet comes any more: then the snapshot misses nothing
     */
    public ByteBuffer end(boolean atEnd) {
        ByteBuffer end = ByteBuffer.allocate(Format.RECORD_HEADER_BYTES + Format.END_BYTES);
        end.put((byte) Format.END).putInt(Format.END_BYTES).put((byte) (atEnd ? 1 : 0)).putLong(sessions());
        checksum.update(end.duplicate().flip());
        return end.putInt((int) checksum.getValue()).flip();
    }

    /** Sessions written so far. */
    public long sessions() {
        return shards.stream().mapToLong(ShardSnapshot::sessions).sum();
    }

    private ByteBuffer counted(ByteBuffer piece) {
        checksum.update(piece.duplicate());
        return piece;
    }
}
