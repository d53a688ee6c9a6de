// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.echo6;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;
import static org.instar.core.shard.ShardTest.CLIENT_MAC;
import static org.instar.core.shard.ShardTest.SERVER_MAC;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.instar.core.CoreFixture;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PathDrop;
import org.instar.core.rule.Ingress;
import org.instar.core.session.Session;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.Test;

/** Clients in VLAN 10 and 20, servers in VLAN 100: frames with the tag in them, and with the tag told beside them. */
class VlanShardTest implements SessionRules {

    private static final String CLIENT_10 = "2001:db8:6::a";
    private static final String CLIENT_20 = "2001:db8:20::b";
    private static final long OTHER_MAC = 0x020000000007L;
    private static final String REMOTE6 = "64:ff9b:1::192.0.2.80";
    private static final int SERVER = 0xc0000250;

    private final List<byte[]> sent = new ArrayList<>();
    private final List<Session> asked = new ArrayList<>();
    private CoreFixture core;
    private Shard shard;

    private void start(Map<String, ?> changes) {
        Map<String, Object> all = new HashMap<>(changes);
        all.put("gateway", Map.of(
                "mac", "02:00:5e:00:64:01",
                "ipv6", Map.of("address", "2001:db8:6::1/64",
                        "vlans", List.of(10, Map.of("vlan", 20, "prefixes", List.of("2001:db8:20::/64")))),
                "ipv4", Map.of("address", "192.0.2.1/24", "vlan", 100)));
        Nat64Config config = TestConfig.of(all);
        core = new CoreFixture(config);
        RouterEdge edge = new RouterEdge(config.gateway(), this::record, new EdgeCounters());
        shard = new Shard(config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools,
                core.counters, edge, this, () -> 1234L, 0);
        receive(ShardTest.arpRequest(), 42, Ingress.of("", 100));
        receive(ShardTest.solicitation(CLIENT_10, CLIENT_MAC), 86, Ingress.of("", 10));
        receive(tagged(ShardTest.solicitation(CLIENT_20, OTHER_MAC), 20), 90, Ingress.of("p2", 0));
        assertThat(sent).hasSize(3);
        assertTag(0, 100, 0x0806);
        assertTag(1, 10, 0x86dd);
        assertTag(2, 20, 0x86dd);
        sent.clear();
    }

    @Override
    public void install(Session session) {
        asked.add(session);
    }

    @Override
    public CompletableFuture<Void> remove(List<Session> sessions) {
        return CompletableFuture.completedFuture(null);
    }

    private void record(ByteBuffer buffer, int offset, int length) {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++) {
            frame[i] = buffer.get(offset + i);
        }
        sent.add(frame);
    }

    private void receive(ByteBuffer frame, int length, Ingress ingress) {
        shard.receive(frame, 0, length, ingress, 0);
    }

    private static ByteBuffer untagged(ByteBuffer packet) {
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.capacity());
        ShardTest.ethernet(frame, TestConfig.GATEWAY_MAC, ipv6 ? CLIENT_MAC : SERVER_MAC, ipv6 ? 0x86dd : 0x0800);
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(14 + i, packet.get(i));
        }
        return frame;
    }

    /** The same frame with a tag that has a priority too. */
    private static ByteBuffer tagged(ByteBuffer frame, int vlan) {
        ByteBuffer tagged = ByteBuffer.allocateDirect(frame.capacity() + 4);
        for (int i = 0; i < frame.capacity(); i++) {
            tagged.put(i < 12 ? i : i + 4, frame.get(i));
        }
        return tagged.putShort(12, (short) 0x8100).putShort(14, (short) (0xa000 | vlan));
    }

    private void assertTag(int number, int vlan, int type) {
        ByteBuffer frame = ByteBuffer.wrap(sent.get(number));
        assertThat(frame.getShort(12) & 0xffff).isEqualTo(0x8100);
        assertThat(frame.getShort(14)).isEqualTo((short) vlan);
        assertThat(frame.getShort(16) & 0xffff).isEqualTo(type);
    }

    private void fastPath(ByteBuffer packet, int vlan) {
        ByteBuffer frame = untagged(packet);
        receive(frame, frame.capacity(), Ingress.of("", vlan));
    }

    private void packetIn(ByteBuffer packet, String port, int vlan) {
        ByteBuffer frame = tagged(untagged(packet), vlan);
        receive(frame, frame.capacity(), Ingress.of(port, Ingress.UNTAGGED));
    }

    private long dropped(PathDrop reason) {
        return core.counters.get(reason);
    }

    private void confirm() {
        shard.rulesConfirmed(asked.get(asked.size() - 1).id(), 0);
    }

    @Test
    void packetsLeaveInTheVlansOfServerAndClientHeldOrNot() {
        start(Map.of());
        packetIn(udp6(CLIENT_20, 4000, REMOTE6, 53), "p1", 20);
        assertThat(sent).as("waits for its rules").isEmpty();
        confirm();
        assertThat(sent).hasSize(1);
        assertTag(0, 100, 0x0800);
        assertThat(sent.get(0)[18]).isEqualTo((byte) 0x45);
        fastPath(udp6(CLIENT_20, 4000, REMOTE6, 53), 20);
        assertTag(1, 100, 0x0800);
        int pool = ByteBuffer.wrap(sent.get(1)).getInt(30);
        int port = ByteBuffer.wrap(sent.get(1)).getShort(38) & 0xffff;
        fastPath(udp4("192.0.2.80", 53, pool, port), 100);
        assertTag(2, 20, 0x86dd);
        assertThat(sent.get(2)[5]).as("the client's MAC").isEqualTo((byte) OTHER_MAC);
        packetIn(udp4("192.0.2.80", 53, pool, port), "p9", 100);
        assertTag(3, 20, 0x86dd);
        assertThat(sent.get(3)).isEqualTo(sent.get(2));
    }

    @Test
    void framesOfOtherVlansAndStackedOnesAreCountedByName() {
        start(Map.of());
        ByteBuffer packet = udp6(CLIENT_10, 4000, REMOTE6, 53);
        fastPath(packet, 0);
        fastPath(packet, 30);
        fastPath(packet, 100);
        packetIn(packet, "p1", 4095);
        packetIn(packet, "p1", 0);
        fastPath(udp4("192.0.2.80", 53, 0xc0000240, 4000), 10);
        receive(ShardTest.arpRequest(), 42, Ingress.of("", 10));
        assertThat(dropped(PathDrop.VLAN_NOT_SERVED)).isEqualTo(7);
        ByteBuffer twice = tagged(tagged(untagged(packet), 10), 10);
        receive(twice, twice.capacity(), Ingress.of("p1", 0));
        receive(tagged(untagged(packet), 10), twice.capacity() - 4, Ingress.of("", 10));
        assertThat(dropped(PathDrop.VLAN_STACKED)).isEqualTo(2);
        receive(twice, 17, Ingress.of("p1", 0));
        assertThat(dropped(PathDrop.SHORT_FRAME)).isEqualTo(1);
        assertThat(core.sessions.size()).isZero();
    }

    @Test
    void aRuleForAVlanIsForFramesOfBothWays() {
        start(Map.of("rules", List.of("nat64 on vlan 10 from any to any -> pool main")));
        packetIn(udp6(CLIENT_20, 4000, REMOTE6, 53), "p1", 20);
        fastPath(udp6(CLIENT_20, 4001, REMOTE6, 53), 20);
        assertThat(dropped(PathDrop.NOT_TRANSLATED)).isEqualTo(2);
        assertThat(core.sessions.size()).isZero();
        assertThat(sent).hasSize(2);
        for (int i = 0; i < 2; i++) {
            assertTag(i, 20, 0x86dd);
            assertThat(sent.get(i)[18 + 40]).as("destination unreachable").isEqualTo((byte) 1);
        }
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 10);
        fastPath(udp6(CLIENT_10, 4001, REMOTE6, 53), 10);
        assertThat(core.sessions.size()).isEqualTo(2);
    }

    @Test
    void aSourceOfAnotherVlansPrefixMakesNoState() {
        start(Map.of());
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 20);
        fastPath(udp6(CLIENT_20, 4000, REMOTE6, 53), 10);
        assertThat(dropped(PathDrop.SOURCE_NOT_ALLOWED)).isEqualTo(2);
        assertThat(core.sessions.size()).isZero();
    }

    @Test
    void anErrorForAForgedSourceReachesNobodyInItsVlan() {
        start(Map.of("ingress", List.of(Map.of("sources", List.of("2001:db8::/32"))),
                "rules", List.of("no nat64 from any to any")));
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 20);
        assertThat(dropped(PathDrop.NOT_TRANSLATED)).isEqualTo(1);
        assertThat(sent).isEmpty();
    }

    @Test
    void aRuleForAPortIsNotGotRoundByAFrameThatDoesNotTellItsPort() {
        start(Map.of("rules", List.of("no nat64 on port p2 proto udp from any to any",
                "nat64 from any to any -> pool main")));
        fastPath(udp6(CLIENT_10, 4000, REMOTE6, 53), 10);
        assertThat(dropped(PathDrop.PORT_UNKNOWN)).isEqualTo(1);
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p2", 10);
        assertThat(dropped(PathDrop.NOT_TRANSLATED)).isEqualTo(1);
        assertThat(core.sessions.size()).isZero();
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 10);
        confirm();
        fastPath(udp6(CLIENT_10, 4000, REMOTE6, 53), 10);
        assertThat(dropped(PathDrop.PORT_UNKNOWN)).as("a session that is there goes on").isEqualTo(1);
        assertThat(sent.stream().filter(frame -> frame[15] == 100)).hasSize(2);
    }

    @Test
    void echoSessionsHaveNoFlowsWhereThePortMatters() {
        start(Map.of("rules", List.of("nat64 on port p1 from any to any -> pool main")));
        packetIn(echo6(CLIENT_10, REMOTE6, 128, 7), "p1", 10);
        assertThat(asked).isEmpty();
        assertThat(sent).hasSize(1);
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 10);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aSourceAllowedAtOnePortOnlyIsNotFromAFrameThatDoesNotTellIt() {
        start(Map.of("ingress", List.of(Map.of("port", "p1", "sources", List.of("2001:db8:6::/64")))));
        fastPath(udp6(CLIENT_10, 4000, REMOTE6, 53), 10);
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p2", 10);
        assertThat(dropped(PathDrop.SOURCE_NOT_ALLOWED)).isEqualTo(2);
        packetIn(udp6(CLIENT_10, 4000, REMOTE6, 53), "p1", 10);
        assertThat(core.sessions.size()).isEqualTo(1);
    }
}
