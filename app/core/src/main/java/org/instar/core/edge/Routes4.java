// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.instar.engine.address.Prefix4;

/** Where IPv4 packets go next: the links and the routes, the longest prefix first. Immutable. */
final class Routes4 {

    /** A link, or a route by a host of it. */
    static final class Way {

        final Prefix4 prefix;
        final Link4 link;
        final boolean onLink;
        /** The router; of no meaning on-link. */
        final int nextHop;

        private Way(Prefix4 prefix, Link4 link, boolean onLink, int nextHop) {
            this.prefix = prefix;
            this.link = link;
            this.onLink = onLink;
            this.nextHop = nextHop;
        }
    }

    private final Way[] ways;

    Routes4(List<Link4> links, List<Route4> routes) {
        List<Way> all = new ArrayList<>();
        links.forEach(link -> all.add(new Way(link.prefix(), link, true, 0)));
        for (Route4 route : routes) {
            links.stream().filter(link -> link.isHost(route.nextHop())).findFirst()
                    .ifPresent(link -> all.add(new Way(route.destination(), link, false, route.nextHop())));
        }
        all.sort(Comparator.comparingInt(way -> -way.prefix.length()));
        this.ways = all.toArray(new Way[0]);
    }

    /** The way to an address, or null. */
    Way find(int destination) {
        for (Way way : ways) {
            if (way.prefix.contains(destination)) {
                return way;
            }
        }
        return null;
    }
}
