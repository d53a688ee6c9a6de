// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.instar.core.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {

    private static final SubscriberLimits LIMITS = SubscriberLimits.of(100, 200, 300);

    private static Rule rule(String line) {
        return Rule.parse(3, line, TimerConfig.defaults(), LIMITS);
    }

    @Test
    void aShortRuleHasTheDefaults() {
        Rule rule = rule("nat64 from any to 64:ff9b::/96 -> pool main");

        assertThat(rule.number()).isEqualTo(3);
        assertThat(rule.translates()).isTrue();
        assertThat(rule.pools()).containsExactly("main");
        assertThat(rule.ingressPort()).isEmpty();
        assertThat(rule.ingressVlan()).isEqualTo(Ingress.UNKNOWN_VLAN);
        assertThat(rule.protocols()).containsExactly(Protocol.values());
        assertThat(rule.source()).hasToString("::/0");
        assertThat(rule.destination()).hasToString("64:ff9b::/96");
        assertThat(rule.sourcePorts().isAny()).isTrue();
        assertThat(rule.destinationPorts().isAny()).isTrue();
        assertThat(rule.mapping()).isEqualTo(Mapping.ENDPOINT_INDEPENDENT);
        assertThat(rule.filtering()).isEqualTo(Filtering.ENDPOINT_INDEPENDENT);
        assertThat(rule.inboundRefresh()).isTrue();
        assertThat(rule.place()).isEqualTo(Place.SWITCH);
        assertThat(rule.offloading()).isEmpty();
        assertThat(rule.timers()).isEqualTo(TimerConfig.defaults());
        assertThat(rule.limits()).isEqualTo(LIMITS);
    }

    @Test
    void aLongRuleHasWhatItSays() {
        Rule rule = rule("nat64 on port p1 vlan 10 proto { tcp, udp } from 2001:db8:6::/48 port 1024-65535"
                + " to 64:ff9b:1::/96 port { 80, 443 } -> pool main endpoint-dependent"
                + " filter address-and-port-dependent"
                + " timeout udp 120 udp-port 53 10 tcp-established 7440 limit ports 1024 sessions 2000 rate 50"
                + " place software offload after 20 no-inbound-refresh");

        assertThat(rule.offloading()).hasToString("Optional[after 20]");
        assertThat(rule.ingressPort()).isEqualTo("p1");
        assertThat(rule.ingressVlan()).isEqualTo(10);
        assertThat(rule.protocols()).containsExactly(Protocol.TCP, Protocol.UDP);
        assertThat(rule.source()).hasToString("2001:db8:6::/48");
        assertThat(rule.sourcePorts()).hasToString("1024-65535");
        assertThat(rule.destinationPorts()).hasToString("{ 80, 443 }");
        assertThat(rule.mapping()).isEqualTo(Mapping.ENDPOINT_DEPENDENT);
        assertThat(rule.filtering()).isEqualTo(Filtering.ADDRESS_AND_PORT_DEPENDENT);
        assertThat(rule.timers().udpSeconds()).isEqualTo(120);
        assertThat(rule.timers().udpSeconds(53)).isEqualTo(10);
        assertThat(rule.timers().udpSeconds(54)).isEqualTo(120);
        assertThat(rule.timers().icmpSeconds()).isEqualTo(60);
        assertThat(rule.limits()).isEqualTo(SubscriberLimits.of(1024, 2000, 50));
        assertThat(rule.place()).isEqualTo(Place.SOFTWARE);
        assertThat(rule.inboundRefresh()).isFalse();
    }

    @Test
    void whatARuleDoesNotStateIsTheConfigurations() {
        TimerConfig timers = TimerConfig.defaults().with(Timer.UDP, 600).with(Timer.ICMP, 61).withUdpPort(53, 5);
        Rule rule = Rule.parse(0, "nat64 -> pool a timeout udp 200 limit rate 0", timers, LIMITS);

        assertThat(rule.timers()).isEqualTo(timers.with(Timer.UDP, 200));
        assertThat(rule.limits()).isEqualTo(SubscriberLimits.of(100, 200, 0));
        assertThat(rule).hasToString("nat64 from any to any -> pool a timeout udp 200 limit rate 0");
    }

    @Test
    void shortTimersAreForThoseWhoPermitThem() {
        String line = "nat64 -> pool a timeout udp 5";
        assertThatThrownBy(() -> rule(line)).hasMessage("'5' (word 7): expected seconds: 5 is below the least value 120"
                + " (RFC 6146 4); timers.allowBelowRfcMinimum permits it");
        assertThat(Rule.parse(0, line, TimerConfig.defaults().permittingShort(), LIMITS).timers().udpSeconds())
                .isEqualTo(5);
    }

    @Test
    void sharedPortsAreFilteredByRemoteUnlessSaidOtherwise() {
        assertThat(rule("nat64 -> pool a endpoint-dependent").filtering())
                .isEqualTo(Filtering.ADDRESS_AND_PORT_DEPENDENT);
    }

    @Test
    void aRuleMayKeepPacketsFromBeingTranslated() {
        Rule rule = rule("no nat64 from any to 64:ff9b::a00:0/104   # 10.0.0.0/8");

        assertThat(rule.translates()).isFalse();
        assertThat(rule.pools()).isEmpty();
        assertThat(rule).hasToString("no nat64 from any to 64:ff9b::a00:0/104");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "nat64 -> (eth0)                        | nat64 from any to any -> (eth0)",
        "nat64 -> pool (eth0)                   | nat64 from any to any -> (eth0)",
        "nat64 -> (eth0), (eth1)                | nat64 from any to any -> (eth0), (eth1)",
        "nat64 -> pool a,(eth0) ,b              | nat64 from any to any -> pool a, (eth0), b",
        "nat64 proto{udp tcp} to ::/0 -> pool a | nat64 proto { tcp, udp } from any to any -> pool a",
        "nat64 proto {tcp,udp,icmp} -> pool a   | nat64 from any to any -> pool a",
        "nat64 proto tcp from any port {443 80-90,85-100, 101} -> pool a "
                + "| nat64 proto tcp from any port { 80-101, 443 } to any -> pool a",
        "nat64 proto tcp from any port 0-65535 -> pool a | nat64 proto tcp from any to any -> pool a",
        "nat64 on vlan 0 from 2001:DB8::1 -> pool a | nat64 on vlan 0 from 2001:db8::1/128 to any -> pool a",
        "nat64 on port vlan vlan 3 -> pool a    | nat64 on port vlan vlan 3 from any to any -> pool a",
        "nat64 -> pool a place any filter endpoint-independent | nat64 from any to any -> pool a place any"})
    void printsOneFormOfWhatCanBeSaidInMany(String line, String printed) {
        assertThat(rule(line)).hasToString(printed);
        assertThat(rule(printed)).isEqualTo(rule(line));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "rdr64 from any             | 'rdr64' (word 1): expected 'nat64'",
        "no rdr64                   | 'rdr64' (word 2): expected 'nat64'",
        "nat64 from any to any      | at the end of the rule: expected '->'",
        "nat64 form any             | 'form' (word 2): expected '->'",
        "nat64 to any from any      | 'from' (word 4): expected '->'",
        "nat64 on p1                | 'p1' (word 3): expected 'port' or 'vlan'",
        "nat64 on port ->           | '->' (word 4): expected a port's name",
        "nat64 on vlan 4095         | '4095' (word 4): expected a VLAN, 0 for untagged packets: not a whole number"
                + " from 0 to 4094: '4095'",
        "nat64 proto sctp           | 'sctp' (word 3): expected tcp, udp or icmp: not one of tcp, udp, icmp: 'sctp'",
        "nat64 proto { tcp          | at the end of the rule: expected tcp, udp or icmp",
        "nat64 proto { }            | '}' (word 4): expected tcp, udp or icmp",
        "nat64 from 192.0.2.0/24    | '192.0.2.0/24' (word 3): expected a source prefix or 'any': not an IPv6 address:"
                + " '192.0.2.0'",
        "nat64 to 2001:db8::1/64    | '2001:db8::1/64' (word 3): expected a destination prefix or 'any': bits set"
                + " behind the prefix length: '2001:db8::1/64'",
        "nat64 from any port http   | 'http' (word 5): expected a port or a range of ports: not ports like 80 or"
                + " 1024-65535: 'http'",
        "nat64 from any port 9-8    | '9-8' (word 5): expected a port or a range of ports: not a range of ports within"
                + " 0-65535: '9-8'",
        "nat64 to any port 80 -> pool a | a rule with ports is for tcp, udp or both: expected 'proto' with these",
        "nat64 -> main              | 'main' (word 3): expected 'pool' or an interface like (eth0)",
        "nat64 -> (eth0), main      | 'main' (word 5): expected an interface like (eth0): names of pools follow"
                + " the word 'pool'",
        "nat64 -> pool              | at the end of the rule: expected a pool's name",
        "nat64 -> pool a, a         | 'a' (word 6): expected a pool's name: is there twice",
        "nat64 -> pool ä            | 'ä' (word 4): expected a pool's name: neither a name of letters, digits, '_',"
                + " '.', '-' nor an interface in parentheses",
        "nat64 -> pool a b          | 'b' (word 5): expected an option (endpoint-dependent, filter, timeout, limit,"
                + " place, offload, no-inbound-refresh) or the end of the rule",
        "nat64 -> pool a offload later | 'later' (word 6): expected never, at-once, established or after N",
        "nat64 -> pool a offload after | at the end of the rule: expected a number of packets",
        "nat64 -> pool a offload after 0 | after 0 packets: that is at-once",
        "nat64 -> pool a filter none | 'none' (word 6): expected a filtering: not one of endpoint-independent,"
                + " address-dependent, address-and-port-dependent: 'none'",
        "nat64 -> pool a place here | 'here' (word 6): expected a place: not one of any, switch, software,"
                + " controller: 'here'",
        "nat64 -> pool a place any place any | 'place' (word 7): expected no second 'place'",
        "nat64 -> pool a timeout    | at the end of the rule: expected udp, icmp, tcp-established, tcp-transitory,"
                + " tcp-opening, tcp-closing, tcp-incoming-syn or udp-port",
        "nat64 -> pool a timeout tcp-opening 60 tcp-transitory 300 | 'tcp-transitory' (word 8): expected no second"
                + " 'tcp-opening'",
        "nat64 -> pool a timeout tcp-transitory 239 | '239' (word 7): expected seconds: 239 is below the least value"
                + " 240 (RFC 6146 4); timers.allowBelowRfcMinimum permits it",
        "nat64 -> pool a timeout udp soon | 'soon' (word 7): expected seconds: not a whole number from 0 to 65535:"
                + " 'soon'",
        "nat64 -> pool a timeout udp 0 | '0' (word 7): expected seconds: not a whole number from 1 to 65535: '0'",
        "nat64 -> pool a timeout udp 120 udp 120 | 'udp' (word 8): expected no second 'udp'",
        "nat64 -> pool a timeout udp-port 1024 10 | '10' (word 8): expected seconds: 10 is below the least value 120"
                + " (of ports above 1023, RFC 4787 REQ-5a); timers.allowBelowRfcMinimum permits it",
        "nat64 -> pool a timeout udp-port 5 9 udp-port 5 9 | '9' (word 11): expected no second timer of port 5",
        "nat64 -> pool a limit      | at the end of the rule: expected ports, sessions or rate",
        "nat64 -> pool a limit rate -1 | '-1' (word 7): expected a number, 0 for no limit: not a whole number from 0"
                + " to 100000000: '-1'",
        "nat64 -> pool a endpoint-dependent filter endpoint-independent | endpoint-dependent and filter"
                + " endpoint-independent don't go together: a pool port that clients share belongs to none of them for"
                + " strangers",
        "no nat64 from any to any -> pool a | '->' (word 7): expected the end of a rule that doesn't translate"})
    void anErrorNamesTheWordAndWhatWasExpected(String line, String message) {
        assertThatThrownBy(() -> rule(line)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "nat64 on port p1 -> pool a",
        "nat64 on vlan 0 -> pool a"})
    void aRuleForAPlaceIsNotForPacketsFromAnUnknownOne(String line) {
        assertThat(rule(line).matches(Ingress.UNKNOWN, Protocol.TCP, 0, 0, 0, 0, 0, 0)).isFalse();
        assertThat(rule(line).matches(Ingress.of("p1", 0), Protocol.TCP, 0, 0, 0, 0, 0, 0)).isTrue();
    }

    @Test
    void withoutRulesEachProtocolGoesToThePoolsThatHaveIt() {
        Map<String, Set<Protocol>> pools = new LinkedHashMap<>();
        pools.put("web", Set.of(Protocol.TCP));
        pools.put("rest", Set.of(Protocol.TCP, Protocol.UDP));
        pools.put("more", Set.of(Protocol.TCP, Protocol.UDP));

        assertThat(RuleSet.defaultFor(pools, TimerConfig.defaults(), LIMITS)).hasToString(
                "nat64 proto tcp from any to any -> pool web, rest, more\n"
                + "nat64 proto udp from any to any -> pool rest, more\n");
    }

    @Test
    void staticBindingsHaveARuleOfTheConfigurationsValues() {
        TimerConfig timers = TimerConfig.defaults().with(Timer.ICMP, 61);
        Rule rule = RuleSet.defaultFor(Map.of(), timers, LIMITS).staticBindingRule();

        assertThat(rule.number()).isEqualTo(RuleSet.STATIC_BINDINGS);
        assertThat(rule.timers()).isEqualTo(timers);
        assertThat(rule.limits()).isEqualTo(LIMITS);
        assertThat(rule.filtering()).isEqualTo(Filtering.ENDPOINT_INDEPENDENT);
    }
}
