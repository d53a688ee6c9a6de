// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextHopsTest {

    private final EdgeFixture fixture = EdgeFixture.quiet();

    @Test
    void offLinkIpv4GoesToTheRouter() {
        assertThat(fixture.send4(Frames.udp4("203.0.113.9"))).isTrue();
        assertThat(fixture.send4(Frames.udp4("198.51.100.9"))).isTrue();
        assertThat(fixture.takeSent()).singleElement().asString().endsWith("c00002fe");
        fixture.receive(Frames.arp(2, OTHER_MAC, "192.0.2.254", "192.0.2.1"));
        assertThat(fixture.takeSent()).hasSize(2)
                .allMatch(frame -> frame.startsWith(Frames.ethernet(OTHER_MAC, 0x0800)));
    }

    @Test
    void offLinkIpv4WithoutARouterHasNoRoute() {
        EdgeFixture noRouter = new EdgeFixture(EdgeConfig.builder().mac(EdgeFixture.GATEWAY_MAC)
                .address6(GATEWAY, 64).address4(EdgeFixture.GATEWAY4, 24).build());
        assertThat(noRouter.send4(Frames.udp4("203.0.113.9"))).isFalse();
        assertThat(noRouter.count(EdgeCounter.DROP_NO_ROUTE)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0", "192.0.2.255", "192.0.2.1", "192.0.2.65", "224.0.0.1", "255.255.255.255",
        "127.0.0.1", "0.0.0.0"})
    void ipv4WithoutAHostBehindItHasNoRoute(String destination) {
        fixture.send4(Frames.udp4("203.0.113.9"));
        fixture.receive(Frames.arp(2, OTHER_MAC, "192.0.2.254", "192.0.2.1"));
        fixture.takeSent();
        assertThat(fixture.send4(Frames.udp4(destination))).isFalse();
        assertThat(fixture.count(EdgeCounter.DROP_NO_ROUTE)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8:7::1", "ff02::1", "::", "::1", "2001:db8:6::1", "fe80::5eff:fe00:6401"})
    void ipv6WithoutANeighborBehindItHasNoRoute(String destination) {
        assertThat(fixture.send6(Frames.udp6(Ip6.parse(destination), 1))).isFalse();
        assertThat(fixture.count(EdgeCounter.DROP_NO_ROUTE)).isEqualTo(1);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @Test
    void offLinkIpv6GoesToAKnownNeighbor() {
        Ip6 offLink = Ip6.parse("2001:db8:7::1");
        fixture.receive(Frames.solicitation(offLink, GATEWAY, HOST_MAC));
        fixture.takeSent();
        assertThat(fixture.send6(Frames.udp6(offLink, 1))).isTrue();
        assertThat(fixture.takeSent()).singleElement().asString().startsWith(Frames.ethernet(HOST_MAC, 0x86dd));
    }

    @Test
    void framesWithoutAWholeHeaderAreCounted() {
        assertThat(fixture.edge.send6(ByteBuffer.allocate(53), 0, 53, 0)).isFalse();
        assertThat(fixture.edge.send4(ByteBuffer.allocate(33), 0, 33, 0)).isFalse();
        assertThat(fixture.count(EdgeCounter.DROP_OUTPUT_TOO_SHORT)).isEqualTo(2);
    }

    @Test
    void offsetsIntoDirectBuffersWork() {
        byte[] packet = Frames.udp6(HOST, 7);
        ByteBuffer ring = ByteBuffer.allocateDirect(4096);
        ring.duplicate().position(2048).put(packet);
        assertThat(fixture.edge.send6(ring, 2048, packet.length, fixture.nowNanos)).isTrue();
        fixture.takeSent();
        fixture.receive(Frames.advertisement(HOST, HOST_MAC, 0x60));
        String expected = Frames.ethernet(HOST_MAC, 0x86dd) + Frames.hex(ring, 2062, packet.length - 14);
        assertThat(fixture.takeSent()).containsExactly(expected);

        fixture.edge.send6(ring, 2048, packet.length, fixture.nowNanos);
        assertThat(fixture.takeSent()).containsExactly(expected);
        assertThat(Frames.hex(ring, 2048, packet.length)).isEqualTo(expected);
    }

    @Test
    void resolvedPacketsAreSentWithoutAllocating() {
        EdgeConfig config = EdgeFixture.config().pool(Prefix4.parse("198.51.100.0/24")).build();
        RouterEdge edge = new RouterEdge(config, (buffer, offset, length) -> { }, new EdgeCounters(), () -> 0);
        byte[] solicitation = Frames.solicitation(HOST, GATEWAY, HOST_MAC);
        byte[] request = Frames.arp(1, OTHER_MAC, "192.0.2.254", "192.0.2.1");
        edge.receive(ByteBuffer.wrap(solicitation), 0, solicitation.length, 0);
        edge.receive(ByteBuffer.wrap(request), 0, request.length, 0);
        ByteBuffer packet6 = ByteBuffer.wrap(Frames.udp6(HOST, 1));
        ByteBuffer packet4 = ByteBuffer.wrap(Frames.udp4("203.0.113.9"));
        sendMany(edge, packet6, packet4, 1_000);

        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        sendMany(edge, packet6, packet4, 10_000);
        long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
        assertThat(allocated).isLessThan(10_000);   // less than an octet a packet: the measuring itself
    }

    private static void sendMany(RouterEdge edge, ByteBuffer packet6, ByteBuffer packet4, int times) {
        for (int i = 0; i < times; i++) {
            edge.send6(packet6, 0, packet6.capacity(), i);
            edge.send4(packet4, 0, packet4.capacity(), i);
        }
    }
}
