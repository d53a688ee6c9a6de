// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.instar.core.CoreFixture;
import org.instar.core.log.BindingLog;

/** Snapshots of fixtures, in memory. */
public final class Snapshots {

    private Snapshots() {
    }

    /**
     * The state of a fixture as a snapshot.
     *
     * @param most sessions of a slice
     * @param between what happens between the slices
     */
    public static byte[] of(CoreFixture core, long nowNanos, long nowMillis, int most, Runnable between) {
        SnapshotWriter writer = new SnapshotWriter(nowNanos, nowMillis);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        append(out, writer.header());
        ShardSnapshot shard = writer.shard(core.state, core.config.prefixes(), core.ports);
        boolean more = true;
        while (more) {
            more = shard.slice(most);
            append(out, writer.take(shard));
            between.run();
        }
        append(out, writer.end(true));
        return out.toByteArray();
    }

    public static byte[] of(CoreFixture core, long nowNanos, long nowMillis) {
        return of(core, nowNanos, nowMillis, 1000, () -> { });
    }

    private static void append(ByteArrayOutputStream out, ByteBuffer piece) {
        while (piece.hasRemaining()) {
            out.write(piece.get());
        }
    }

    /** Takes a snapshot up into a fresh fixture. */
    public static RestoreReport restore(byte[] snapshot, CoreFixture into, BindingLog log, long nowNanos,
            long nowMillis) throws SnapshotException {
        SnapshotRestore restore = new SnapshotRestore(into.config, into.pools,
                List.of(new RestoredShard(into.state, into.ports, into.subscribers)), ShardChoice.ONLY, log);
        try {
            return restore.restore(() -> new ByteArrayInputStream(snapshot), "state", nowNanos, nowMillis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same where the snapshot is known to be good and nobody listens. */
    public static RestoreReport restore(byte[] snapshot, CoreFixture into, long nowNanos, long nowMillis) {
        try {
            return restore(snapshot, into, BindingLog.NONE, nowNanos, nowMillis);
        } catch (SnapshotException e) {
            throw new AssertionError(e);
        }
    }
}
