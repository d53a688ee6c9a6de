// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.PathFixture.CLIENT;
import static org.instar.core.path.PathFixture.OTHER_CLIENT;
import static org.instar.core.path.PathFixture.REMOTE4;
import static org.instar.core.path.PathFixture.REMOTE6;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.echo4;
import static org.instar.core.path.TestPackets.echo6;
import static org.instar.core.path.TestPackets.error4;
import static org.instar.core.path.TestPackets.error6;
import static org.instar.core.path.TestPackets.fragment6;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3 over several shards: whichever a packet comes in at, the outcome is that of one")
class ShardsRfc6146Test {

    private static final int SHARDS = 3;

    private final ShardsFixture group = new ShardsFixture(SHARDS, Map.of(), 42);

    private int ownerOf(String client, int port) {
        Ip6 address = Ip6.parse(client);
        return group.selector.ofClient(address.high(), address.low(), port);
    }

    /** A port of the client's that falls to this shard. */
    private int portAt(String client, int shard) {
        int port = 4000;
        while (ownerOf(client, port) != shard) {
            port++;
        }
        return port;
    }

    @Test
    @DisplayName("§3.5.1: a client's port has one binding, whichever shard its packets come in at")
    void oneBinding() {
        for (int port = 4000; port < 4020; port++) {
            assertThat(group.from6(0, udp6(CLIENT, port, REMOTE6, 53))).isTrue();
            assertThat(group.out).isSameAs(group.shard(ownerOf(CLIENT, port)));
            int pool = group.out.sent.source4();
            int poolPort = group.out.sent.sourcePort();
            for (int shard = 1; shard < SHARDS; shard++) {
                assertThat(group.from6(shard, udp6(CLIENT, port, REMOTE6, 54))).isTrue();
                assertThat(group.out.sent.source4()).isEqualTo(pool);
                assertThat(group.out.sent.sourcePort()).isEqualTo(poolPort);
            }
        }
        assertThat(group.bindings()).isEqualTo(20);
        assertThat(group.sessions()).isEqualTo(40);
        assertThat(group.shards).allSatisfy(shard -> assertThat(shard.core.bib.size()).isPositive());
        group.check();
    }

    @Test
    @DisplayName("§3.5.1: answers find the client from every shard, and the paired address holds over all of them")
    void answers() {
        int pool = 0;
        for (int port = 4000; port < 4010; port++) {
            group.from6(0, udp6(CLIENT, port, REMOTE6, 53));
            assertThat(pool == 0 || pool == group.out.sent.source4()).as("one address (RFC 6888 REQ-2)").isTrue();
            pool = group.out.sent.source4();
            int poolPort = group.out.sent.sourcePort();
            for (int shard = 0; shard < SHARDS; shard++) {
                assertThat(group.from4(shard, udp4(REMOTE4, 53, pool, poolPort))).isTrue();
                assertThat(Ip6.toString(group.out.sent.destination6High(), group.out.sent.destination6Low()))
                        .isEqualTo(CLIENT);
                assertThat(group.out.sent.destinationPort()).isEqualTo(port);
            }
        }
        assertThat(group.count(PathEvent.PACKETS_HANDED_OVER)).isPositive();
        assertThat(group.count(PathEvent.PACKETS_4TO6)).isEqualTo(10 * SHARDS);
    }

    @Test
    @DisplayName("§3.5.3: echo sessions are the first shard's")
    void echo() {
        assertThat(group.from6(2, echo6(CLIENT, REMOTE6, 128, 77))).isTrue();
        assertThat(group.out).isSameAs(group.shard(0));
        int identifier = group.out.sent.sourcePort();
        assertThat(group.from4(1, echo4(REMOTE4, group.out.sent.source4(), 0, identifier))).isTrue();
        assertThat(group.out.sent.destinationPort()).isEqualTo(77);
    }

    @Test
    @DisplayName("§3.5: an ICMP error goes by the packet it is about, from both sides")
    void errors() {
        for (int owner = 0; owner < SHARDS; owner++) {
            int port = portAt(CLIENT, owner);
            group.from6(0, udp6(CLIENT, port, REMOTE6, 53));
            int pool = group.out.sent.source4();
            int poolPort = group.out.sent.sourcePort();
            for (int shard = 0; shard < SHARDS; shard++) {
                ByteBuffer about = udp4(Ip4.toString(pool), poolPort, Ip4.parse(REMOTE4), 53);
                assertThat(group.from4(shard, error4("203.0.113.1", pool, 3, 3, about))).isTrue();
                assertThat(group.out).isSameAs(group.shard(owner));
                assertThat(group.out.sent.isIcmpError()).isTrue();
                assertThat(group.out.sent.destinationPort()).isEqualTo(port);
                assertThat(group.from6(shard, error6(CLIENT, REMOTE6, 1, 4, udp6(REMOTE6, 53, CLIENT, port)))).isTrue();
                assertThat(group.out).isSameAs(group.shard(owner));
                assertThat(group.out.sent.isIcmpError()).isTrue();
                assertThat(group.out.sent.sourcePort()).isEqualTo(poolPort);
            }
        }
    }

    @Test
    @DisplayName("§3.4: fragments that come in at different shards, in any order, go out together")
    void fragments6() {
        for (int owner = 0; owner < SHARDS; owner++) {
            int port = portAt(CLIENT, owner);
            byte[] data = new byte[32];
            ByteBuffer.wrap(data).putShort((short) port).putShort((short) 53).putShort((short) 48).putShort((short) 1);
            ByteBuffer first = fragment6(CLIENT, REMOTE6, owner + 1, 0, true, data);
            ByteBuffer last = fragment6(CLIENT, REMOTE6, owner + 1, 32, false, new byte[16]);
            long before = group.count(PathEvent.PACKETS_6TO4);
            assertThat(group.from6((owner + 1) % SHARDS, last)).as("the ports aren't known").isFalse();
            assertThat(group.from6((owner + 2) % SHARDS, first)).isTrue();
            assertThat(group.out).isSameAs(group.shard(owner));
            assertThat(group.count(PathEvent.PACKETS_6TO4) - before).isEqualTo(2);
            assertThat(group.out.session().binding().clientPort()).isEqualTo(port);
            assertThat(group.out.session().packets6to4()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("§3.4: a later fragment goes by the ports of the first, whatever came between them")
    void fragmentsApart() {
        for (int owner = 0; owner < SHARDS; owner++) {
            int port = portAt(CLIENT, owner);
            byte[] data = new byte[32];
            ByteBuffer.wrap(data).putShort((short) port).putShort((short) 53).putShort((short) 48).putShort((short) 1);
            assertThat(group.from6(0, fragment6(CLIENT, REMOTE6, owner, 0, true, data))).isTrue();
            for (int other = 5000; other < 5020; other++) {
                group.from6(0, udp6(CLIENT, other, REMOTE6, 99));
            }
            assertThat(group.from6(0, fragment6(CLIENT, REMOTE6, owner, 32, false, new byte[16]))).isTrue();
            assertThat(group.out.session().binding().clientPort()).isEqualTo(port);
            assertThat(group.out.session().packets6to4()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("§3.4: fragments from the IPv4 side likewise")
    void fragments4() {
        for (int owner = 0; owner < SHARDS; owner++) {
            int port = portAt(CLIENT, owner);
            group.from6(0, udp6(CLIENT, port, REMOTE6, 53));
            int pool = group.out.sent.source4();
            ByteBuffer whole = udp4(REMOTE4, 53, pool, group.out.sent.sourcePort());
            ByteBuffer first = asFragment(whole, 0, 8, true);
            ByteBuffer last = asFragment(whole, 8, 4, false);
            assertThat(group.from4(0, last)).isFalse();
            assertThat(group.from4(1, first)).isTrue();
            assertThat(group.out).isSameAs(group.shard(owner));
            assertThat(group.out.session().packets4to6()).isEqualTo(2);
        }
    }

    /** A part of a packet's data as a fragment of its own. */
    private static ByteBuffer asFragment(ByteBuffer whole, int offset, int length, boolean more) {
        ByteBuffer fragment = ByteBuffer.allocateDirect(20 + length);
        for (int i = 0; i < 20; i++) {
            fragment.put(i, whole.get(i));
        }
        for (int i = 0; i < length; i++) {
            fragment.put(20 + i, whole.get(20 + offset + i));
        }
        fragment.putShort(2, (short) (20 + length)).putShort(6, (short) (offset >>> 3 | (more ? 0x2000 : 0)));
        fragment.putShort(10, (short) 0);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += fragment.getShort(i) & 0xffff;
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        return fragment.putShort(10, (short) ~(sum + (sum >>> 16)));
    }

    @Test
    @DisplayName("§3.8: two clients of different shards meet by the pool's address, each seen by its binding")
    void hairpin() {
        int mine = portAt(CLIENT, 0);
        int theirs = portAt(OTHER_CLIENT, 1);
        group.from6(0, udp6(OTHER_CLIENT, theirs, REMOTE6, 53));
        int pool = group.out.sent.source4();
        int poolPort = group.out.sent.sourcePort();
        String meeting = group.shard(0).core.config.prefixes().get(0).embed(pool).toString();
        for (int shard = 0; shard < SHARDS; shard++) {
            assertThat(group.from6(shard, udp6(CLIENT, mine, meeting, poolPort))).isTrue();
            assertThat(group.out).isSameAs(group.shard(1));
            assertThat(group.out.sentVersion).isEqualTo(6);
            assertThat(Ip6.toString(group.out.sent.destination6High(), group.out.sent.destination6Low()))
                    .isEqualTo(OTHER_CLIENT);
            assertThat(group.out.sent.destinationPort()).isEqualTo(theirs);
        }
        int external = group.shard(0).core.config.prefixes().get(0)
                .extract(group.out.sent.source6High(), group.out.sent.source6Low());
        int externalPort = group.out.sent.sourcePort();
        assertThat(group.shard(0).bindingOf(CLIENT, Protocol.UDP, mine).poolPort())
                .as("the source is the sender's binding").isEqualTo(externalPort);
        String back = group.shard(0).core.config.prefixes().get(0).embed(external).toString();
        assertThat(group.from6(2, udp6(OTHER_CLIENT, theirs, back, externalPort))).as("and back").isTrue();
        assertThat(group.out).isSameAs(group.shard(0));
        assertThat(group.out.sent.destinationPort()).isEqualTo(mine);
        assertThat(group.count(PathEvent.PACKETS_HAIRPINNED)).isEqualTo(SHARDS + 1);
        group.check();
    }

    @Test
    @DisplayName("§3.8: a hairpin packet to a port that no shard's client holds makes no state")
    void hairpinToNobody() {
        int theirs = portAt(OTHER_CLIENT, 1);
        group.from6(0, udp6(OTHER_CLIENT, theirs, REMOTE6, 53));
        int pool = group.out.sent.source4();
        int free = group.out.sent.sourcePort() ^ 1;
        assertThat(group.pools.ownerOf(pool, free)).as("in the other shard's block").isEqualTo(1);
        String meeting = group.shard(0).core.config.prefixes().get(0).embed(pool).toString();
        assertThat(group.from6(0, udp6(CLIENT, portAt(CLIENT, 0), meeting, free))).isFalse();
        assertThat(group.count(PathDrop.NO_BINDING)).isEqualTo(1);
        assertThat(group.sessions()).isEqualTo(1);
    }

    @Test
    @DisplayName("§3.2: a static binding is its client's shard's, and reached from every shard")
    void staticBindings() {
        ShardsFixture fixed = new ShardsFixture(SHARDS, Map.of("staticBindings",
                List.of("rdr64 proto tcp from any to 192.0.2.64 port 1000-1040 -> 2001:db8:6::80 port 80-120")), 7);
        for (int port = 1000; port <= 1040; port++) {
            for (int shard = 0; shard < SHARDS; shard++) {
                assertThat(fixed.from4(shard, tcp4(REMOTE4, 5000 + shard, Ip4.parse("192.0.2.64"), port, SYN)))
                        .isTrue();
                assertThat(fixed.out.sent.destinationPort()).isEqualTo(port - 920);
            }
        }
        assertThat(fixed.bindings()).isEqualTo(41);
        assertThat(fixed.sessions()).isEqualTo(41 * SHARDS);
        assertThat(fixed.shards).allSatisfy(shard -> assertThat(shard.core.bib.size()).isPositive());
        assertThat(fixed.from6(0, tcp6(CLIENT, 4000, "64:ff9b:1::192.0.2.64", 1040, SYN))).as("hairpin").isTrue();
        assertThat(fixed.out.sent.destinationPort()).isEqualTo(120);
        fixed.check();
    }

    @Test
    @DisplayName("RFC 4787 REQ-1: endpoint-dependent bindings are their client's shard's, and answers find them")
    void endpointDependent() {
        ShardsFixture dependent = new ShardsFixture(SHARDS, Map.of("rules",
                List.of("nat64 from any to any -> pool main endpoint-dependent")), 7);
        for (int port = 4000; port < 4020; port++) {
            for (int remotePort = 53; remotePort < 55; remotePort++) {
                assertThat(dependent.from6(0, udp6(CLIENT, port, REMOTE6, remotePort))).isTrue();
                int pool = dependent.out.sent.source4();
                int poolPort = dependent.out.sent.sourcePort();
                for (int shard = 0; shard < SHARDS; shard++) {
                    assertThat(dependent.from4(shard, udp4(REMOTE4, remotePort, pool, poolPort))).isTrue();
                    assertThat(dependent.out.sent.destinationPort()).isEqualTo(port);
                    assertThat(dependent.from4(shard, udp4(REMOTE4, 99, pool, poolPort))).as("a stranger").isFalse();
                }
            }
        }
        assertThat(dependent.sessions()).isEqualTo(40);
        assertThat(dependent.shards).allSatisfy(shard -> assertThat(shard.core.sessions.size()).isPositive());
        dependent.check();
    }

    @Test
    @DisplayName("RFC 6888 REQ-4: limits in all and of a subscriber hold over all shards together")
    void limits() {
        ShardsFixture limited = new ShardsFixture(SHARDS, Map.of("limits", Map.of("maxSessions", 30),
                "ingress", List.of(Map.of("sources", List.of("2001:db8::/32"))),
                "rules", List.of("nat64 from any to any -> pool main limit sessions 20")), 7);
        for (int port = 4000; port < 4100; port++) {
            limited.from6(port % SHARDS, udp6(CLIENT, port, REMOTE6, 53));
        }
        assertThat(limited.sessions()).as("of one subscriber").isEqualTo(20);
        for (int port = 4000; port < 4100; port++) {
            limited.from6(port % SHARDS, udp6("2001:db8:7::a", port, REMOTE6, 53));
        }
        assertThat(limited.sessions()).as("in all").isEqualTo(30);
        assertThat(limited.count(PathDrop.SESSION_LIMIT)).isEqualTo(90);
        limited.check();
    }

    @Test
    @DisplayName("RFC 4443 §2.4 f: all shards together send ICMP errors at the rate of one")
    void errorRate() {
        ShardsFixture refusing = new ShardsFixture(SHARDS, Map.of("rules", List.of("no nat64 from any to any")), 7);
        for (int port = 4000; port < 4400; port++) {
            refusing.from6(port % SHARDS, udp6(CLIENT, port, REMOTE6, 53));
        }
        assertThat(refusing.count(PathEvent.ICMP_ERRORS_SENT)).isEqualTo(100);
        refusing.elapse(0.9);
        for (int port = 4000; port < 4400; port++) {
            refusing.from6(port % SHARDS, udp6(CLIENT, port, REMOTE6, 53));
        }
        assertThat(refusing.count(PathEvent.ICMP_ERRORS_SENT)).isEqualTo(190);
        assertThat(refusing.count(PathEvent.ICMP_ERRORS_WITHHELD)).isEqualTo(610);
    }

    @Test
    @DisplayName("RFC 6864 §4.3: no two shards use the same identification, whatever they send")
    void identifications() {
        for (int port = 4000; port < 5000; port++) {
            assertThat(group.from6(0, udp6(CLIENT, port % 30, REMOTE6, 53))).isTrue();
            assertThat(group.out.sent.identification() & 3).isEqualTo(group.shards.indexOf(group.out));
        }
        assertThat(group.shards).allSatisfy(shard -> assertThat(shard.core.sessions.size()).isPositive());
    }

    @Test
    @DisplayName("a full queue costs the packet, under a counter, and changes nothing else")
    void fullQueue() {
        int port = portAt(CLIENT, 1);
        for (int i = 0; i < ShardsFixture.QUEUE + 3; i++) {
            group.shard(0).from6(udp6(CLIENT, port, REMOTE6, 53 + i));
        }
        assertThat(group.count(PathDrop.HAND_OVER_FULL)).isEqualTo(3);
        group.deliver();
        assertThat(group.sessions()).isEqualTo(ShardsFixture.QUEUE);
        assertThat(group.bindings()).isEqualTo(1);
    }

    @Test
    @DisplayName("all state ends, in every shard")
    void ends() {
        for (int port = 4000; port < 4100; port++) {
            group.from6(0, port % 2 == 0 ? udp6(CLIENT, port, REMOTE6, 53) : tcp6(CLIENT, port, REMOTE6, 80, SYN));
        }
        assertThat(group.allSessions()).hasSize(100);
        for (int i = 0; i < 10; i++) {
            group.elapse(100);
        }
        assertThat(group.sessions()).isZero();
        assertThat(group.bindings()).isZero();
        assertThat(group.subscribers.size()).isZero();
        assertThat(group.pools.status()).allSatisfy(pool -> assertThat(pool.leasedBlocks()).isZero());
        group.check();
    }

    @Test
    @DisplayName("clients are dealt out evenly, by address and by port")
    void evenly() {
        for (int shards : new int[] {2, 3, 7, 64}) {
            ShardSelector selector = new ShardSelector(shards, new Random(5)::nextInt);
            int[] ports = new int[shards];
            int[] addresses = new int[shards];
            for (int i = 0; i < 100 * shards; i++) {
                ports[selector.ofClient(0x20010db8_00060000L, 1, 1024 + i)]++;
                addresses[selector.ofClient(0x20010db8_00060000L, i, 5353)]++;
            }
            assertThat(Arrays.stream(ports)).as("%d shards, by port", shards).allMatch(n -> n > 50 && n < 150);
            assertThat(Arrays.stream(addresses)).as("%d shards, by address", shards).allMatch(n -> n > 50 && n < 150);
        }
    }
}
