// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Name;

class SettingsReaderTest {

    private static Map<String, Object> tree(Map<String, Object> options) {
        Map<String, Object> tree = new HashMap<>(Map.of("upstreams", "192.0.2.53:53"));
        tree.putAll(options);
        return tree;
    }

    private static Dns64Settings read(Map<String, Object> options) throws SettingsException {
        return SettingsReader.read(tree(options));
    }

    @Test
    void absentIsOff() throws SettingsException {
        Dns64Settings settings = read(Map.of());

        assertThat(settings.whole().blocks()).isEmpty();
        assertThat(settings.whole().isIpv4onlyEnable()).isFalse();
        assertThat(settings.views()).containsExactly(settings.whole());
        assertThat(settings.dnssec().isValidation()).isFalse();
        assertThat(settings.whole().domains().of(Name.root).errorPolicy()).isEqualTo(ErrorPolicy.LENIENT);
    }

    @Test
    void aBlockHasTheDefaultsOfTheRfcAndOfBind() throws SettingsException {
        PrefixBlock block = read(Map.of("blocks", List.of(Map.of()))).whole().blocks().get(0);

        assertThat(block.prefix()).isEqualTo(Prefix64.WELL_KNOWN);
        assertThat(block.exclude().matches(Ip6.parse("::ffff:1.2.3.4"))).isTrue();
        assertThat(block.exclude().matches(Ip6.parse("2001:db8::1"))).isFalse();
        assertThat(block.clients().matches(Ip6.parse("2001:db8::1"))).isTrue();
        assertThat(block.isRecursiveOnly()).isFalse();
        assertThat(block.isBreakDnssec()).isFalse();
    }

    @Test
    void viewsInheritWhatTheyDoNotSay() throws SettingsException {
        Dns64Settings settings = read(Map.of("prefix", "64:ff9b:1::/96", "error-policy", "strict",
                "dns64-server", "dns64.example", "domains", List.of(Map.of("domain", "off.example", "synthesis",
                        "never")),
                "views", List.of(
                        Map.of("name", "same", "clients", "2001:db8:1::/48"),
                        Map.of("name", "other", "clients", "2001:db8:2::/48", "prefix", "2001:db8:64::/96",
                                "error-policy", "timeout", "domains", List.of()),
                        Map.of("name", "off", "clients", "2001:db8:3::/48", "blocks", List.of()))));
        View same = settings.viewOf(Ip6.parse("2001:db8:1::1"));
        View other = settings.viewOf(Ip6.parse("2001:db8:2::1"));
        View off = settings.viewOf(Ip6.parse("2001:db8:3::1"));
        Name name = Name.fromConstantString("www.off.example.");

        assertThat(same.name()).isEqualTo("same");
        assertThat(same.blocks()).extracting(PrefixBlock::toString).containsExactly("64:ff9b:1::/96");
        assertThat(same.domains().of(name).synthesis()).isEqualTo(DomainPolicy.Synthesis.NEVER);
        assertThat(same.domains().of(Name.root).errorPolicy()).isEqualTo(ErrorPolicy.STRICT);
        assertThat(other.blocks()).extracting(PrefixBlock::toString).containsExactly("2001:db8:64::/96");
        assertThat(other.domains().of(name).synthesis()).isEqualTo(DomainPolicy.Synthesis.AUTO);
        assertThat(other.domains().of(Name.root).errorPolicy()).isEqualTo(ErrorPolicy.TIMEOUT);
        assertThat(other.dns64Server()).contains(Name.fromConstantString("dns64.example."));
        assertThat(off.blocks()).isEmpty();
        assertThat(settings.viewOf(Ip6.parse("2001:db8:4::1"))).isSameAs(settings.whole());
    }

    @Test
    void theDefaultPrefixIsThatOfTheWholeOnly() throws SettingsException {
        Prefix64 own = Prefix64.parse("64:ff9b:1::/96");

        assertThat(SettingsReader.read(tree(Map.of()), Optional.of(own)).whole().blocks()).hasSize(1);
        assertThat(SettingsReader.read(tree(Map.of("blocks", List.of())), Optional.of(own)).whole().blocks()).isEmpty();
    }

    @Test
    void firstElementOfAMatchListDecides() {
        AddressMatch list = AddressMatch.of(List.of("!10.1.0.0/16", "10.0.0.0/8", "2001:db8::1", "!any"));

        assertThat(list.matches4(0x0a000001)).isTrue();
        assertThat(list.matches4(0x0a010001)).isFalse();
        assertThat(list.matches4(0x0b000001)).isFalse();
        assertThat(list.matches(Ip6.parse("2001:db8::1"))).isTrue();
        assertThat(list.matches(Ip6.parse("2001:db8::2"))).isFalse();
        assertThat(AddressMatch.of(List.of("none")).matches4(1)).isFalse();
    }

    static Stream<Arguments> bad() {
        Map<String, Object> view = Map.of("name", "guests", "clients", "2001:db8:5::/48");
        return Stream.of(
                Arguments.of(Map.of("upstreams", List.of()), "upstreams: is missing"),
                Arguments.of(Map.of("upstreams", "192.0.2.53"), "upstreams[0]: not ADDRESS:PORT"),
                Arguments.of(Map.of("upstreams", "192.0.2.53:0"), "upstreams[0]: not an address with a port to ask"),
                Arguments.of(Map.of("listen", List.of("2001:db8::1:53")),
                        "listen[0]: an IPv6 address with a port is [ADDRESS]:PORT"),
                Arguments.of(Map.of("tries", 11), "tries: not a whole number from 1 to 10: '11'"),
                Arguments.of(Map.of("prefix", "2001:db8::/33"),
                        "prefix: a translation prefix is"),
                Arguments.of(Map.of("blocks", List.of(Map.of(), Map.of("sufix", "::1"))),
                        "blocks[1].sufix: is unknown"),
                Arguments.of(Map.of("blocks", List.of(Map.of("suffix", "::1"))),
                        "blocks[0].suffix: ::1 has bits where 64:ff9b::/96 leaves no room"),
                Arguments.of(Map.of("blocks", List.of(Map.of("prefix", "2001:db8::/64", "suffix", "::1:0:0"))),
                        "blocks[0].suffix: ::1:0:0 has bits where 2001:db8::/64 and the IPv4 address are"),
                Arguments.of(Map.of("prefix", "64:ff9b::/96", "blocks", List.of()), "prefix: stands for blocks"),
                Arguments.of(Map.of("blocks", List.of(Map.of("mapped", List.of("any", "10.0.0.0/33")))),
                        "blocks[0].mapped[1]: "),
                Arguments.of(Map.of("error-policy", "lax"),
                        "error-policy: not one of strict, timeout, lenient: 'lax'"),
                Arguments.of(Map.of("domains", List.of(Map.of("domain", "a..b"))), "domains[0].domain: not a domain"),
                Arguments.of(Map.of("domains", List.of(Map.of("domain", "a"), Map.of("domain", "A."))),
                        "domains[1].domain: A. is there twice"),
                Arguments.of(Map.of("views", List.of(Map.of("clients", "any"))), "views[0].name: is missing"),
                Arguments.of(Map.of("views", List.of(Map.of("name", "x"))), "views.x.clients: is missing"),
                Arguments.of(Map.of("views", List.of(view, view)), "views.guests.name: is the name of two views"),
                Arguments.of(Map.of("views", List.of(view, Map.of("name", "b", "clients", "2001:db8:5:1::/64"))),
                        "views.b.clients: all are in view 'guests', which comes first"),
                Arguments.of(Map.of("views", List.of(Map.of("name", "b", "clients", "any", "blocks",
                        List.of(Map.of("clients", "10.0.0.0/8"), Map.of("prefix", "::/12"))))),
                        "views.b.blocks[1].prefix: a translation prefix is"),
                Arguments.of(Map.of("views", List.of(Map.of("name", "b", "clients", "any", "listen", "x"))),
                        "views.b.listen: is unknown"),
                Arguments.of(Map.of("forward", List.of(Map.of("domain", "a.example"))),
                        "forward[0].upstreams: is missing"),
                Arguments.of(Map.of("dnssec", Map.of("validation", true)), "dnssec.trust-anchor-file: is missing"),
                Arguments.of(Map.of("cache", Map.of("max-stale", -1)), "cache.max-stale: not a whole number"),
                Arguments.of(Map.of("prefix-choice", Map.of("strategy", "best")), "prefix-choice.strategy: not one of"),
                Arguments.of(Map.of("translators", List.of(Map.of("prefix", "64:ff9b::/96", "url", "ftp://x"))),
                        "translators[0].url: not a URL of http or https"),
                Arguments.of(Map.of("cache", "none"), "cache: is not an object with options"));
    }

    @ParameterizedTest
    @MethodSource("bad")
    void errorsNameViewBlockAndOption(Map<String, Object> options, String message) {
        assertThatThrownBy(() -> read(options)).isInstanceOf(SettingsException.class)
                .hasMessageStartingWith(message);
    }
}
