// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.udp4;
import static org.instar.core.path.TestPackets.udp6;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.instar.core.CoreFixture;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.RouterEdge;
import org.instar.core.path.PathEvent;
import org.instar.core.session.Session;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.translate.TranslatorSettings;
import org.junit.jupiter.api.Test;

/** RFC 4861 §7.2.2, RFC 1812 §5.2.7.1: who sent a packet whose next hop doesn't answer is told. */
class UnreachableRfc4861Test implements SessionRules {

    private static final String CLIENT = "2001:db8:6::a";
    private static final long SECOND = 1_000_000_000L;

    private final Nat64Config config = TestConfig.standard();
    private final CoreFixture core = new CoreFixture(config);
    private final List<byte[]> sent = new ArrayList<>();
    private final RouterEdge edge = new RouterEdge(config.gateway(), this::record, new EdgeCounters());
    private final Shard shard = new Shard(config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools,
            core.counters, edge, this, () -> 1234L, 0);

    @Override
    public void install(Session session) {
        shard.rulesFailed(session.id(), 0);
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

    private void receive(ByteBuffer packet, long sourceMac) {
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        ByteBuffer frame = ByteBuffer.allocate(14 + packet.capacity());
        frame.putShort(0, (short) (TestConfig.GATEWAY_MAC >>> 32)).putInt(2, (int) TestConfig.GATEWAY_MAC);
        frame.putShort(6, (short) (sourceMac >>> 32)).putInt(8, (int) sourceMac);
        frame.putShort(12, (short) (ipv6 ? 0x86dd : 0x0800));
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(14 + i, packet.get(i));
        }
        shard.receive(frame, 0, frame.capacity(), 0);
    }

    /** An ARP request or neighbor solicitation of the host with this address makes it known. */
    private void isKnown4(String address) {
        ByteBuffer arp = ByteBuffer.allocate(42);
        arp.putLong(0, 0xffffffffffff0200L).putInt(8, 4).putShort(12, (short) 0x0806);
        arp.putInt(14, 0x00010800).putInt(18, 0x06040001).putShort(22, (short) 0x0200).putInt(24, 4);
        arp.putInt(28, Ip4.parse(address)).putInt(38, config.gateway().address4());
        shard.receive(arp, 0, 42, 0);
    }

    private void ticks(int seconds) {
        for (int i = 1; i <= 10 * seconds; i++) {
            shard.tick(i * SECOND / 10);
        }
    }

    /** The last frame that was sent to the client or the IPv4 host, behind its Ethernet header. */
    private ByteBuffer last(int etherType) {
        ByteBuffer frame = null;
        for (byte[] each : sent) {
            ByteBuffer wrapped = ByteBuffer.wrap(each);
            boolean isError6 = each[20] == 58 && each[54] < 5;
            if ((wrapped.getShort(12) & 0xffff) == etherType && (etherType != 0x86dd || isError6)) {
                frame = wrapped;
            }
        }
        return frame == null ? null : ((ByteBuffer) frame.position(14)).slice();
    }

    @Test
    void section7_2_2_theIpv4SenderLearnsThatTheClientDoesNotAnswer() {
        isKnown4("192.0.2.80");
        receive(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.80", 53), 6);
        ByteBuffer query = last(0x0800);
        int pool = query.getInt(12);
        int port = query.getShort(20) & 0xffff;
        sent.clear();
        receive(udp4("192.0.2.80", 53, pool, port), 4);
        receive(udp4("192.0.2.80", 53, pool, port), 4);
        ticks(2);
        assertThat(last(0x0800)).isNull();
        ticks(4);
        ByteBuffer told = last(0x0800);
        assertThat(told.get(9)).isEqualTo((byte) 1);
        assertThat(told.getInt(12)).as("RFC 6146 3.6.1: from the binding's address").isEqualTo(pool);
        assertThat(told.getInt(16)).isEqualTo(Ip4.parse("192.0.2.80"));
        assertThat(told.getShort(20)).as("host unreachable").isEqualTo((short) 0x0301);
        assertThat(told.getInt(28 + 12)).as("quotes what it sent").isEqualTo(Ip4.parse("192.0.2.80"));
        assertThat(told.getInt(28 + 20)).isEqualTo(53 << 16 | port);
        assertThat(core.counters.get(PathEvent.ICMP_ERRORS_SENT)).as("for each that waited").isEqualTo(2);
    }

    @Test
    void arpFailsToo_theClientLearnsIt() {
        receive(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.80", 53), 6);
        ticks(4);
        // the client's own address has to be resolved for the message: it is asked for by now
        assertThat(core.counters.get(PathEvent.ICMP_ERRORS_SENT)).isEqualTo(1);
        Ip6 client = Ip6.parse(CLIENT);
        ByteBuffer advertisement = TestNeighbors.advertisement(client, config.gateway().address6());
        shard.receive(advertisement, 0, advertisement.capacity(), 4 * SECOND);
        ByteBuffer told = last(0x86dd);
        assertThat(told.getShort(40)).as("no route, RFC 7915 4.2").isEqualTo((short) 0x0100);
        assertThat(Ip6.toString(told.getLong(24), told.getLong(32))).isEqualTo(CLIENT);
        assertThat(Ip6.toString(told.getLong(48 + 24), told.getLong(48 + 32))).isEqualTo("64:ff9b:1::c000:250");
        assertThat(told.getInt(48 + 40)).isEqualTo(4000 << 16 | 53);
    }

    @Test
    void errorsThatWaitInVainAreNotToldAbout() {
        receive(udp6(CLIENT, 4000, "64:ff9b:1::192.0.2.80", 53), 6);
        ticks(9);
        assertThat(core.counters.get(PathEvent.ICMP_ERRORS_SENT)).as("about the query, not about the error")
                .isEqualTo(1);
    }
}
