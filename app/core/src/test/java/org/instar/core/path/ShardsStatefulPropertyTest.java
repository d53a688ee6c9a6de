// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.core.session.Session;
import org.instar.engine.address.Ip4;

/**
 * Several shards do together what one does alone: the same packets, each come in at any of them, make the same sessions
 * in the same states, however pool ports differ. (Under endpoint-dependent mapping clients share ports as chance wants
 * it, which makes the outcome for strangers differ.)
 */
class ShardsStatefulPropertyTest {

    private static final String[] CLIENTS = {"2001:db8:6::a", "2001:db8:6::b", "2001:db8:6:0:1::a"};
    private static final String[] REMOTES = {"198.51.100.7", "198.51.100.8"};
    private static final String[] RULES = {"nat64 from any to any -> pool main",
        "nat64 from any to any -> pool main filter address-dependent",
        "nat64 from any to any -> pool main filter address-and-port-dependent"};

    /** One client transport address, the same in both worlds. */
    private static final class End {

        private final Protocol protocol;
        private final String client;
        private final int port;

        End(Random random) {
            protocol = Protocol.values()[random.nextInt(3)];
            client = CLIENTS[random.nextInt(CLIENTS.length)];
            port = 4000 + random.nextInt(8);
        }
    }

    private static final class World {

        private final ShardsFixture group;

        World(int shards, String rule, long seed) {
            group = new ShardsFixture(shards, Map.of(
                    "pools", List.of(Map.of("name", "main", "prefixes", List.of("192.0.2.64/30"))),
                    "rules", List.of(rule),
                    "staticBindings",
                    List.of("rdr64 proto tcp from any to 192.0.2.64 port 999 -> 2001:db8:6::a port 80")), seed);
        }

        BibEntry binding(End end) {
            return group.allSessions().stream().map(Session::binding)
                    .filter(entry -> entry.protocol() == end.protocol && entry.clientPort() == end.port
                            && entry.clientAddress().toString().equals(end.client)).findFirst().orElse(null);
        }

        /** All sessions in words that don't name what is drawn at random. */
        Set<String> sessions() {
            Set<String> words = new TreeSet<>();
            for (Session session : group.allSessions()) {
                BibEntry entry = session.binding();
                words.add(entry.protocol() + " " + entry.clientAddress() + " " + entry.clientPort() + " - "
                        + remote(session) + " " + session.tcpState() + " " + session.isFrom6() + " "
                        + session.packets6to4() + "/" + session.packets4to6() + " " + session.expiresInMillis(
                                group.shard(0).nowNanos));
            }
            return words;
        }

        private String remote(Session session) {
            for (Session other : group.allSessions()) {
                BibEntry entry = other.binding();
                if (entry.protocol() == session.protocol() && entry.poolAddress() == session.remoteAddress()
                        && entry.poolPort() == session.remotePort()) {
                    return "client " + entry.clientAddress() + " " + entry.clientPort();
                }
            }
            return group.pools.isPoolAddress(session.remoteAddress()) ? "a client that is gone"
                    : Ip4.toString(session.remoteAddress()) + " " + session.remotePort();
        }
    }

    private static final class Run {

        private final World one;
        private final World many;
        private final int shards;
        private Random random;

        Run(int shards, String rule, long seed) {
            this.shards = shards;
            one = new World(1, rule, seed);
            many = new World(shards, rule, ~seed);
        }

        void step(int seed) {
            random = new Random(seed * 0x9e3779b97f4a7c15L);
            int what = random.nextInt(20);
            int remotePort = 53 + random.nextInt(2);
            String remote = REMOTES[random.nextInt(REMOTES.length)];
            int flags = random.nextInt(3) == 0 ? TestPackets.SYN : random.nextInt(32);
            End end = new End(random);
            if (what < 9) {
                both((world, shard) -> world.group.from6(shard,
                        packet6(end, "64:ff9b:1::" + remote, remotePort, flags)));
            } else if (what < 14) {
                both((world, shard) -> from4(world, shard, end, remote, remotePort, flags));
            } else if (what < 16) {
                End other = new End(random);
                both((world, shard) -> hairpin(world, shard, end, other, flags));
            } else if (what < 17) {
                both((world, shard) -> error4(world, shard, end, remote, remotePort));
            } else if (what < 18) {
                fragments(end, remote, remotePort);
            } else {
                double seconds = random.nextInt(3) == 0 ? 400 * random.nextDouble() : 3;
                one.group.elapse(seconds);
                many.group.elapse(seconds);
            }
        }

        private void both(BiPredicate<World, Integer> packet) {
            boolean sent = packet.test(one, 0);
            assertThat(packet.test(many, random.nextInt(shards))).as("whether it came out").isEqualTo(sent);
        }

        private static ByteBuffer packet6(End end, String remote6, int remotePort, int flags) {
            switch (end.protocol) {
                case UDP:
                    return TestPackets.udp6(end.client, end.port, remote6, remotePort);
                case TCP:
                    return TestPackets.tcp6(end.client, end.port, remote6, remotePort, flags);
                default:
                    return TestPackets.echo6(end.client, remote6, 128, end.port);
            }
        }

        private static boolean from4(World world, int shard, End end, String remote, int remotePort, int flags) {
            BibEntry entry = world.binding(end);
            if (entry == null) {
                return false;
            }
            switch (end.protocol) {
                case UDP:
                    return world.group.from4(shard, TestPackets.udp4(remote, remotePort, entry.poolAddress(),
                            entry.poolPort()));
                case TCP:
                    return world.group.from4(shard, TestPackets.tcp4(remote, remotePort, entry.poolAddress(),
                            entry.poolPort(), flags & ~TestPackets.SYN));
                default:
                    return world.group.from4(shard, TestPackets.echo4(remote, entry.poolAddress(), 0,
                            entry.poolPort()));
            }
        }

        private static boolean hairpin(World world, int shard, End from, End to, int flags) {
            BibEntry entry = from.protocol == to.protocol ? world.binding(to) : null;
            return entry != null && world.group.from6(shard, packet6(from,
                    "64:ff9b:1::" + Ip4.toString(entry.poolAddress()), entry.poolPort(), flags & ~TestPackets.SYN));
        }

        private static boolean error4(World world, int shard, End end, String remote, int remotePort) {
            BibEntry entry = world.binding(end);
            if (entry == null || end.protocol != Protocol.UDP) {
                return false;
            }
            ByteBuffer about = TestPackets.udp4(Ip4.toString(entry.poolAddress()), entry.poolPort(), Ip4.parse(remote),
                    remotePort);
            return world.group.from4(shard, TestPackets.error4("203.0.113.1", entry.poolAddress(), 3, 3, about));
        }

        /** Two fragments at two shards, in either order. */
        private void fragments(End end, String remote, int remotePort) {
            byte[] data = new byte[32];
            ByteBuffer.wrap(data).putShort((short) end.port).putShort((short) remotePort).putShort((short) 48)
                    .putShort((short) 1);
            int identification = random.nextInt();
            boolean turned = random.nextBoolean();
            for (int i = 0; i < 2; i++) {
                boolean first = i == 0 ^ turned;
                both((world, shard) -> world.group.from6(shard, TestPackets.fragment6(end.client,
                        "64:ff9b:1::" + remote, identification, first ? 0 : 32, first,
                        first ? data : new byte[16])));
                both((world, shard) -> world.group.from6(shard, TestPackets.udp6(end.client, end.port ^ 1,
                        "64:ff9b:1::" + remote, remotePort)));
            }
        }
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().withDistribution(RandomDistribution.uniform()).withoutEdgeCases()
                .list().ofMaxSize(120).withSizeDistribution(RandomDistribution.uniform());
    }

    @Property(tries = 40)
    void manyAreAsOne(@ForAll("steps") List<Integer> steps, @ForAll @IntRange(min = 2, max = 5) int shards,
            @ForAll @IntRange(min = 0, max = 2) int rule, @ForAll long seed) {
        Run run = new Run(shards, RULES[rule], seed);
        for (int step : steps) {
            run.step(step);
            assertThat(run.many.sessions()).isEqualTo(run.one.sessions());
            run.many.group.check();
        }
        for (int i = 0; i < 200; i++) {
            run.many.group.elapse(100);
        }
        assertThat(run.many.group.sessions()).isZero();
        assertThat(run.many.group.subscribers.size()).isZero();
        assertThat(run.many.group.pools.status()).allSatisfy(pool -> assertThat(pool.leasedBlocks()).isZero());
    }
}
