// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.Nat64Config;
import org.instar.core.pool.PoolStatus;
import org.instar.core.session.Session;
import org.instar.core.session.TcpState;
import org.instar.core.shard.InvariantChecker;
import org.instar.core.snapshot.RestoreOutcome;
import org.instar.core.snapshot.RestoreReport;
import org.instar.core.snapshot.Snapshots;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;

@DisplayName("RFC 6146: whatever comes in whatever order, the tables stay right, and nothing is left in the end")
class PathStatefulPropertyTest {

    private static final String[] CLIENTS = {"2001:db8:6::a", "2001:db8:6::b", "2001:db8:6:1::a", "2001:db8:6::80"};
    private static final String[] REMOTES = {"198.51.100.7", "198.51.100.8", "203.0.113.9"};
    private static final int[] PORTS = {53, 80, 5353};
    private static final String[] OPTIONS = {"", "", "filter address-dependent", "filter address-and-port-dependent",
        "endpoint-dependent", "endpoint-dependent limit ports 4", "no-inbound-refresh", "limit ports 3 sessions 6",
        "limit rate 2", "timeout udp 200 tcp-established 7500", "timeout udp-port 53 5"};
    private static final String[] STATIC_BINDINGS = {
        "rdr64 proto tcp from any to 192.0.2.64 port 1030 -> 2001:db8:6::80 port 80",
        "rdr64 proto udp from any to 192.0.2.65 port 1024-1039 -> 2001:db8:6::b port 50-65",
        "rdr64 from any to 192.0.2.90 -> 2001:db8:6::a"};

    /** One run: a path, a random source for the step at hand. */
    private static final class Run {

        private static final double[] DOWNTIMES = {0, 0, 0.01, 5, 60, 130, 250, 7500};

        private Map<String, Object> config = config(new Random(0), false);
        private PathFixture path = new PathFixture(config);
        private Random random;

        private static Map<String, Object> config(Random random, boolean changed) {
            Map<String, Object> config = new HashMap<>();
            List<Object> pools = new ArrayList<>();
            pools.add(pool("main", "192.0.2.64/" + (30 + (changed ? random.nextInt(3) : 0)), random));
            if (random.nextBoolean()) {
                pools.add(pool("second", "192.0.2.80/31", random));
            }
            config.put("pools", pools);
            String names = pools.size() == 2 && random.nextBoolean() ? "second, main" : "main";
            List<String> rules = new ArrayList<>();
            if (random.nextInt(3) == 0) {
                rules.add("no nat64 from any to 64:ff9b:1::203.0.113.0/120");
            }
            if (random.nextBoolean()) {
                rules.add("nat64 proto udp from any to any -> pool " + names + " " + one(OPTIONS, random));
            }
            rules.add("nat64 from any to any -> pool main " + one(OPTIONS, random));
            config.put("rules", rules);
            List<String> bindings = new ArrayList<>(List.of(STATIC_BINDINGS));
            bindings.removeIf(binding -> random.nextInt(3) > 0);
            if (!bindings.isEmpty()) {
                config.put("staticBindings", bindings);
            }
            config.put("timers", Map.of("udpSeconds", 120 + random.nextInt(300)));
            config.put("limits", Map.of("maxSessions", 60, "maxSessionsPerBinding", 12, "maxStoredSyns", 4));
            config.put("ingress", List.of(Map.of("sources", List.of("2001:db8:6::/47"))));
            return config;
        }

        private static Map<String, Object> pool(String name, String prefix, Random random) {
            return Map.of("name", name, "prefixes", prefix, "ports", "1024-1087", "blockSize", 16, "drain",
                    random.nextInt(6) == 0);
        }

        private static String one(String[] all, Random random) {
            return all[random.nextInt(all.length)];
        }

        void step(int seed) {
            random = new Random(seed * 0x9e3779b97f4a7c15L);
            int what = random.nextInt(100);
            if (what < 45) {
                path.from6(packet6());
            } else if (what < 75) {
                path.from4(packet4());
            } else if (what < 80) {
                error();
            } else if (what < 92) {
                elapse();
            } else if (what < 96) {
                change();
            } else if (what < 98) {
                restart();
            } else if (what < 99) {
                crash();
            } else {
                end();
            }
        }

        private ByteBuffer packet6() {
            String client = one(CLIENTS, random);
            int clientPort = random.nextInt(8) == 0 ? 80 : 4000 + random.nextInt(5);
            String remote = one(REMOTES, random);
            int remotePort = PORTS[random.nextInt(PORTS.length)];
            BibEntry target = random.nextInt(6) == 0 ? someBinding() : null;
            if (target != null) {
                remote = Ip4.toString(target.poolAddress());
                remotePort = target.poolPort();
            } else if (random.nextInt(12) == 0) {
                remote = "192.0.2.64";
                remotePort = 1030;
            }
            String remote6 = "64:ff9b:1::" + remote;
            switch (random.nextInt(4)) {
                case 0:
                    return TestPackets.udp6(client, clientPort, remote6, remotePort);
                case 1:
                    return TestPackets.echo6(client, remote6, 128 + random.nextInt(2), clientPort);
                default:
                    return TestPackets.tcp6(client, clientPort, remote6, remotePort, flags());
            }
        }

        private ByteBuffer packet4() {
            String remote = one(REMOTES, random);
            int remotePort = PORTS[random.nextInt(PORTS.length)];
            BibEntry target = random.nextInt(5) == 0 ? null : someBinding();
            int address = target != null ? target.poolAddress() : Ip4.parse("192.0.2.64") + random.nextInt(32);
            int port = target != null ? target.poolPort() : 1024 + random.nextInt(32);
            switch (target != null ? target.protocol() : Protocol.values()[random.nextInt(3)]) {
                case UDP:
                    return TestPackets.udp4(remote, remotePort, address, port);
                case ICMP:
                    return TestPackets.echo4(remote, address, 8 * random.nextInt(2), port);
                default:
                    return TestPackets.tcp4(remote, remotePort, address, port, flags());
            }
        }

        private int flags() {
            return random.nextInt(3) == 0 ? TestPackets.SYN : random.nextInt(32);
        }

        private void error() {
            BibEntry about = someBinding();
            if (about == null || about.protocol() != Protocol.UDP) {
                return;
            }
            ByteBuffer packet = TestPackets.udp4(Ip4.toString(about.poolAddress()), about.poolPort(),
                    Ip4.parse(one(REMOTES, random)), 53);
            path.from4(TestPackets.error4("203.0.113.1", about.poolAddress(), 3, random.nextInt(4), packet));
        }

        private BibEntry someBinding() {
            int highest = path.core.bib.highest();
            return highest == 0 ? null : path.core.sessions.readBinding(1 + random.nextInt(highest));
        }

        private void elapse() {
            double[] spans = {0.05, 0.05, 1, 7, 7, 60, 130, 250, 7300};
            path.elapse(spans[random.nextInt(spans.length)] * random.nextDouble());
        }

        private void change() {
            config = config(random, true);
            Nat64Config changed = TestConfig.of(config);
            assertThat(path.core.pools.reconfigure(changed.pools(), true)).isNull();
            path.core.pools.reserve(changed.staticBindings());
            path.core.lifecycle.change(changed);
        }

        private void end() {
            int session = 1 + random.nextInt(10);
            if (path.core.sessions.isSession(session)) {
                path.path.end(session, path.nowNanos, 0);
            }
        }

        /** The process ends in order and another one starts, after a while, with the configuration of the moment. */
        private void restart() {
            byte[] snapshot = Snapshots.of(path.core, path.nowNanos, 0);
            long downNanos = (long) (DOWNTIMES[random.nextInt(DOWNTIMES.length)] * PathFixture.SECOND);
            long nowNanos = path.nowNanos + downNanos;
            CoreFixture fresh = new CoreFixture(TestConfig.of(config), random.nextInt(), nowNanos);
            Map<String, String> expected = expected(fresh, (int) (downNanos / 1_000_000));
            RestoreReport report = Snapshots.restore(snapshot, fresh, nowNanos, downNanos / 1_000_000);
            if (downNanos == 0) {
                assertThat(resting(fresh)).isEqualTo(expectedResting(fresh));
            }
            path = new PathFixture(fresh, PayloadEditor.NONE);
            path.nowNanos = nowNanos;
            assertThat(told(path)).isEqualTo(expected);
            assertThat(report.sessions(RestoreOutcome.RESTORED)).isEqualTo(expected.size());
            assertThat(report.bindings()).isEqualTo(fresh.bib.size());
            assertThat(report.restingPorts()).isEqualTo(fresh.ports.heldDown());
        }

        /** The process dies some time after a snapshot that was made while packets came. */
        private void crash() {
            long timeNanos = path.nowNanos;
            byte[] snapshot = Snapshots.of(path.core, timeNanos, 0, 1 + random.nextInt(5), this::packets);
            packets();
            path.elapse(random.nextInt(3));
            CoreFixture fresh = new CoreFixture(TestConfig.of(config), random.nextInt(), path.nowNanos);
            Snapshots.restore(snapshot, fresh, path.nowNanos, (path.nowNanos - timeNanos) / 1_000_000);
            PathFixture next = new PathFixture(fresh, PayloadEditor.NONE);
            next.nowNanos = path.nowNanos;
            path = next;
        }

        private void packets() {
            for (int i = random.nextInt(4); i > 0; i--) {
                if (random.nextBoolean()) {
                    path.from6(packet6());
                } else {
                    path.from4(packet4());
                }
                if (random.nextInt(8) == 0) {
                    elapse();
                    end();
                }
            }
        }

        /** What is to be there after the restart: all but what is over, and what no pool has any more. */
        private Map<String, String> expected(CoreFixture fresh, int downMillis) {
            Map<String, String> all = new HashMap<>();
            for (int handle = 1; handle <= path.core.sessions.highest(); handle++) {
                Session session = path.core.sessions.read(handle);
                if (session == null || !has(fresh, session.binding())) {
                    continue;
                }
                int left = session.expiresInMillis(path.nowNanos) - downMillis;
                int probed = session.tcpState() == TcpState.ESTABLISHED
                        ? path.core.state.rules().rule(session.rule()).timers().tcpClosingSeconds() * 1000 : 0;
                if (left + probed > 0) {
                    all.put(ends(session), rest(path.core, session, Math.max(0, left)));
                }
            }
            return all;
        }

        private static boolean has(CoreFixture core, BibEntry binding) {
            return binding.isFixed()
                    ? core.pools.isPoolAddress(binding.poolAddress()) || isStaticAddress(core, binding.poolAddress())
                    : core.pools.has(binding.protocol(), binding.poolAddress(), binding.poolPort());
        }

        private static boolean isStaticAddress(CoreFixture core, int address) {
            return core.config.staticBindings().stream().anyMatch(fixed -> fixed.poolAddress() == address);
        }

        private static Map<String, String> told(PathFixture path) {
            Map<String, String> all = new HashMap<>();
            for (int handle = 1; handle <= path.core.sessions.highest(); handle++) {
                Session session = path.core.sessions.read(handle);
                if (session != null) {
                    all.put(ends(session), rest(path.core, session, session.expiresInMillis(path.nowNanos)));
                }
            }
            return all;
        }

        private static String ends(Session session) {
            return session + " " + session.remoteAddress6();
        }

        private static String rest(CoreFixture core, Session session, int leftMillis) {
            return String.join(" ", String.valueOf(session.binding().isDependent()),
                    String.valueOf(session.binding().isFixed()), String.valueOf(session.isFrom6()),
                    session.tcpState().name(), String.valueOf(leftMillis),
                    core.state.rules().rule(session.rule()).toString(), session.rules().name(),
                    String.valueOf(session.createdSeconds()), String.valueOf(session.packets6to4()),
                    String.valueOf(session.bytes6to4()), String.valueOf(session.packets4to6()),
                    String.valueOf(session.bytes4to6()));
        }

        private static Set<String> resting(CoreFixture core) {
            Set<String> all = new HashSet<>();
            core.ports.resting().visit(Integer.MAX_VALUE, (protocol, address, first, ports, subscriber, released) -> {
                for (long left = ports; left != 0; left &= left - 1) {
                    all.add(protocol + " " + Ip4.toString(address) + " "
                            + (first + Long.numberOfTrailingZeros(left)));
                }
            });
            return all;
        }

        /** Ports that rest now and are of a pool of the next process, and those of sessions that are just over. */
        private Set<String> expectedResting(CoreFixture fresh) {
            Set<String> all = resting(path.core);
            for (int handle = 1; handle <= path.core.sessions.highest(); handle++) {
                Session session = path.core.sessions.read(handle);
                if (session != null && session.tcpState() != TcpState.ESTABLISHED && !session.binding().isDependent()
                        && !session.binding().isFixed() && session.expiresInMillis(path.nowNanos) <= 0) {
                    all.add(session.protocol() + " " + Ip4.toString(session.binding().poolAddress()) + " "
                            + session.binding().poolPort());
                }
            }
            // one of a BIB entry's sessions may be over, while another keeps the port
            all.removeIf(text -> !mayRest(fresh, Protocol.valueOf(text.split(" ")[0]), Ip4.parse(text.split(" ")[1]),
                    Integer.parseInt(text.split(" ")[2])));
            return all;
        }

        private static boolean mayRest(CoreFixture core, Protocol protocol, int address, int port) {
            return core.pools.has(protocol, address, port)
                    && core.bib.find4(protocol, address, port) == RecordStore.NONE;
        }

        void check() {
            assertThat(new InvariantChecker(path.core.state, path.core.ports, path.core.subscribers).checkAll())
                    .isEmpty();
            Set<String> ends = new HashSet<>();
            for (int handle = 1; handle <= path.core.sessions.highest(); handle++) {
                Session session = path.core.sessions.read(handle);
                if (session != null) {
                    assertThat(ends.add(session.protocol() + " " + session.binding().poolAddress() + " "
                            + session.binding().poolPort() + " " + session.remoteAddress() + " "
                            + session.remotePort())).as("the ends of " + session).isTrue();
                }
            }
        }

        /** Waits until all sessions have ended and all ports have rested. */
        void endAll() {
            for (int i = 0; i < 200; i++) {
                path.elapse(100);
            }
            path.assertStateCounts(0, 0);
            assertThat(path.core.state.rules().sessions()).isZero();
            assertThat(path.core.bib.indexSizes()).containsOnly(0);
            assertThat(path.core.sessions.hasDependent()).isFalse();
            assertThat(path.core.ports.heldDown()).isZero();
            assertThat(path.core.subscribers.size()).isZero();
            assertThat(path.core.sharedSubscribers.size()).isZero();
            for (PoolStatus pool : path.core.pools.status()) {
                assertThat(pool.leasedBlocks()).isZero();
                assertThat(pool.drainingAddresses()).isZero();
                for (Protocol protocol : Protocol.values()) {
                    assertThat(pool.free(protocol)).isEqualTo(pool.capacityPerProtocol());
                }
            }
            check();
        }
    }

    @Provide
    Arbitrary<List<Integer>> steps() {
        return Arbitraries.integers().withDistribution(RandomDistribution.uniform()).withoutEdgeCases()
                .list().ofMaxSize(500).withSizeDistribution(RandomDistribution.uniform());
    }

    @Property(tries = 60)
    void invariantsHoldAndNothingIsLeft(@ForAll("steps") List<Integer> steps) {
        Run run = new Run();
        for (int step : steps) {
            run.step(step);
            run.check();
        }
        run.endAll();
    }
}
