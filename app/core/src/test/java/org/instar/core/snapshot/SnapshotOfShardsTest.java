// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.log.BindingLog;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.pool.PoolEvents;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.SharedSubscribers;
import org.instar.core.pool.Subscriber;
import org.instar.core.pool.Subscribers;
import org.instar.core.rule.Rule;
import org.instar.core.session.ShardState;
import org.instar.core.shard.InvariantChecker;
import org.instar.core.table.KeyedHash;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;

/** A snapshot has any number of shards, and may go to another number. */
class SnapshotOfShardsTest {

    private static final int EACH = 40;
    private static final Ip6 CLIENT = Ip6.parse("2001:db8:6::a");

    /** Some shards over the same pools. */
    private static final class Shards {

        private final Nat64Config config = TestConfig.of(Map.of("rules", List.of(
                "nat64 proto udp from any to any -> pool main", "nat64 from any to any -> pool main")));
        private final List<ShardState> states = new ArrayList<>();
        private final List<PortAllocator> ports = new ArrayList<>();
        private final List<Subscribers> subscribers = new ArrayList<>();
        private final PoolDirectory pools;
        private final SharedSubscribers shared = new SharedSubscribers(64);

        Shards(int number) {
            Random random = new Random(number);
            pools = new PoolDirectory(config.pools(), number, random::nextInt, PoolEvents.NONE);
            for (int i = 0; i < number; i++) {
                states.add(new ShardState(new KeyedHash(random::nextLong), config.prefixes(), config.rules(), 0));
                ports.add(new PortAllocator(pools, i, random::nextInt));
                subscribers.add(new Subscribers(shared));
            }
        }

        /** Sessions of one protocol in a shard, by the protocol's rule, and one port that rests. */
        void fill(int shard, Protocol protocol) {
            ShardState state = states.get(shard);
            Rule rule = config.rules().rules().get(protocol == Protocol.UDP ? 0 : 1);
            Subscriber subscriber = subscribers.get(shard).of(CLIENT.high(), CLIENT.low());
            for (int i = 0; i <= EACH; i++) {
                long taken = ports.get(shard).allocate(List.of(pools.pool("main")), protocol, subscriber, 5000 + i, 0,
                        0);
                int address = PortAllocator.address(taken);
                int port = PortAllocator.port(taken);
                if (i == EACH) {
                    ports.get(shard).release(protocol, address, port, subscriber, 0);
                    return;
                }
                int binding = state.bib().create(protocol, CLIENT.high(), CLIENT.low(), 5000 + i, address, port, false,
                        false);
                int session = state.sessions().create(binding, 7, protocol == Protocol.ICMP ? 0 : 80, true, 0,
                        state.rules().numberOf(rule), 0);
                state.wheel().schedule(session, 0, 60_000);
                subscriber.addSession(0);
                state.rules().addSession(state.rules().numberOf(rule));
            }
        }

        byte[] snapshot() {
            SnapshotWriter writer = new SnapshotWriter(0, 0);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            append(out, writer.header());
            for (int i = 0; i < states.size(); i++) {
                ShardSnapshot shard = writer.shard(states.get(i), config.prefixes(), ports.get(i));
                boolean more = true;
                while (more) {
                    more = shard.slice(7);
                    append(out, writer.take(shard));
                }
            }
            append(out, writer.end(false));
            return out.toByteArray();
        }

        private static void append(ByteArrayOutputStream out, ByteBuffer piece) {
            while (piece.hasRemaining()) {
                out.write(piece.get());
            }
        }

        RestoreReport restore(byte[] snapshot, ShardChoice choice) throws Exception {
            List<RestoredShard> targets = new ArrayList<>();
            for (int i = 0; i < states.size(); i++) {
                targets.add(new RestoredShard(states.get(i), ports.get(i), subscribers.get(i)));
            }
            RestoreReport report = new SnapshotRestore(config, pools, targets, choice, BindingLog.NONE)
                    .restore(() -> new ByteArrayInputStream(snapshot), "state", 0, 0);
            for (int i = 0; i < states.size(); i++) {
                assertThat(new InvariantChecker(states.get(i), ports.get(i), subscribers.get(i)).checkAll()).isEmpty();
            }
            return report;
        }
    }

    private static Shards filled() {
        Shards shards = new Shards(2);
        shards.fill(0, Protocol.UDP);
        shards.fill(1, Protocol.ICMP);
        return shards;
    }

    private static String ruleOfFirst(Shards shards, int shard) {
        ShardState state = shards.states.get(shard);
        return state.rules().rule(state.sessions().rule(1)).toString();
    }

    @Test
    void eachGoesBackToItsShard() throws Exception {
        Shards next = new Shards(2);
        RestoreReport report = next.restore(filled().snapshot(),
                (protocol, high, low, port, address, poolPort, before) -> before);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(2 * EACH);
        assertThat(report.restingPorts()).isEqualTo(2);
        assertThat(report.isAtEnd()).isFalse();
        for (int i = 0; i < 2; i++) {
            ShardState state = next.states.get(i);
            assertThat(state.sessions().size()).isEqualTo(EACH);
            assertThat(next.ports.get(i).heldDown()).isEqualTo(1);
            assertThat(next.pools.ownerOf(state.bib().poolAddress(1), state.bib().poolPort(1))).isEqualTo(i);
        }
        assertThat(ruleOfFirst(next, 0)).contains("proto udp");
        assertThat(ruleOfFirst(next, 1)).doesNotContain("udp");
        assertThat(next.subscribers.get(0).of(CLIENT.high(), CLIENT.low()).ports()).isEqualTo(2 * EACH);
    }

    @Test
    void allGoToOne() throws Exception {
        Shards next = new Shards(1);
        RestoreReport report = next.restore(filled().snapshot(), ShardChoice.ONLY);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(2 * EACH);
        assertThat(next.ports.get(0).heldDown()).isEqualTo(2);
    }

    @Test
    void whatGoesElsewhereThanItsBlockIsLeftOut() throws Exception {
        Shards next = new Shards(2);
        RestoreReport report = next.restore(filled().snapshot(),
                (protocol, high, low, port, address, poolPort, before) -> port & 1);
        assertThat(report.sessions(RestoreOutcome.RESTORED)).isPositive();
        assertThat(report.sessions(RestoreOutcome.PORT_TAKEN)).isPositive();
        assertThat(report.sessions(RestoreOutcome.RESTORED) + report.sessions(RestoreOutcome.PORT_TAKEN))
                .isEqualTo(2 * EACH);
    }
}
