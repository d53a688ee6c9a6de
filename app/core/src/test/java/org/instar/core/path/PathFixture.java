// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.binding.BibEntry;
import org.instar.core.config.Nat64Config;
import org.instar.core.rule.Ingress;
import org.instar.core.session.Session;
import org.instar.core.table.RecordStore;
import org.instar.engine.address.Ip6;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.TranslatorSettings;

/** A path over the core's state; shows what came out last, and lets time go by as a shard does. */
class PathFixture implements PacketPath.Output {

    static final String CLIENT = "2001:db8:6::a";
    static final String OTHER_CLIENT = "2001:db8:6::b";
    static final String REMOTE6 = "64:ff9b:1::198.51.100.7";
    static final String REMOTE4 = "198.51.100.7";
    static final long SECOND = 1_000_000_000L;

    final CoreFixture core;
    final PacketPath path;
    final PathCounters counters;
    /** The packet that came out last. */
    final IpPacket sent = new IpPacket();
    int sentVersion;
    int sentCount;
    /** The session it belongs to, 0 for none. */
    int sentSession;
    int turnedSession;
    final List<byte[]> answers = new ArrayList<>();
    long nowNanos;
    Ingress ingress = Ingress.UNKNOWN;

    /** @param changes to the top level of the standard configuration */
    PathFixture(Map<String, ?> changes) {
        this(changes, PayloadEditor.NONE);
    }

    PathFixture(Map<String, ?> changes, PayloadEditor editor) {
        this(new CoreFixture(TestConfig.of(changes)), editor);
    }

    /** A path over state that may have sessions already. */
    PathFixture(CoreFixture core, PayloadEditor editor) {
        this(core, editor, ShardGroup.alone());
    }

    PathFixture(CoreFixture core, PayloadEditor editor, ShardGroup group) {
        this.core = core;
        counters = core.counters;
        path = new PacketPath(core.config, TranslatorSettings.defaults(), core.state, core.lifecycle, core.pools,
                counters, this, editor, group);
    }

    @Override
    public void to4(int session, ByteBuffer frame, int frameLength, long now) {
        sentVersion = 4;
        sentSession = session;
        sentCount++;
        assertThat(sent.read4(frame, PacketPath.HEADROOM, frameLength - PacketPath.HEADROOM)).isNull();
    }

    @Override
    public void to6(int session, ByteBuffer frame, int frameLength, long now) {
        sentVersion = 6;
        sentSession = session;
        sentCount++;
        assertThat(sent.read6(frame, PacketPath.HEADROOM, frameLength - PacketPath.HEADROOM)).isNull();
    }

    @Override
    public void turned(int session, long now) {
        turnedSession = session;
    }

    @Override
    public void answer4(ByteBuffer frame, int frameLength, long now) {
        answers.add(copy(frame, frameLength));
    }

    @Override
    public void answer6(ByteBuffer frame, int frameLength, long now) {
        answers.add(copy(frame, frameLength));
    }

    private static byte[] copy(ByteBuffer frame, int frameLength) {
        byte[] packet = new byte[frameLength - PacketPath.HEADROOM];
        for (int i = 0; i < packet.length; i++) {
            packet[i] = frame.get(PacketPath.HEADROOM + i);
        }
        return packet;
    }

    /** Whether the packet of a client came out on the other side. */
    boolean from6(ByteBuffer packet) {
        sentVersion = 0;
        int prefix = path.prefixOf(packet.getLong(24), packet.getLong(32));
        assertThat(prefix).isNotNegative();
        path.from6(packet, 0, packet.capacity(), prefix, ingress, nowNanos, 0);
        return sentVersion != 0;
    }

    /** Whether the packet of a server came out on the other side. */
    boolean from4(ByteBuffer packet) {
        sentVersion = 0;
        path.from4(packet, 0, packet.capacity(), nowNanos, 0);
        return sentVersion != 0;
    }

    /** Lets time go by, as a shard does. */
    void elapse(double seconds) {
        nowNanos += (long) (seconds * SECOND);
        path.expire(nowNanos, 0, session -> { });
    }

    /** New sessions go by this configuration. */
    void change(Map<String, ?> changes) {
        Nat64Config changed = TestConfig.of(changes);
        assertThat(core.pools.reconfigure(changed.pools())).isNull();
        core.pools.reserve(changed.staticBindings());
        core.lifecycle.change(changed);
    }

    /** The BIB entry of the packet that came out last. */
    BibEntry sentBinding() {
        return session().binding();
    }

    /** The session of the packet that came out last, as it is now. */
    Session session() {
        assertThat(sentSession).isNotEqualTo(RecordStore.NONE);
        return core.sessions.read(sentSession);
    }

    /** Whole seconds the session of the packet that came out last would still live. */
    int secondsLeft() {
        return Math.round(session().expiresInMillis(nowNanos) / 1000f);
    }

    BibEntry bindingOf(String client, Protocol protocol, int port) {
        Ip6 address = Ip6.parse(client);
        int binding = core.bib.find6(protocol, address.high(), address.low(), port);
        return binding == RecordStore.NONE ? null : core.sessions.readBinding(binding);
    }

    void assertStateCounts(int bindings, int sessions) {
        assertThat(core.bib.size()).as("BIB entries").isEqualTo(bindings);
        assertThat(core.sessions.size()).as("sessions").isEqualTo(sessions);
        assertThat(core.wheel.size()).as("timers").isEqualTo(sessions);
    }
}
