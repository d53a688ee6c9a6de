// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.openflow.inswitch.InSwitchFixture.GATEWAY_MAC;
import static org.instar.openflow.inswitch.InSwitchFixture.HOST;
import static org.instar.openflow.inswitch.InSwitchFixture.POOL;
import static org.instar.openflow.inswitch.InSwitchFixture.REMOTE_PORT;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.instar.openflow.PrivateOpenVswitch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Frames through the ports of a real Open vSwitch, so through the flows of its datapath, against the engine with DF
 * always set: every length, TTL and type of service, both protocols and both ways. With the system property {@code
 * instar.sweep=full} every pair of them.
 */
class InSwitchSweepIT {

    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int LONGEST = InSwitchFixture.MTU - 40;
    private static final int TTLS = 254;
    private static final int FIRST_TTL = 2;
    private static final int TYPES_OF_SERVICE = 256;
    /** How often a packet is made to come out with the checksum 0. */
    private static final int ZERO_CHECKSUM = 23;

    private static PrivateOpenVswitch ovs;
    private InSwitchFixture fixture;

    @BeforeAll
    static void startSwitch() throws Exception {
        String missing = PrivateOpenVswitch.missing();
        if (missing != null) {
            System.err.println("*** InSwitchSweepIT SKIPPED, nothing was tested against a real switch: " + missing);
            Assumptions.abort(missing);
        }
        ovs = new PrivateOpenVswitch();
    }

    @AfterAll
    static void stopSwitch() throws Exception {
        if (ovs != null) {
            ovs.close();
        }
    }

    @AfterEach
    void disconnect() {
        fixture.close();
    }

    /** One packet: how many bytes behind its IP header, TTL or hop limit, type of service or traffic class. */
    private record Shape(int length, int ttl, int typeOfService) {
    }

    /** Every length, TTL and type of service once at least, and no two of them always together. */
    private static Stream<Shape> once(int shortest) {
        return IntStream.rangeClosed(0, LONGEST - shortest).mapToObj(i ->
                new Shape(shortest + i, FIRST_TTL + i % TTLS, (i * 7 + i / TYPES_OF_SERVICE) % TYPES_OF_SERVICE));
    }

    /** Every pair of length and TTL, of length and type of service, and of these two. */
    private static Stream<Shape> pairs(int shortest) {
        Stream<Shape> byLength = IntStream.rangeClosed(shortest, LONGEST).boxed().flatMap(length -> Stream.concat(
                IntStream.range(0, TTLS).mapToObj(i -> new Shape(length, FIRST_TTL + i, 0)),
                IntStream.range(0, TYPES_OF_SERVICE).mapToObj(i -> new Shape(length, 64, i))));
        Stream<Shape> headers = IntStream.range(0, TTLS * TYPES_OF_SERVICE).mapToObj(i ->
                new Shape(shortest + i % 64, FIRST_TTL + i % TTLS, i / TTLS));
        return Stream.concat(byLength, headers);
    }

    @Test
    void everythingComesOutAsTheEngineWouldTranslateIt() throws Exception {
        boolean full = "full".equals(System.getProperty("instar.sweep"));
        long start = System.nanoTime();
        long exchanged = 0;
        begin();
        fixture.nextHopsAtPorts(HOST, REMOTE_PORT, NextHop.UNTAGGED);
        for (TranslatedSession session : sessions()) {
            int shortest = ProbePackets.headerBytes(session.protocol());
            for (boolean from6 : new boolean[] {true, false}) {
                try (FrameExchange frames = from6 ? exchange(PrivateOpenVswitch.HOST_END, PrivateOpenVswitch.REMOTE_END)
                        : exchange(PrivateOpenVswitch.REMOTE_END, PrivateOpenVswitch.HOST_END)) {
                    Sweep sweep = new Sweep(session, from6, frames);
                    for (Shape shape : (Iterable<Shape>) (full ? pairs(shortest) : once(shortest))::iterator) {
                        sweep.exchange(shape);
                    }
                    frames.finish();
                    exchanged += frames.exchanged();
                }
            }
        }
        assertThat(exchanged).isGreaterThanOrEqualTo(2L * (LONGEST - 8 + 1 + LONGEST - 20 + 1));
        System.out.println(exchanged + " frames through the ports as by the engine, in "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms");
    }

    private static FrameExchange exchange(String in, String out) throws Exception {
        return new FrameExchange(ovs.open(in, FrameExchange.WINDOW), ovs.open(out, FrameExchange.WINDOW));
    }

    private void begin() throws Exception {
        fixture = new InSwitchFixture(ovs, InSwitchFixture.config());
        fixture.install(fixture.tables.flows());
        for (TranslatedSession session : sessions()) {
            fixture.install(fixture.tables.install(session));
        }
    }

    private List<TranslatedSession> sessions() {
        return List.of(fixture.session(1, UDP, POOL, 0x9_0001), fixture.session(2, TCP, POOL, 2));
    }

    /** One way of one session. */
    private final class Sweep {

        private final TranslatedSession session;
        private final boolean from6;
        private final FrameExchange frames;
        private final RandomPackets packets;
        private int sent;

        Sweep(TranslatedSession session, boolean from6, FrameExchange frames) {
            this.session = session;
            this.from6 = from6;
            this.frames = frames;
            packets = new RandomPackets(session.protocol() + (from6 ? 0x10000 : 0));
        }

        void exchange(Shape shape) throws IOException {
            byte[] packet = from6 ? packets.from6(session, shape.length, shape.ttl, shape.typeOfService)
                    : packets.from4(session, shape.length, shape.ttl, shape.typeOfService);
            byte[] becomes = fixture.translation(session, packet);
            if (++sent % ZERO_CHECKSUM == 0 && shape.length >= ProbePackets.headerBytes(session.protocol()) + 2) {
                packet = RandomPackets.withZeroChecksum(packet, becomes, session.protocol());
                becomes = fixture.translation(session, packet);
            }
            frames.exchange(ProbePackets.frame(GATEWAY_MAC, packet), becomes);
        }
    }
}
