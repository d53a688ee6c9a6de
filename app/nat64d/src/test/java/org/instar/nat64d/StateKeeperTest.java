// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.instar.core.Protocol;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscriber;
import org.instar.core.pool.Subscribers;
import org.instar.core.session.ShardState;
import org.instar.core.snapshot.ShardChoice;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.nat64d.state.KeptShard;
import org.instar.nat64d.state.StateKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions outlive the process in a file that is whole or not touched. */
@Timeout(60)
class StateKeeperTest {

    private static final int POOL = Ip4.parse("192.0.2.65");

    @TempDir
    Path folder;

    private final ExecutorService shardThread = Executors.newSingleThreadExecutor();
    private Path file;
    private Nat64Config config;

    @BeforeEach
    void configure() throws Exception {
        file = folder.resolve("state");
        config = Nat64dConfigTest.standard().nat64();
    }

    @AfterEach
    void endThread() throws Exception {
        shardThread.shutdown();
        assertThat(shardThread.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    /** What a process has. */
    private final class Process {

        private final Random random = new Random(1);
        private final ShardState state = new ShardState(new KeyedHash(random::nextLong), config.prefixes(),
                config.rules(), System.nanoTime());
        private final PoolDirectory pools = new PoolDirectory(config.pools(), 1, random::nextInt, PoolEvents.NONE);
        private final PortAllocator ports = new PortAllocator(pools, 0, random::nextInt);
        private final Subscribers subscribers = new Subscribers(new SharedSubscribers(64));
        private final StateKeeper keeper;

        Process(int intervalSeconds) {
            keeper = new StateKeeper(file, intervalSeconds, config,
                    List.of(new KeptShard(state, ports, subscribers, shardThread)));
        }

        boolean restore() throws IOException {
            return keeper.restore(pools, ShardChoice.ONLY, BindingLog.NONE);
        }

        void addSession(int port) {
            Ip6 client = Ip6.parse("2001:db8:6::a");
            Subscriber subscriber = subscribers.of(client.high(), client.low());
            assertThat(ports.take(Protocol.UDP, POOL, port, subscriber)).isTrue();
            int binding = state.bib().create(Protocol.UDP, client.high(), client.low(), port, POOL, port, false, false);
            int rule = state.rules().numberOf(config.rules().rules().get(0));
            int session = state.sessions().create(binding, POOL + 1000, 53, true, 0, rule, 0);
            state.wheel().schedule(session, System.nanoTime(), 300_000);
            subscriber.addSession(0);
            state.rules().addSession(rule);
        }

        long counter(String name) {
            return keeper.counters().get(name);
        }
    }

    @Test
    void anOrderlyEndKeepsTheSessions() throws Exception {
        Process first = new Process(0);
        assertThat(first.restore()).as("nothing was there").isFalse();
        first.addSession(5000);
        first.keeper.close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
        Process second = new Process(0);
        assertThat(second.restore()).isTrue();
        assertThat(second.state.sessions().size()).isEqualTo(1);
        assertThat(second.counter("snapshot_sessions_restored")).isEqualTo(1);
        assertThat(second.counter("snapshot_bindings_restored")).isEqualTo(1);
        assertThat(second.keeper.describe()).containsEntry("sessionsRestored", 1L).containsEntry("problem", "");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whileItRunsTheSessionsAreWrittenInTheBackground() throws Exception {
        Process first = new Process(1);
        first.restore();
        shardThread.submit(() -> {
            for (int port = 5000; port < 6500; port++) {
                first.addSession(port);
            }
        }).get();
        first.keeper.start();
        while (first.counter("snapshot_written") < 2) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(first.counter("snapshot_sessions_written")).isEqualTo(1500);
        assertThat(first.counter("snapshot_longest_slice_micros")).isPositive();
        // as after a SIGKILL: no last snapshot
        Process second = new Process(0);
        assertThat(second.restore()).as("what came later may be lost").isFalse();
        assertThat(second.state.sessions().size()).isEqualTo(1500);
        first.keeper.close();
    }

    @Test
    void whatIsNoSnapshotIsSetAsideAndTheStartGoesOn() throws Exception {
        Files.writeString(file, "not a snapshot at all");
        Process process = new Process(0);
        assertThat(process.restore()).isFalse();
        assertThat(process.counter("snapshot_refused")).isEqualTo(1);
        assertThat(process.keeper.describe().get("problem").toString())
                .startsWith(file + ": at byte 0: not a snapshot");
        assertThat(folder.resolve("state.refused")).hasContent("not a snapshot at all");
        process.addSession(5000);
        process.keeper.close();
        Process next = new Process(0);
        assertThat(next.restore()).isTrue();
        assertThat(next.state.sessions().size()).isEqualTo(1);
    }

    @Test
    void aStartThatFailedBeforeLeavesTheFileAlone() throws Exception {
        Files.writeString(file, "the sessions of before");
        new Process(0).keeper.close();
        assertThat(file).hasContent("the sessions of before");
    }

    @Test
    void whereNothingCanBeWrittenTheStartFails() throws Exception {
        file = folder.resolve("none/state");
        assertThatThrownBy(() -> new Process(0).restore()).isInstanceOf(IOException.class)
                .hasMessageContaining("none/state");
        file = Files.createDirectory(folder.resolve("directory"));
        assertThatThrownBy(() -> new Process(0).restore()).isInstanceOf(IOException.class)
                .hasMessageContaining("is a directory");
    }

    @Test
    void aSnapshotThatCannotBeWrittenLeavesTheOneBeforeAndIsTold() throws Exception {
        Process first = new Process(0);
        first.restore();
        first.addSession(5000);
        first.keeper.close();
        Process second = new Process(0);
        second.restore();
        second.addSession(5001);
        byte[] before = Files.readAllBytes(file);
        Path obstacle = Files.createDirectories(folder.resolve("state.tmp/in-the-way"));
        second.keeper.close();
        assertThat(second.counter("snapshot_failed")).isEqualTo(1);
        assertThat(second.keeper.describe().get("problem").toString()).contains("state");
        assertThat(file).hasBinaryContent(before);
        assertThat(obstacle).exists();
    }
}
