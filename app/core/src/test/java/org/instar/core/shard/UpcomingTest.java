// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.instar.core.CoreFixture;
import org.instar.core.Protocol;
import org.instar.core.TestConfig;
import org.instar.core.path.TestPackets;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;

class UpcomingTest {

    private static final String CLIENT = "2001:db8:6::a";
    private static final String REMOTE6 = "64:ff9b:1::198.51.100.7";
    private static final String REMOTE4 = "198.51.100.7";
    private static final int POOL_ADDRESS = Ip4.parse("192.0.2.65");

    private final CoreFixture core = new CoreFixture(TestConfig.standard());

    private void bind(Protocol protocol, int clientPort, int poolPort) {
        Ip6 client = Ip6.parse(CLIENT);
        int binding = core.bib.create(protocol, client.high(), client.low(), clientPort, POOL_ADDRESS, poolPort, false,
                false);
        core.sessions.create(binding, Ip4.parse(REMOTE4), 53, true, 0, 0, 0);
    }

    private static ByteBuffer frame(int type, ByteBuffer packet) {
        ByteBuffer frame = ByteBuffer.allocateDirect(3 + 14 + packet.capacity());
        frame.putShort(3 + 12, (short) type);
        for (int i = 0; i < packet.capacity(); i++) {
            frame.put(3 + 14 + i, packet.get(i));
        }
        return frame;
    }

    private static void add(Upcoming upcoming, ByteBuffer frame) {
        upcoming.add(frame, 3, frame.capacity() - 3);
    }

    @Test
    void findsWhatTheFramesOfABurstNeed() {
        bind(Protocol.UDP, 4000, 20000);
        bind(Protocol.TCP, 4001, 20001);
        Upcoming upcoming = new Upcoming(core.state, 0);
        add(upcoming, frame(0x86dd, TestPackets.udp6(CLIENT, 4000, REMOTE6, 53)));
        add(upcoming, frame(0x86dd, TestPackets.tcp6(CLIENT, 4001, REMOTE6, 53, 0)));
        add(upcoming, frame(0x0800, TestPackets.udp4(REMOTE4, 53, POOL_ADDRESS, 20000)));
        add(upcoming, frame(0x0800, TestPackets.tcp4(REMOTE4, 53, POOL_ADDRESS, 20001, 0)));
        assertThat(upcoming.fetch()).isEqualTo(4);
        assertThat(upcoming.fetch()).as("they are forgotten").isZero();
        add(upcoming, frame(0x86dd, TestPackets.udp6(CLIENT, 4999, REMOTE6, 53)));
        add(upcoming, frame(0x86dd, TestPackets.echo6(CLIENT, REMOTE6, 128, 4000)));
        assertThat(upcoming.fetch()).as("nothing is there for these").isZero();
    }

    @Test
    void looksOnlyWhenThereIsMuch() {
        Upcoming upcoming = new Upcoming(core.state, 2);
        bind(Protocol.UDP, 4000, 20000);
        assertThat(upcoming.isWorthwhile()).isFalse();
        bind(Protocol.UDP, 4001, 20001);
        assertThat(upcoming.isWorthwhile()).isTrue();
    }

    @Property(tries = 300)
    void anyBytesAreLookedAt(@ForAll @Size(max = 80) byte[] bytes, @ForAll long seed) {
        Random random = new Random(seed);
        ByteBuffer frame = ByteBuffer.allocateDirect(bytes.length);
        frame.put(bytes);
        if (bytes.length >= 14) {
            frame.putShort(12, (short) (random.nextBoolean() ? 0x0800 : 0x86dd));
        }
        Upcoming upcoming = new Upcoming(new CoreFixture(TestConfig.standard()).state, 0);
        upcoming.add(frame, 0, bytes.length);
        assertThat(upcoming.fetch()).isZero();
    }
}
