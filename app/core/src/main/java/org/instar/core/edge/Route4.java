// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix4;

/** IPv4 destinations off the gateway's links, and the router for them. Immutable. */
public final class Route4 {

    /** Everything. */
    public static final Prefix4 DEFAULT = Prefix4.of(0, 0);

    private final Prefix4 destination;
    private final int nextHop;

    private Route4(Prefix4 destination, int nextHop) {
        this.destination = destination;
        this.nextHop = nextHop;
    }

    /**
     * @param nextHop a host of one of the gateway's links, packed
     */
    public static Route4 of(Prefix4 destination, int nextHop) {
        return new Route4(destination, nextHop);
    }

    public Prefix4 destination() {
        return destination;
    }

    /** Packed. */
    public int nextHop() {
        return nextHop;
    }

    @Override
    public String toString() {
        return destination + " by " + Ip4.toString(nextHop);
    }
}
