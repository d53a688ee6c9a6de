// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.path.TestPackets.ACK;
import static org.instar.core.path.TestPackets.SYN;
import static org.instar.core.path.TestPackets.tcp4;
import static org.instar.core.path.TestPackets.tcp6;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.instar.core.CoreFixture;
import org.instar.core.TestConfig;
import org.instar.core.config.Nat64Config;
import org.instar.core.edge.EdgeCounters;
import org.instar.core.edge.Hop;
import org.instar.core.edge.RouterEdge;
import org.instar.core.session.Session;
import org.instar.core.session.Session.Offload;
import org.instar.engine.checksum.InternetChecksum;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;

/** The shard beside a switch that translates sessions itself, and answers when the test says so; for tests. */
abstract class OffloadFixture implements SessionRules, SwitchTranslation {

    static final String CLIENT = "2001:db8:6::a";
    static final String REMOTE6 = "64:ff9b:1::192.0.2.80";
    static final String REMOTE = "192.0.2.80";
    static final int CLIENT_PORT = 4000;
    static final int WINDOW = 14;
    static final int TRUE_WINDOW = 500;
    static final long SECOND = 1_000_000_000L;

    Nat64Config config;
    CoreFixture core;
    Shard shard;
    final List<byte[]> sent = new ArrayList<>();
    final List<Session> joining = new ArrayList<>();
    final List<Long> leaving = new ArrayList<>();
    final CompletableFuture<Void> gone = new CompletableFuture<>();
    boolean open = true;
    boolean hasRoom = true;
    boolean hopsAreTheSame = true;
    Hop to6;
    Hop to4;
    int idleSeconds;
    long now;

    @Override
    public void install(Session session) {
        shard.rulesConfirmed(session.id(), now);
    }

    @Override
    public CompletableFuture<Void> remove(List<Session> sessions) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean join(Session session, Hop hop6, Hop hop4, int idleTimeoutSeconds, int packetsPerSecond) {
        if (hasRoom) {
            joining.add(session);
            to6 = hop6;
            to4 = hop4;
            idleSeconds = idleTimeoutSeconds;
        }
        return hasRoom;
    }

    @Override
    public CompletableFuture<Void> leave(long sessionId) {
        leaving.add(sessionId);
        return gone;
    }

    @Override
    public boolean goesBy(long sessionId, Hop hop6, Hop hop4) {
        return hopsAreTheSame;
    }

    @Override
    public void flush() {
        // answers come when the test says so
    }

    @Override
    public void tick(long nowNanos) {
        // counters too
    }

    @Override
    public long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** A shard whose neighbors are known. */
    void begin(Map<String, ?> changes) {
        config = TestConfig.of(changes);
        core = new CoreFixture(config);
        RouterEdge edge = new RouterEdge(config.gateway(), this::record, new EdgeCounters());
        shard = new Shard(config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools, core.counters,
                edge, this, () -> 1234L, 0);
        shard.useTranslation(this, 0);
        shard.receive(ShardTest.arpRequest(), 0, 42, 0);
        shard.receive(ShardTest.solicitation(CLIENT, ShardTest.CLIENT_MAC), 0, 86, 0);
        sent.clear();
    }

    void begin(String when) {
        begin(Map.of("offload", Map.of("when", when)));
    }

    void record(ByteBuffer buffer, int offset, int length) {
        byte[] frame = new byte[length];
        ByteBuffer whole = buffer.duplicate();
        whole.clear();
        whole.position(offset);
        whole.get(frame);
        sent.add(frame);
    }

    void receive(ByteBuffer packet) {
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        ByteBuffer frame = ByteBuffer.allocateDirect(14 + packet.capacity());
        ShardTest.ethernet(frame, TestConfig.GATEWAY_MAC, ipv6 ? ShardTest.CLIENT_MAC : ShardTest.SERVER_MAC,
                ipv6 ? 0x86dd : 0x0800);
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(14 + i, packet.get(i));
        }
        shard.receive(frame, 0, frame.capacity(), now);
    }

    void fromClient(int flags) {
        receive(windowed(tcp6(CLIENT, CLIENT_PORT, REMOTE6, 80, flags), 40));
    }

    void fromServer(int flags) {
        Session session = session();
        receive(windowed(tcp4(REMOTE, 80, session.binding().poolAddress(), session.binding().poolPort(), flags), 20));
    }

    /** The segment with a window and a right checksum. */
    static ByteBuffer windowed(ByteBuffer packet, int tcp) {
        int addresses = tcp == 40 ? 32 : 8;
        int length = packet.capacity() - tcp;
        packet.putShort(tcp + WINDOW, (short) TRUE_WINDOW).putShort(tcp + 16, (short) 0);
        return packet.putShort(tcp + 16, (short) InternetChecksum.ofSum(
                InternetChecksum.sum(packet, tcp - addresses, addresses + length) + length + 6));
    }

    Session session() {
        assertThat(core.sessions.size()).isEqualTo(1);
        int session = 1;
        while (!core.sessions.isSession(session)) {
            session++;
        }
        return core.sessions.read(session);
    }

    byte[] lastSent() {
        return sent.get(sent.size() - 1);
    }

    /** Window of a frame with a right TCP checksum. */
    static int window(byte[] frame) {
        ByteBuffer packet = ByteBuffer.wrap(frame, 14, frame.length - 14).slice();
        boolean ipv6 = (packet.get(0) & 0xf0) == 0x60;
        IpPacket view = new IpPacket();
        assertThat(ipv6 ? view.read6(packet, 0, packet.capacity()) : view.read4(packet, 0, packet.capacity())).isNull();
        int tcp = ipv6 ? 40 : 20;
        int addresses = ipv6 ? 32 : 8;
        int length = packet.capacity() - tcp;
        assertThat(InternetChecksum.fold(InternetChecksum.sum(packet, tcp - addresses, addresses + length)
                + length + 6)).as("checksum").isEqualTo(0xffff);
        return packet.getShort(tcp + WINDOW) & 0xffff;
    }

    void established() {
        fromClient(SYN);
        fromServer(SYN | ACK);
    }

    void inSwitch() {
        established();
        shard.switchJoined(session().id(), now);
        assertThat(session().offload()).isEqualTo(Offload.IN);
        sent.clear();
    }

    static ByteBuffer direct(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            buffer.put(i, bytes[i]);
        }
        return buffer;
    }
}
