// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;

/** Which prefixes represent an IPv4 address (RFC 6147 §5.1.7, §5.2), and which one an IPv6 address is of (§5.3.1). */
final class PrefixChoice {

    /** RFC 6052 §3.1: the addresses of RFC 1918 and of RFC 5735 §3 that are not global, and RFC 6598's. */
    private static final List<Prefix4> NOT_GLOBAL = Stream.of("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
            "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4")
            .map(Prefix4::parse)
            .collect(Collectors.toList());

    private final List<Prefix64> prefixes;
    private final List<Prefix64> longestFirst;

    PrefixChoice(List<Prefix64> prefixes) {
        this.prefixes = prefixes;
        longestFirst = new ArrayList<>(prefixes);
        if (!prefixes.contains(Prefix64.WELL_KNOWN)) {
            longestFirst.add(Prefix64.WELL_KNOWN);   // RFC 6147 §5.3.1: it is looked for in PTR queries always
        }
        longestFirst.sort(Comparator.comparingInt(Prefix64::length).reversed());
    }

    /** One IPv6 address per prefix that may represent the IPv4 address, in the order of the settings. */
    List<Ip6> represent(int ip4) {
        return prefixes.stream()
                .filter(prefix -> !prefix.equals(Prefix64.WELL_KNOWN) || isGlobal(ip4))
                .map(prefix -> prefix.embed(ip4))
                .collect(Collectors.toList());
    }

    /** One IPv6 address per prefix, for the addresses of ipv4only.arpa: not global, represented all the same. */
    List<Ip6> representAlways(int ip4) {
        return prefixes.stream().map(prefix -> prefix.embed(ip4)).collect(Collectors.toList());
    }

    /** The longest prefix that an address is in. */
    Optional<Prefix64> prefixOf(Ip6 address) {
        return longestFirst.stream().filter(prefix -> prefix.contains(address)).findFirst();
    }

    private static boolean isGlobal(int ip4) {
        return NOT_GLOBAL.stream().noneMatch(prefix -> prefix.contains(ip4));
    }
}
