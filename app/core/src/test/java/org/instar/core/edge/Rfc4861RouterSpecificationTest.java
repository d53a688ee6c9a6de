// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.instar.core.edge.EdgeFixture.HOST_LINK_LOCAL;
import static org.instar.core.edge.EdgeFixture.HOST_MAC;
import static org.instar.core.edge.EdgeFixture.OTHER_MAC;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Expected frames were made with Scapy, but for the PREF64 options, made by hand. */
@DisplayName("RFC 4861 §6.2: router advertisements")
class Rfc4861RouterSpecificationTest {

    private static final String OPTIONS =
            "010102005e006401" + "05010000000005dc"
            + "030440c000278d0000093a800000000020010db8000600000000000000000000";
    private static final String RDNSS = "190300000000005a20010db8000600000000000000000053";
    private static final String TO_ALL =
            "33330000000102005e00640186dd6000000000783afffe8000000000000000005efffe006401"
            + "ff020000000000000000000000000001";
    private static final String PREF64 =
            "260200600064ff9b0001000000000000" + "2602006320010db80122000000000000";
    private static final String ADVERTISEMENT =
            TO_ALL + "8600ae454000005a0000000000000000" + OPTIONS + PREF64 + RDNSS;
    private static final String LAST_ADVERTISEMENT =
            TO_ALL + "8600af5f400000000000000000000000" + OPTIONS
            + "260200000064ff9b0001000000000000" + "2602000320010db80122000000000000" + RDNSS;
    private static final String UNICAST_ADVERTISEMENT =
            "02000000000a02005e00640186dd6000000000783afffe8000000000000000005efffe006401"
            + "fe80000000000000000000fffe00000a"
            + "8600afbe4000005a0000000000000000" + OPTIONS + PREF64 + RDNSS;

    private static final String SOURCE_OPTION = Frames.option(1, HOST_MAC);

    private EdgeFixture fixture;

    @BeforeEach
    void setUp() {
        fixture = EdgeFixture.advertising();
        fixture.random = 0.5;
    }

    @Test
    void section6_2_3_contentOfTheFirstAdvertisement() {
        fixture.pass(0);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);
    }

    @Test
    void section6_2_2_nothingIsAdvertisedUnlessConfigured() {
        EdgeFixture quiet = EdgeFixture.quiet();
        quiet.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        quiet.run(60_000);
        quiet.edge.shutdown(quiet.nowNanos);
        assertThat(quiet.takeSent()).isEmpty();
        assertThat(quiet.count(EdgeCounter.DROP_RS_NOT_ADVERTISING)).isEqualTo(1);
    }

    @Test
    void section6_2_4_initialAdvertisementsAre16SecondsApart() {
        fixture.run(0);
        fixture.run(15_999);
        assertThat(fixture.takeSent()).hasSize(1);
        fixture.run(1);
        assertThat(fixture.takeSent()).hasSize(1);
        fixture.run(16_000);
        assertThat(fixture.takeSent()).hasSize(1);
        // from then on 0.33 x 30 s to 30 s, in the middle with this random: 19.95 s
        fixture.run(19_949);
        assertThat(fixture.takeSent()).isEmpty();
        fixture.run(1);
        assertThat(fixture.takeSent()).hasSize(1);
    }

    @Test
    void section6_2_4_intervalsAreSpreadBetweenMinimumAndMaximum() {
        SplittableRandom source = new SplittableRandom(1);
        List<Long> times = new ArrayList<>();
        long[] now = {0};
        RouterEdge edge = new RouterEdge(
                EdgeFixture.config().advertisement(EdgeFixture.advertisement().build()).build(),
                (buffer, offset, length) -> times.add(now[0]), new EdgeCounters(), source::nextDouble);
        while (times.size() < 103) {
            now[0] = edge.tick(now[0]);
        }
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 3; i < times.size(); i++) {
            long interval = times.get(i) - times.get(i - 1);
            shortest = Math.min(shortest, interval);
            longest = Math.max(longest, interval);
        }
        assertThat(shortest).isBetween(9_900_000_000L, 11_000_000_000L);
        assertThat(longest).isBetween(29_000_000_000L, 30_000_000_000L);
    }

    @Test
    void section6_2_5_lastAdvertisementHasLifetimeZero() {
        fixture.pass(0);
        fixture.takeSent();
        fixture.edge.shutdown(fixture.nowNanos);
        assertThat(fixture.takeSent()).containsExactly(LAST_ADVERTISEMENT);

        fixture.edge.shutdown(fixture.nowNanos);
        fixture.receive(Frames.routerSolicitation(Ipv6Header.UNSPECIFIED, ""));
        fixture.run(60_000);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @Test
    void section6_2_6_solicitationIsAnsweredByUnicastAfterARandomDelay() {
        fixture.pass(0);
        fixture.takeSent();
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        fixture.run(199);
        assertThat(fixture.takeSent()).isEmpty();
        fixture.run(1);
        assertThat(fixture.takeSent()).containsExactly(UNICAST_ADVERTISEMENT);
    }

    @Test
    void section6_2_6_unspecifiedSourceIsAnsweredByMulticastAtALimitedRate() {
        fixture.pass(0);
        fixture.run(10_000);
        fixture.takeSent();
        fixture.receive(Frames.routerSolicitation(Ipv6Header.UNSPECIFIED, ""));
        fixture.run(200);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);

        for (int i = 0; i < 10; i++) {
            fixture.receive(Frames.routerSolicitation(Ipv6Header.UNSPECIFIED, ""));
        }
        fixture.run(3_199);
        assertThat(fixture.takeSent()).isEmpty();
        fixture.run(1);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);
        fixture.run(15_000);
        assertThat(fixture.takeSent()).isEmpty();
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section6_2_6_scheduledAdvertisementAnswersWhatComesShortlyBefore() {
        fixture.pass(0);
        fixture.run(15_900);
        fixture.takeSent();
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        fixture.run(100);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);
        fixture.run(1_000);
        assertThat(fixture.takeSent()).isEmpty();
    }

    @Test
    void section6_2_6_solicitationWithoutLinkLayerAddressIsAnsweredByMulticast() {
        fixture.pass(0);
        fixture.run(10_000);
        fixture.takeSent();
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, ""));
        fixture.run(200);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);
        assertThat(fixture.edge.neighbours()).isEmpty();
    }

    @Test
    void section6_2_6_solicitationUpdatesTheNeighborCache() {
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        assertThat(fixture.listed(HOST_LINK_LOCAL).state()).isEqualTo(NeighborState.STALE);
        assertThat(fixture.listed(HOST_LINK_LOCAL).mac()).isEqualTo(HOST_MAC);

        fixture.receive(Frames.advertisement(HOST_LINK_LOCAL, HOST_MAC, 0xe0));
        assertThat(fixture.listed(HOST_LINK_LOCAL).router()).isTrue();
        assertThat(fixture.listed(HOST_LINK_LOCAL).state()).isEqualTo(NeighborState.REACHABLE);

        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, Frames.option(1, OTHER_MAC)));
        assertThat(fixture.listed(HOST_LINK_LOCAL).router()).isFalse();
        assertThat(fixture.listed(HOST_LINK_LOCAL).state()).isEqualTo(NeighborState.STALE);
        assertThat(fixture.listed(HOST_LINK_LOCAL).mac()).isEqualTo(OTHER_MAC);
    }

    @Test
    void section6_2_6_manySolicitingAtOnceAreAnsweredByOneMulticast() {
        fixture.pass(0);
        fixture.run(10_000);
        fixture.takeSent();
        for (int i = 0; i < 100; i++) {
            fixture.receive(Frames.routerSolicitation(Ip6.of(HOST_LINK_LOCAL.high(), 100 + i), SOURCE_OPTION));
        }
        fixture.run(200);
        assertThat(fixture.takeSent()).containsExactly(ADVERTISEMENT);
    }

    @Test
    void tickComesBackInTime() {
        long next = fixture.edge.tick(fixture.nowNanos);
        assertThat(next - fixture.nowNanos).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(100));
        EdgeFixture quiet = EdgeFixture.quiet();
        assertThat(quiet.edge.tick(quiet.nowNanos) - quiet.nowNanos).isEqualTo(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void section6_2_6_answerComesWithinHalfASecondHoweverTicksFall() {
        fixture.random = 0.999;
        fixture.run(1_000);
        fixture.takeSent();
        long tickNanos = fixture.edge.tick(fixture.nowNanos);
        fixture.receive(Frames.routerSolicitation(HOST_LINK_LOCAL, SOURCE_OPTION));
        long receivedNanos = fixture.nowNanos;
        while (fixture.sent.isEmpty()) {
            fixture.nowNanos = tickNanos;
            tickNanos = fixture.edge.tick(tickNanos);
        }
        assertThat(fixture.nowNanos - receivedNanos).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(500));
    }
}
