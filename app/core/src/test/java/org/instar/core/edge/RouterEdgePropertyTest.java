// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** Whatever comes in: nothing throws, what is sent is well-formed, and state stays within its bounds. */
class RouterEdgePropertyTest {

    private static final int MAX_NEIGHBORS = 16;
    private static final long GATEWAY_MAC = EdgeFixture.GATEWAY_MAC;

    private final EdgeCounters counters = new EdgeCounters();

    private RouterEdge edge(Random random) {
        EdgeConfig config = EdgeFixture.config().maxNeighbors(MAX_NEIGHBORS)
                .advertisement(EdgeFixture.advertisement().build()).build();
        return new RouterEdge(config, this::check, counters, random::nextDouble);
    }

    private void check(ByteBuffer buffer, int offset, int length) {
        assertThat(length).isGreaterThanOrEqualTo(42);
        assertThat(EthernetFrame.source(buffer, offset)).isEqualTo(GATEWAY_MAC);
        int type = EthernetFrame.typeInFrontOf(buffer, offset + EthernetFrame.HEADER_LENGTH);
        assertThat(type).isIn(EthernetFrame.ARP, EthernetFrame.IPV4, EthernetFrame.IPV6);
        if (type == EthernetFrame.IPV6 && Ipv6Header.nextHeader(buffer, offset + 14) == Ipv6Header.ICMPV6) {
            int payload = Ipv6Header.payloadLength(buffer, offset + 14);
            assertThat(payload).isEqualTo(length - 54);
            assertThat(Ipv6Header.checksum(buffer, offset + 14, payload)).isZero();
        }
    }

    @Property(tries = 500)
    void anyOctets(@ForAll @Size(max = 200) byte[] octets, @ForAll @IntRange(min = 0, max = 2) int kind) {
        RouterEdge edge = edge(new Random(1));
        long before = counted();
        byte[] frame = octets.clone();
        if (frame.length >= 14) {
            int[] types = {EthernetFrame.ARP, EthernetFrame.IPV4, EthernetFrame.IPV6};
            EthernetFrame.write(ByteBuffer.wrap(frame), 0, GATEWAY_MAC, EdgeFixture.HOST_MAC, types[kind]);
        }
        edge.receive(ByteBuffer.wrap(frame).asReadOnlyBuffer(), 0, frame.length, 0);
        assertThat(counted()).as("something is counted").isGreaterThan(before);
        assertThat(edge.neighbours()).hasSizeLessThanOrEqualTo(1);
    }

    private long counted() {
        return counters.snapshot().values().stream().mapToLong(Long::longValue).sum();
    }

    /** Valid frames of all kinds, some with an octet changed, some cut short, among sends and passing time. */
    @Property(tries = 300)
    void anySequence(@ForAll @Size(min = 1, max = 300) List<@IntRange(min = 0, max = 11) Integer> steps,
                     @ForAll long seed) {
        Random random = new Random(seed);
        RouterEdge edge = edge(random);
        long nowNanos = random.nextLong();
        for (int step : steps) {
            nowNanos += TimeUnit.MILLISECONDS.toNanos(random.nextInt(3000));
            if (step < 8) {
                byte[] frame = mutated(frame(step, random), random);
                edge.receive(ByteBuffer.wrap(frame).asReadOnlyBuffer(), 0, frame.length, nowNanos);
            } else if (step == 8) {
                byte[] packet = Frames.udp6(address(random), 1);
                edge.send6(ByteBuffer.wrap(packet), 0, packet.length, nowNanos);
            } else if (step == 9) {
                byte[] packet = Frames.udp4("192.0.2." + random.nextInt(256));
                edge.send4(ByteBuffer.wrap(packet), 0, packet.length, nowNanos);
            } else {
                long next = edge.tick(nowNanos);
                assertThat(next - nowNanos).isBetween(1L, TimeUnit.SECONDS.toNanos(1));
            }
            assertThat(edge.neighbours()).hasSizeLessThanOrEqualTo(2 * MAX_NEIGHBORS);
        }
    }

    private static byte[] frame(int kind, Random random) {
        long mac = 0x0200_0000_0000L + random.nextInt(4);
        Ip6 host = address(random);
        String host4 = Ip4.toString(EdgeFixture.GATEWAY4 + random.nextInt(40) - 1);
        switch (kind) {
            case 0:
                return Frames.solicitation(host, EdgeFixture.GATEWAY, mac);
            case 1:
                return Frames.solicitation(host, EdgeFixture.GATEWAY, "");
            case 2:
                return Frames.advertisement(host, mac, random.nextInt(8) << 5);
            case 3:
                return Frames.routerSolicitation(host, random.nextBoolean() ? Frames.option(1, mac) : "");
            case 4:
                return Frames.routerSolicitation(Ipv6Header.UNSPECIFIED, "");
            case 5:
                return Frames.icmp6(host, EdgeFixture.GATEWAY, "80000000123400076162");
            case 6:
                return Frames.arp(1, mac, host4, random.nextBoolean() ? "192.0.2.1" : host4);
            default:
                return Frames.arp(2, mac, host4, "192.0.2.1");
        }
    }

    private static Ip6 address(Random random) {
        long high = random.nextBoolean() ? EdgeFixture.GATEWAY.high() : EdgeFixture.HOST_LINK_LOCAL.high();
        return Ip6.of(high, 2 + random.nextInt(40));
    }

    private static byte[] mutated(byte[] frame, Random random) {
        switch (random.nextInt(4)) {
            case 0:
                frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                return frame;
            case 1:
                return Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            default:
                return frame;
        }
    }
}
