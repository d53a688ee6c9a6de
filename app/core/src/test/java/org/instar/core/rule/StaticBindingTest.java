// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticBindingTest {

    @Test
    void bindsOnePort() {
        StaticBinding binding = StaticBinding.parse(
                "rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80 name web");

        assertThat(binding.name()).isEqualTo("web");
        assertThat(binding.protocols()).containsExactly(Protocol.TCP);
        assertThat(binding.poolAddress()).isEqualTo(Ip4.parse("192.0.2.70"));
        assertThat(binding.client()).hasToString("2001:db8:6::80");
        assertThat(binding.isWholeAddress()).isFalse();
        assertThat(binding.clientPort(8080)).isEqualTo(80);
        assertThat(binding.clientPort(8081)).isEqualTo(-1);
        assertThat(binding.poolPort(80)).isEqualTo(8080);
        assertThat(binding.poolPort(8080)).isEqualTo(-1);
    }

    @Test
    void bindsARangePortByPort() {
        StaticBinding binding = StaticBinding.parse(
                "rdr64 proto { udp, tcp } to 192.0.2.70 port 8000-8009 -> 2001:db8:6::80 port 10-19");

        assertThat(binding.firstPoolPort()).isEqualTo(8000);
        assertThat(binding.lastPoolPort()).isEqualTo(8009);
        assertThat(binding.firstClientPort()).isEqualTo(10);
        assertThat(binding.lastClientPort()).isEqualTo(19);
        assertThat(binding.clientPort(8003)).isEqualTo(13);
        assertThat(binding.poolPort(19)).isEqualTo(8009);
    }

    @Test
    void bindsAWholeAddress() {
        StaticBinding binding = StaticBinding.parse("rdr64 to 192.0.2.71 -> 2001:db8:6::81");

        assertThat(binding.isWholeAddress()).isTrue();
        assertThat(binding.protocols()).containsExactly(Protocol.values());
        assertThat(binding.clientPort(0)).isZero();
        assertThat(binding.poolPort(65535)).isEqualTo(65535);
        assertThat(binding).hasToString("rdr64 from any to 192.0.2.71 -> 2001:db8:6::81");
    }

    @Test
    void portsOfTheClientAreThePoolsUnlessSaidOtherwise() {
        assertThat(StaticBinding.parse("rdr64 proto tcp to 192.0.2.71 port 80 -> 2001:db8:6::81"))
                .hasToString("rdr64 proto tcp from any to 192.0.2.71 port 80 -> 2001:db8:6::81 port 80");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nat64 to 192.0.2.1          | 'nat64' (word 1): expected 'rdr64'",
        "rdr64 192.0.2.1             | '192.0.2.1' (word 2): expected 'to'",
        "rdr64 from 192.0.2.1 to any | '192.0.2.1' (word 3): expected 'any'",
        "rdr64 to 2001:db8::1        | '2001:db8::1' (word 3): expected the IPv4 address: not an IPv4 address:"
                + " '2001:db8::1'",
        "rdr64 to 192.0.2.1 port     | at the end of the static binding: expected a port or a range of ports",
        "rdr64 to 192.0.2.1          | at the end of the static binding: expected '->'",
        "rdr64 to 192.0.2.1 -> host  | 'host' (word 5): expected the client's IPv6 address: not an IPv6 address:"
                + " 'host'",
        "rdr64 to 192.0.2.1 -> ::1 80 | '80' (word 6): expected 'port', 'name' or the end of the static binding",
        "rdr64 to 192.0.2.1 -> ::1 name -x | '-x' (word 7): expected a name: not a name of letters, digits, '_', '.',"
                + " '-': '-x'",
        "rdr64 proto tcp to 192.0.2.1 port 1-2 -> ::1 port 1-3 | client ports 1-3 and pool ports 1-2 aren't two ranges"
                + " of the same size",
        "rdr64 proto tcp to 192.0.2.1 -> ::1 port 80 | client ports 80 and pool ports 0-65535 aren't two ranges of the"
                + " same size",
        "rdr64 to 192.0.2.1 port 80 -> ::1 | a static binding with ports is for tcp, udp or both: expected 'proto'"
                + " with these"})
    void anErrorNamesTheWordAndWhatWasExpected(String line, String message) {
        assertThatThrownBy(() -> StaticBinding.parse(line)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Provide
    Arbitrary<StaticBinding> bindings() {
        return Arbitraries.randomValue(StaticBindingTest::random);
    }

    private static StaticBinding random(Random random) {
        Set<Protocol> protocols = random.nextInt(3) == 0 ? EnumSet.of(Protocol.ICMP) : RandomRules.protocols(random);
        PortRanges pool = PortRanges.ANY;
        PortRanges client = PortRanges.ANY;
        if (!protocols.contains(Protocol.ICMP) && random.nextInt(4) > 0) {
            int size = 1 + random.nextInt(random.nextBoolean() ? 1 : 20);
            int first4 = random.nextInt(100);
            int first6 = random.nextBoolean() ? first4 : random.nextInt(100);
            pool = PortRanges.of(first4, first4 + size - 1);
            client = PortRanges.of(first6, first6 + size - 1);
        }
        return StaticBinding.of(random.nextBoolean() ? "" : "n" + random.nextInt(), protocols,
                Ip6.of(1L << 61, random.nextInt(2)), client, 0xc0000200 + random.nextInt(2), pool);
    }

    @Property(tries = 3000)
    void parsesWhatItPrints(@ForAll("bindings") StaticBinding binding) {
        StaticBinding parsed = StaticBinding.parse(binding.toString());

        assertThat(parsed).usingRecursiveComparison().isEqualTo(binding);
        assertThat(parsed).isEqualTo(binding).hasSameHashCodeAs(binding);
    }

    @Property(tries = 3000)
    void overlapsWhereBothBindATransportAddress(@ForAll("bindings") StaticBinding one,
            @ForAll("bindings") StaticBinding other) {
        assertThat(one.overlaps4(other)).isEqualTo(other.overlaps4(one)).isEqualTo(shared(one, other, true));
        assertThat(one.overlaps6(other)).isEqualTo(other.overlaps6(one)).isEqualTo(shared(one, other, false));
    }

    /** Port by port; those of {@link #random} that end end below 120. */
    private static boolean shared(StaticBinding one, StaticBinding other, boolean pool) {
        boolean sameAddress = pool ? one.poolAddress() == other.poolAddress() : one.client().equals(other.client());
        boolean sameProtocol = one.protocols().stream().anyMatch(other.protocols()::contains);
        for (int port = 0; sameAddress && sameProtocol && port < 130; port++) {
            if (pool ? one.clientPort(port) >= 0 && other.clientPort(port) >= 0
                    : one.poolPort(port) >= 0 && other.poolPort(port) >= 0) {
                return true;
            }
        }
        return false;
    }
}
