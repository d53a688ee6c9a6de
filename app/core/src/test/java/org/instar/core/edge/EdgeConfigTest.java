// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeConfigTest {

    private static void refused(ThrowingCallable call, String field) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageStartingWith(field + ":");
    }

    private static EdgeConfig.Builder config() {
        return EdgeFixture.config();
    }

    @Test
    void derivesOnLinkPrefixesAndTheLinkLocalAddress() {
        EdgeConfig config = config().build();
        assertThat(config.linkLocal()).isEqualTo(EdgeFixture.GATEWAY_LINK_LOCAL);
        assertThat(config.onLink6()).isEqualTo(Prefix6.parse("2001:db8:6::/64"));
        assertThat(config.onLink4()).isEqualTo(Prefix4.parse("192.0.2.0/24"));
        assertThat(config().address6(Ip6.parse("2001:db8::ff:1"), 112).build().onLink6())
                .isEqualTo(Prefix6.parse("2001:db8::ff:0/112"));
        assertThat(config().address6(Ip6.parse("2001:db8:ffff::1"), 40).build().onLink6())
                .isEqualTo(Prefix6.parse("2001:db8:ff00::/40"));
    }

    @Test
    void linkLocalAddressFlipsTheUniversalBit() {
        assertThat(config().mac(MacAddress.parse("00:1b:21:aa:bb:cc")).build().linkLocal())
                .isEqualTo(Ip6.parse("fe80::21b:21ff:feaa:bbcc"));
    }

    @Test
    void refusesWhatIsMissing() {
        refused(() -> EdgeConfig.builder().build(), "gateway.mac");
        refused(() -> EdgeConfig.builder().mac(EdgeFixture.GATEWAY_MAC).build(), "gateway.ipv6.address");
        refused(() -> EdgeConfig.builder().mac(EdgeFixture.GATEWAY_MAC).address6(EdgeFixture.GATEWAY, 64).build(),
                "gateway.ipv4.address");
    }

    @Test
    void refusesAddressesThatAreNotOneHosts() {
        refused(() -> config().mac(MacAddress.BROADCAST).build(), "gateway.mac");
        refused(() -> config().address6(Ip6.parse("ff02::1"), 64).build(), "gateway.ipv6.address");
        refused(() -> config().address6(Ip6.parse("fe80::1"), 64).build(), "gateway.ipv6.address");
        refused(() -> config().address6(Ip6.parse("::"), 64).build(), "gateway.ipv6.address");
        refused(() -> config().address6(EdgeFixture.GATEWAY, 129), "gateway.ipv6.address");
        refused(() -> config().address4(Ip4.parse("192.0.2.255"), 24).build(), "gateway.ipv4.address");
        refused(() -> config().address4(Ip4.parse("192.0.2.0"), 24).build(), "gateway.ipv4.address");
        refused(() -> config().address4(Ip4.parse("224.0.0.1"), 24).build(), "gateway.ipv4.address");
        refused(() -> config().address4(EdgeFixture.GATEWAY4, 0), "gateway.ipv4.address");
    }

    @Test
    void refusesANextHopThatIsNoNeighbor() {
        refused(() -> config().nextHop4(Ip4.parse("192.0.3.254")).build(), "gateway.ipv4.nextHop");
        refused(() -> config().nextHop4(EdgeFixture.GATEWAY4).build(), "gateway.ipv4.nextHop");
        refused(() -> config().nextHop4(Ip4.parse("192.0.2.66")).build(), "gateway.ipv4.nextHop");
        refused(() -> config().nextHop4(Ip4.parse("192.0.2.255")).build(), "gateway.ipv4.nextHop");
    }

    @Test
    void refusesAPoolWithTheGatewayInIt() {
        refused(() -> config().pool(Prefix4.parse("192.0.2.0/30")).build(), "gateway.ipv4.address");
    }

    @Test
    void refusesTooSmallAndTooLargeTables() {
        refused(() -> config().maxNeighbors(15).build(), "maxNeighbors");
        refused(() -> config().maxNeighbors(1 << 25).build(), "maxNeighbors");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 1801})
    void refusesIntervalsOutOfRange(int seconds) {
        refused(() -> Advertisement.builder(seconds).build(), "advertise.intervalSeconds");
    }

    @Test
    void intervalsFollowRfc4861() {
        assertThat(Advertisement.builder(4).build().minIntervalSeconds()).isEqualTo(3);
        assertThat(Advertisement.builder(8).build().minIntervalSeconds()).isEqualTo(6);
        assertThat(Advertisement.builder(600).build().minIntervalSeconds()).isEqualTo(198);
        assertThat(Advertisement.builder(1800).build().routerLifetimeSeconds()).isEqualTo(5400);
    }

    @Test
    void refusesWhatCannotBeAdvertised() {
        refused(() -> Advertisement.builder(30).mtu(1279).build(), "advertise.mtu");
        refused(() -> Advertisement.builder(30).rdnss(Ip6.parse("ff02::53")).build(), "advertise.rdnss");
        refused(() -> AdvertisedPrefix.of(Prefix6.parse("fe80::/64")), "advertise.prefixes");
        refused(() -> AdvertisedPrefix.of(Prefix6.parse("ff02::/16")), "advertise.prefixes");
        Prefix6 prefix = Prefix6.parse("2001:db8::/64");
        refused(() -> AdvertisedPrefix.of(prefix, true, true, 10, 11), "advertise.prefixes");
        refused(() -> AdvertisedPrefix.of(prefix, true, true, 1L << 32, 11), "advertise.prefixes");
        Advertisement.Builder builder = Advertisement.builder(30);
        for (int i = 0; i < 80; i++) {
            builder.rdnss(Ip6.of(0x20010db8L << 32, i));
        }
        refused(builder::build, "advertise");
    }

    @Test
    void onlySlash64IsAutonomous() {
        assertThat(AdvertisedPrefix.of(Prefix6.parse("2001:db8::/64")).autonomous()).isTrue();
        assertThat(AdvertisedPrefix.of(Prefix6.parse("2001:db8::/56")).autonomous()).isFalse();
    }

    @Test
    void ethernetAddressesAreReadAndWritten() {
        assertThat(MacAddress.toString(MacAddress.parse("02:00:5E:00:64:01"))).isEqualTo("02:00:5e:00:64:01");
        assertThatIllegalArgumentException().isThrownBy(() -> MacAddress.parse("02:00:5e:00:64"))
                .withMessageContaining("'02:00:5e:00:64'");
    }

    @Test
    void countersHaveKeys() {
        assertThat(new EdgeCounters().snapshot()).containsEntry("edge_drop_no_route", 0L)
                .hasSize(EdgeCounter.values().length);
    }
}
