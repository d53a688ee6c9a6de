// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.engine.address.Prefix64;

/**
 * Fills empty shards with the sessions of a snapshot, before packets come: BIB entries, sessions, timers, ports and
 * blocks, what subscribers have, and the ports that rest. What the configuration of now has no place for is left out
 * under a {@link RestoreOutcome}. Timers have gone on while there was no process: by the wall clock, unless that went
 * backwards.
 */
public final class SnapshotRestore {

    /** Opens the snapshot, twice: once to see that all of it is good. */
    public interface Source {
        InputStream open() throws IOException;
    }

    private static final SnapshotReader.Visitor NOBODY = new SnapshotReader.Visitor() {
        @Override
        public void shard(int number) {
        }

        @Override
        public void session(SessionRecord session, Prefix64 prefix, SnapshotRule rule) {
        }

        @Override
        public void resting(RestingRecord ports) {
        }
    };

    private final PoolDirectory pools;
    private final ShardChoice choice;
    private final List<ShardRestore> shards = new ArrayList<>();
    private final RestoreReport report = new RestoreReport();

    /**
     * @param config of now; the pools and shards have it already
     * @param log hears of what is there again
     */
    public SnapshotRestore(Nat64Config config, PoolDirectory pools, List<RestoredShard> shards, ShardChoice choice,
            BindingLog log) {
        this.pools = pools;
        this.choice = choice;
        shards.forEach(shard -> this.shards.add(new ShardRestore(config, pools, shard, log, report)));
    }

    /**
     * Reads the snapshot and takes it up, once.
     *
     * @param name what errors call it
     * @param nowNanos where the clock of the shards' timers stands
     * @param nowMillis now, since 1970
     * @throws SnapshotException when it is none or not whole: nothing has changed then
     * @throws IOException of the source. When it comes from the second reading, some of it has been taken up
     */
    public RestoreReport restore(Source source, String name, long nowNanos, long nowMillis)
            throws IOException, SnapshotException {
        SnapshotReader first;
        try (InputStream in = source.open()) {
            first = new SnapshotReader(in, name, NOBODY);
            first.read();
        }
        report.taken(first.timeMillis(), first.isAtEnd());
        long elapsedMillis = Math.max(0, nowMillis - first.timeMillis());
        shards.forEach(shard -> shard.setTime(elapsedMillis, nowNanos, nowMillis));
        try (InputStream in = source.open()) {
            new SnapshotReader(in, name, new Distribution()).read();
        } catch (SnapshotException e) {
            throw new IOException("changed while it was read: " + e.getMessage(), e);
        }
        shards.forEach(shard -> report.addRestingPorts(shard.restingPorts()));
        return report;
    }

    private final class Distribution implements SnapshotReader.Visitor {

        private int before;

        @Override
        public void shard(int number) {
            before = number;
        }

        @Override
        public void session(SessionRecord session, Prefix64 prefix, SnapshotRule rule) {
            int shard = choice.shardOf(session.protocol, session.clientHigh, session.clientLow, session.clientPort,
                    session.poolAddress, session.poolPort, before);
            report.add(shards.get(shard).restore(session, prefix, rule));
        }

        /** To the shard that has their block; one that nobody has goes to the shard of before. */
        @Override
        public void resting(RestingRecord ports) {
            for (long left = ports.ports; left != 0; left &= left - 1) {
                int port = ports.firstPort + Long.numberOfTrailingZeros(left);
                int owner = pools.ownerOf(ports.address, port);
                shards.get(owner >= 0 ? owner : before % shards.size()).rest(ports, port);
            }
        }
    }
}
