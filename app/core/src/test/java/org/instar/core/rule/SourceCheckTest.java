// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceCheckTest {

    private final SourceCheck check = SourceCheck.of(List.of(
            IngressSources.of("p1", Ingress.UNKNOWN_VLAN, List.of(Prefix6.parse("2001:db8:1::/48"))),
            IngressSources.of("p2", 10, List.of(Prefix6.parse("2001:db8:2::/64"), Prefix6.parse("2001:db8:3::/64"))),
            IngressSources.of("", 0, List.of(Prefix6.parse("2001:db8:4::/64"))),
            IngressSources.of("", Ingress.UNKNOWN_VLAN, List.of(Prefix6.parse("2001:db8:5::/64")))));

    @ParameterizedTest
    @CsvSource({
        "p1, 0,  2001:db8:1:2::3, true",
        "p1, 10, 2001:db8:1:2::3, true",
        "p2, 0,  2001:db8:1:2::3, false",
        "p2, 10, 2001:db8:2::1,   true",
        "p2, 10, 2001:db8:3::1,   true",
        "p2, 11, 2001:db8:2::1,   false",
        "p1, 10, 2001:db8:2::1,   false",
        "p9, 0,  2001:db8:4::1,   true",
        "p9, 1,  2001:db8:4::1,   false",
        "p9, 9,  2001:db8:5::1,   true",
        "p9, 9,  2001:db8:6::1,   false",
        "'', -1, 2001:db8:1::1,   true",
        "'', -1, 2001:db8:2::1,   true",
        "'', -1, 2001:db8:4::1,   true",
        "'', -1, 2001:db8:6::1,   false",
        "'', 11, 2001:db8:2::1,   false",
        "p2, -1, 2001:db8:2::1,   true",
        "p1, -1, 2001:db8:2::1,   false",
        "'', 0,  2001:db8:1::1,   false",
        "'', 0,  2001:db8:4::1,   true",
        "'', 10, 2001:db8:2::1,   false"})
    void allowsASourceWhereAnEntryHasIt(String port, int vlan, String source, boolean allowed) {
        Ip6 address = Ip6.parse(source);
        assertThat(check.allows(Ingress.of(port, vlan), address.high(), address.low())).isEqualTo(allowed);
    }
}
