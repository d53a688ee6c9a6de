// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.GATEWAY;
import static org.instar.core.edge.EdgeFixture.GATEWAY_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.GATEWAY_MAC;
import static org.instar.core.edge.EdgeFixture.HOST;
import static org.instar.core.edge.EdgeFixture.HOST_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;

/** A router on a trunk: VLAN 10 and 20 share the gateway's link, 30 has a prefix of its own; IPv4 in 100 and 200. */
class VlanEdgeTest {

    private static final Prefix6 SHARED = Prefix6.parse("2001:db8:6::/64");
    private static final Prefix6 OWN = Prefix6.parse("2001:db8:30::/64");
    private static final Ip6 HOST_30 = Ip6.parse("2001:db8:30::a");
    private static final int HEADER = 18;

    private final EdgeFixture fixture = new EdgeFixture(config());
    private boolean tagged;

    private static EdgeConfig config() {
        Advertisement advertisement = EdgeFixture.advertisement().build();
        return EdgeFixture.config()
                .advertisement(advertisement)
                .link6(Link6.of(10, List.of(SHARED), advertisement))
                .link6(Link6.of(20, List.of(SHARED), advertisement))
                .link6(Link6.of(30, List.of(OWN), advertisement.withPrefixes(List.of(AdvertisedPrefix.of(OWN)))))
                .vlan4(100)
                .link4(Link4.of(200, Ip4.parse("198.51.100.1"), 24))
                .route4(Route4.of(Prefix4.parse("203.0.113.0/24"), Ip4.parse("198.51.100.254")))
                .build();
    }

    /** As a frame of which the tag is gone, and as one that has it: alternately. */
    private void receive(int vlan, byte[] untagged) {
        tagged = !tagged;
        if (!tagged) {
            fixture.edge.receive(ByteBuffer.wrap(untagged), 0, 14, untagged.length, vlan, fixture.nowNanos);
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(untagged.length + 4);
        frame.put(untagged, 0, 12).putShort((short) 0x8100).putShort((short) vlan)
                .put(untagged, 12, untagged.length - 12);
        fixture.edge.receive(frame, 0, HEADER, untagged.length + 4, vlan, fixture.nowNanos);
    }

    private boolean send6(Ip6 destination, int number) {
        byte[] frame = Frames.udp6(destination, number);
        ByteBuffer buffer = ByteBuffer.allocate(frame.length + 4);
        buffer.position(4).put(frame);
        return fixture.edge.send6(buffer, 4, frame.length, fixture.nowNanos);
    }

    private boolean send4(String destination) {
        byte[] frame = Frames.udp4(destination);
        ByteBuffer buffer = ByteBuffer.allocate(frame.length + 4);
        buffer.position(4).put(frame);
        return fixture.edge.send4(buffer, 4, frame.length, fixture.nowNanos);
    }

    private static String header(long destination, int vlan, int type) {
        return Frames.ethernet(destination, 0x8100) + String.format("%04x%04x", vlan, type);
    }

    private String onlySent() {
        List<String> sent = fixture.takeSent();
        assertThat(sent).hasSize(1);
        return sent.get(0);
    }

    private List<Integer> vlansOf(List<String> frames) {
        return frames.stream().peek(frame -> assertThat(frame.substring(24, 28)).isEqualTo("8100"))
                .map(frame -> Integer.parseInt(frame.substring(28, 32), 16)).sorted().collect(Collectors.toList());
    }

    @Test
    void solicitationIsAnsweredInItsVlanAndThePacketsGoThere() {
        receive(20, Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 20, 0x86dd) + "6");
        assertThat(fixture.listed(HOST).vlan()).isEqualTo(20);
        assertThat(send6(HOST, 1)).isTrue();
        assertThat(onlySent()).startsWith(header(HOST_MAC, 20, 0x86dd) + "6").endsWith("01");
    }

    @Test
    void duplicateAddressDetectionIsAnsweredInItsVlan() {
        receive(30, Frames.solicitation(Ipv6Header.UNSPECIFIED, GATEWAY_LINK_LOCAL, ""));
        assertThat(onlySent()).startsWith(header(0x3333_0000_0001L, 30, 0x86dd));
    }

    @Test
    void sameLinkLocalAddressInTwoVlansIsTwoNeighbors() {
        receive(10, Frames.solicitation(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, HOST_MAC));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 10, 0x86dd));
        receive(20, Frames.solicitation(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, OTHER_MAC));
        assertThat(onlySent()).startsWith(header(OTHER_MAC, 20, 0x86dd));
        receive(10, Frames.icmp6(HOST_LINK_LOCAL, GATEWAY_LINK_LOCAL, "8000000000010001"));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 10, 0x86dd));
        assertThat(fixture.edge.neighbours()).extracting(NeighborEntry::vlan).containsExactlyInAnyOrder(10, 20);
    }

    @Test
    void unknownHostIsSearchedWhereItsPrefixIsAndFoundWhereItAnswers() {
        send6(HOST, 1);
        assertThat(vlansOf(fixture.takeSent())).containsExactly(10, 20);
        receive(20, Frames.advertisement(HOST, HOST_MAC, 0x60));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 20, 0x86dd)).endsWith("01");
        receive(10, Frames.advertisement(HOST, OTHER_MAC, 0x60));
        assertThat(fixture.count(EdgeCounter.DROP_NA_IN_OTHER_VLAN)).isEqualTo(1);
        assertThat(fixture.listed(HOST).mac()).isEqualTo(HOST_MAC);
        send6(HOST_30, 1);
        assertThat(vlansOf(fixture.takeSent())).containsExactly(30);
    }

    @Test
    void hostMovesToAnotherVlanOnlyWhenItDoesNotAnswerWhereItWas() {
        receive(10, Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        fixture.takeSent();
        receive(20, Frames.solicitation(HOST, GATEWAY, OTHER_MAC));
        List<String> sent = fixture.takeSent();
        assertThat(vlansOf(sent)).as("a probe where it was, the answer where it says to be").containsExactly(10, 20);
        receive(10, Frames.advertisement(HOST, HOST_MAC, 0x60));
        fixture.run(5_000);
        assertThat(fixture.listed(HOST).vlan()).as("it answered").isEqualTo(10);
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_MOVED)).isZero();

        receive(20, Frames.solicitation(HOST, GATEWAY, OTHER_MAC));
        fixture.run(3_500);
        assertThat(fixture.listed(HOST).vlan()).isEqualTo(20);
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_CLAIMED)).isEqualTo(2);
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_MOVED)).isEqualTo(1);
        fixture.takeSent();
        send6(HOST, 3);
        assertThat(onlySent()).startsWith(header(OTHER_MAC, 20, 0x86dd));
    }

    @Test
    void addressOfAnotherVlansPrefixIsNotLearnedButAnswered() {
        receive(10, Frames.solicitation(HOST_30, GATEWAY, HOST_MAC));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 10, 0x86dd));
        assertThat(fixture.edge.neighbours()).isEmpty();
        assertThat(fixture.count(EdgeCounter.NEIGHBORS_OF_OTHER_VLAN)).isEqualTo(1);
    }

    @Test
    void answersLeaveInTheVlanOfWhatTheyAnswerOrNotAtAll() {
        receive(10, Frames.solicitation(HOST, GATEWAY, HOST_MAC));
        fixture.takeSent();
        byte[] error = Frames.udp6(HOST, 1);
        ByteBuffer buffer = ByteBuffer.allocate(error.length + 4);
        buffer.position(4).put(error);
        assertThat(fixture.edge.answer6(buffer, 4, error.length, 10, fixture.nowNanos)).isTrue();
        assertThat(onlySent()).startsWith(header(HOST_MAC, 10, 0x86dd));
        assertThat(fixture.edge.answer6(buffer, 4, error.length, 20, fixture.nowNanos)).isFalse();
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.count(EdgeCounter.DROP_ANSWER_TO_OTHER_VLAN)).isEqualTo(1);
    }

    @Test
    void eachVlanIsAdvertisedItsPrefixes() {
        fixture.run(200);
        List<String> sent = fixture.takeSent();
        assertThat(vlansOf(sent)).containsExactly(10, 20, 30);
        for (String frame : sent) {
            boolean own = frame.startsWith(header(0x3333_0000_0001L, 30, 0x86dd));
            assertThat(frame.contains("20010db8003000000000000000000000")).isEqualTo(own);
            assertThat(frame.contains("20010db8000600000000000000000000")).isEqualTo(!own);
        }
        receive(20, Frames.routerSolicitation(HOST_LINK_LOCAL, Frames.option(1, HOST_MAC)));
        fixture.run(600);
        assertThat(onlySent()).startsWith(header(HOST_MAC, 20, 0x86dd));
        fixture.edge.shutdown(fixture.nowNanos);
        assertThat(vlansOf(fixture.takeSent())).containsExactly(10, 20, 30);
    }

    @Test
    void arpIsAnsweredInItsVlanAndIpv4GoesByTheLinkOrTheRoute() {
        receive(200, Frames.arp(1, HOST_MAC, "198.51.100.80", "192.0.2.65"));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 200, 0x0806));
        assertThat(send4("198.51.100.80")).isTrue();
        assertThat(onlySent()).startsWith(header(HOST_MAC, 200, 0x0800) + "45");

        send4("192.0.2.80");
        assertThat(onlySent()).startsWith(header(MacAddress.BROADCAST, 100, 0x0806)).contains("c0000201");
        send4("203.0.113.9");
        assertThat(onlySent()).startsWith(header(MacAddress.BROADCAST, 200, 0x0806))
                .as("asks from its address there").contains("c6336401").endsWith("c63364fe");
        send4("8.8.8.8");
        assertThat(onlySent()).startsWith(header(MacAddress.BROADCAST, 100, 0x0806)).endsWith("c00002fe");
    }

    @Test
    void arpOfAnotherLinksHostTeachesNothing() {
        receive(200, Frames.arp(1, HOST_MAC, "192.0.2.80", "192.0.2.65"));
        assertThat(onlySent()).as("the asker is told all the same").startsWith(header(HOST_MAC, 200, 0x0806));
        assertThat(fixture.edge.neighbours()).isEmpty();
        send4("192.0.2.80");
        fixture.takeSent();
        receive(200, Frames.arp(2, OTHER_MAC, "192.0.2.80", "192.0.2.1"));
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.count(EdgeCounter.DROP_ARP_REPLY_WITHOUT_ENTRY)).isEqualTo(1);
        receive(100, Frames.arp(2, HOST_MAC, "192.0.2.80", "192.0.2.1"));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 100, 0x0800));
    }

    @Test
    void echoRequestsToEachOfTheIpv4AddressesAreAnsweredFromIt() {
        receive(200, Frames.arp(1, HOST_MAC, "198.51.100.80", "198.51.100.1"));
        fixture.takeSent();
        receive(200, Frames.bytes(String.format("%012x%012x", GATEWAY_MAC, HOST_MAC)
                + "08004500001c0000000040012629c6336450c63364010800f7fd00010001"));
        assertThat(onlySent()).startsWith(header(HOST_MAC, 200, 0x0800) + "4500001c").contains("c6336401c6336450");
    }
}
