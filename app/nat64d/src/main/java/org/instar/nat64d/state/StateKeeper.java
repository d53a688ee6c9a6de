// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.snapshot.RestoreOutcome;
import org.instar.core.snapshot.RestoreReport;
import org.instar.core.snapshot.RestoredShard;
import org.instar.core.snapshot.ShardChoice;
import org.instar.core.snapshot.ShardSnapshot;
import org.instar.core.snapshot.SnapshotException;
import org.instar.core.snapshot.SnapshotRestore;
import org.instar.core.snapshot.SnapshotWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the sessions of the shards in a file: takes them up at the start, writes them now and then while packets go on,
 * and once more at the end. A file that is no snapshot is told of and set aside, and the start goes on without.
 */
public final class StateKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);
    /** Some tenth of a millisecond on the shard's thread. */
    private static final int SESSIONS_OF_SLICE = 512;
    /** The shard is left alone for this many times as long as a slice took. */
    private static final int REST_PER_SLICE = 4;
    private static final long SLICE_TIMEOUT_SECONDS = 10;
    private static final long STOP_TIMEOUT_SECONDS = 10;

    private final StateFile file;
    private final int intervalSeconds;
    private final List<KeptShard> shards;
    private final Nat64Config config;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("state-keeper").daemon().factory());
    private volatile RestoreReport restored;
    private volatile String problem = "";
    private volatile Instant lastWritten;
    private volatile long written;
    private volatile long failed;
    private volatile long refused;
    private volatile long sessionsWritten;
    private volatile long longestSliceNanos;
    /** The file may be written over: what was in it has been taken up, or is of no use. */
    private boolean tookUp;

    /**
     * @param file where the snapshot is kept
     * @param intervalSeconds how often it is written; 0: only at the end
     */
    public StateKeeper(Path file, int intervalSeconds, Nat64Config config, List<KeptShard> shards) {
        this.file = new StateFile(file);
        this.intervalSeconds = intervalSeconds;
        this.config = config;
        this.shards = List.copyOf(shards);
    }

    /**
     * Takes the sessions of the file up, before the shards' threads start.
     *
     * @return whether nothing is missing: the file was there, good, and written at the end of the process before
     * @throws IOException when the file can't be read or written to
     */
    public boolean restore(PoolDirectory pools, ShardChoice choice, BindingLog log) throws IOException {
        file.check();
        List<RestoredShard> empty = shards.stream()
                .map(shard -> new RestoredShard(shard.state(), shard.ports(), shard.subscribers())).toList();
        try {
            RestoreReport report = new SnapshotRestore(config, pools, empty, choice, log)
                    .restore(file::open, file.toString(), System.nanoTime(), System.currentTimeMillis());
            restored = report;
            LOG.info("{}: of {}: sessions {}; {} ports rest{}", file, Instant.ofEpochMilli(report.timeMillis()),
                    outcomes(report), report.restingPorts(),
                    report.isAtEnd() ? "" : "; what came after that is lost");
        } catch (NoSuchFileException e) {
            LOG.info("{}: no such file: no sessions to take up", file);
        } catch (SnapshotException e) {
            refused++;
            problem = e.getMessage();
            LOG.error("{}; kept as {}, no sessions are taken up", e.getMessage(), file.setAside());
        }
        tookUp = true;
        return restored != null && restored.isAtEnd();
    }

    private static String outcomes(RestoreReport report) {
        StringBuilder text = new StringBuilder();
        report.sessions().forEach((outcome, count) -> {
            if (count > 0 || outcome == RestoreOutcome.RESTORED) {
                text.append(text.isEmpty() ? "" : ", ").append(count).append(' ').append(outcome);
            }
        });
        return text.toString();
    }

    /** Writes snapshots from now on. */
    public void start() {
        if (intervalSeconds > 0) {
            timer.scheduleWithFixedDelay(this::writeWhileRunning, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        }
    }

    private void writeWhileRunning() {
        try {
            write(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(boolean atEnd) throws InterruptedException {
        try {
            file.replace(out -> write(out, atEnd));
            written++;
            lastWritten = Instant.now();
            problem = "";
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            failed++;
            problem = file + ": " + e;
            LOG.error("no snapshot was written: {}", problem);
        }
    }

    private void write(WritableByteChannel out, boolean atEnd) throws IOException, InterruptedException {
        SnapshotWriter writer = new SnapshotWriter(System.nanoTime(), System.currentTimeMillis());
        writeAll(out, writer.header());
        for (KeptShard shard : shards) {
            ShardSnapshot snapshot = writer.shard(shard.state(), config.prefixes(), shard.ports());
            boolean more = true;
            while (more) {
                Slice slice = atEnd ? Slice.of(snapshot) : slice(snapshot, shard.thread());
                more = slice.more();
                writeAll(out, writer.take(snapshot));
                if (!atEnd) {
                    longestSliceNanos = Math.max(longestSliceNanos, slice.nanos());
                    LockSupport.parkNanos(REST_PER_SLICE * slice.nanos());
                }
            }
        }
        writeAll(out, writer.end(atEnd));
        sessionsWritten = writer.sessions();
    }

    /**
     * A slice that was made.
     *
     * @param nanos how long the shard's thread was at it
     */
    private record Slice(boolean more, long nanos) {

        static Slice of(ShardSnapshot snapshot) {
            long start = System.nanoTime();
            boolean more = snapshot.slice(SESSIONS_OF_SLICE);
            return new Slice(more, System.nanoTime() - start);
        }
    }

    private static Slice slice(ShardSnapshot snapshot, Executor thread) throws IOException, InterruptedException {
        CompletableFuture<Slice> done = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                done.complete(Slice.of(snapshot));
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(SLICE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("a slice failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("the shard made no slice in " + SLICE_TIMEOUT_SECONDS + " s", e);
        }
    }

    private static void writeAll(WritableByteChannel out, ByteBuffer piece) throws IOException {
        while (piece.hasRemaining()) {
            out.write(piece);
        }
    }

    /** What has been done, by name. */
    public Map<String, Long> counters() {
        Map<String, Long> all = new TreeMap<>();
        RestoreReport report = restored;
        for (RestoreOutcome outcome : RestoreOutcome.values()) {
            all.put(outcome.counterName(), report == null ? 0 : report.sessions(outcome));
        }
        all.put("snapshot_bindings_restored", report == null ? 0 : report.bindings());
        all.put("snapshot_ports_resting", report == null ? 0 : report.restingPorts());
        all.put("snapshot_refused", refused);
        all.put("snapshot_written", written);
        all.put("snapshot_failed", failed);
        all.put("snapshot_sessions_written", sessionsWritten);
        all.put("snapshot_longest_slice_micros", TimeUnit.NANOSECONDS.toMicros(longestSliceNanos));
        return all;
    }

    /** For people who ask how nat64d is. */
    public Map<String, Object> describe() {
        Map<String, Object> all = new LinkedHashMap<>();
        RestoreReport report = restored;
        all.put("sessionsRestored", report == null ? 0 : report.sessions(RestoreOutcome.RESTORED));
        all.put("lastWritten", lastWritten == null ? "never" : lastWritten.toString());
        all.put("problem", problem);
        return all;
    }

    /** The last snapshot: the shards' threads have ended. None is written when the start didn't come so far. */
    @Override
    public void close() throws InterruptedException {
        timer.shutdownNow();
        if (!timer.awaitTermination(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            LOG.error("{}: the last snapshot was not written: the one before doesn't end", file);
        } else if (tookUp) {
            write(true);
        }
    }
}
