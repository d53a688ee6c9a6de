// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.address.Ip4;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 6146 §3.2: static bindings by either end")
class StaticBindingsTest {

    private static final int ADDRESS = Ip4.parse("192.0.2.70");
    private static final long HIGH = 0x20010db8_00060000L;

    private final StaticBinding web = StaticBinding.parse(
            "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80");
    private final StaticBinding range = StaticBinding.parse(
            "rdr64 proto { tcp, udp } from any to 192.0.2.70 port 9000-9009 -> 2001:db8:6::80 port 5000-5009");
    private final StaticBinding whole = StaticBinding.parse("rdr64 from any to 192.0.2.71 -> 2001:db8:6::81");
    private final StaticBindings bindings = new StaticBindings(List.of(web, range, whole));

    @Test
    void byTheIpv4Side() {
        assertThat(bindings.find4(Protocol.TCP, ADDRESS, 8080)).isSameAs(web);
        assertThat(bindings.find4(Protocol.UDP, ADDRESS, 8080)).isNull();
        assertThat(bindings.find4(Protocol.TCP, ADDRESS, 8081)).isNull();
        assertThat(bindings.find4(Protocol.UDP, ADDRESS, 9009)).isSameAs(range);
        assertThat(bindings.find4(Protocol.UDP, ADDRESS, 9010)).isNull();
        assertThat(bindings.find4(Protocol.ICMP, ADDRESS, 9000)).isNull();
        assertThat(bindings.find4(Protocol.ICMP, ADDRESS + 1, 0)).isSameAs(whole);
        assertThat(bindings.find4(Protocol.TCP, ADDRESS + 1, 65535)).isSameAs(whole);
        assertThat(bindings.find4(Protocol.TCP, ADDRESS + 2, 80)).isNull();
    }

    @Test
    void byTheIpv6Side() {
        assertThat(bindings.find6(Protocol.TCP, HIGH, 0x80, 80)).isSameAs(web);
        assertThat(bindings.find6(Protocol.TCP, HIGH, 0x80, 8080)).isNull();
        assertThat(bindings.find6(Protocol.UDP, HIGH, 0x80, 5003)).isSameAs(range);
        assertThat(range.poolPort(5003)).isEqualTo(9003);
        assertThat(bindings.find6(Protocol.ICMP, HIGH, 0x81, 7)).isSameAs(whole);
        assertThat(bindings.find6(Protocol.TCP, HIGH, 0x82, 80)).isNull();
        assertThat(bindings.find6(Protocol.TCP, HIGH + 1, 0x80, 80)).isNull();
    }

    @Test
    void addressesThatHaveAny() {
        assertThat(bindings.isBound(ADDRESS)).isTrue();
        assertThat(bindings.isBound(ADDRESS + 2)).isFalse();
        StaticBindings none = new StaticBindings(List.of());
        assertThat(none.isBound(ADDRESS)).isFalse();
        assertThat(none.find4(Protocol.TCP, ADDRESS, 80)).isNull();
        assertThat(none.find6(Protocol.TCP, HIGH, 0x80, 80)).isNull();
    }
}
