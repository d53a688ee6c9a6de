// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.Optional;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/** Where packets to the addresses of a prefix go: a neighbor's MAC address, and the VLAN it is in. Immutable. */
public final class Hop {

    private final Prefix6 prefix6;
    private final Prefix4 prefix4;
    private final long mac;
    private final int vlan;

    private Hop(Prefix6 prefix6, Prefix4 prefix4, long mac, int vlan) {
        this.prefix6 = prefix6;
        this.prefix4 = prefix4;
        this.mac = mac;
        this.vlan = vlan;
    }

    /**
     * Packets to these destinations go to a neighbor.
     *
     * @param mac lower 48 bits
     * @param vlan 1 to 4094, {@link Vlans#UNTAGGED}
     */
    public static Hop of(Prefix6 prefix, long mac, int vlan) {
        return new Hop(prefix, null, mac, vlan);
    }

    /** As the other one, for IPv4 destinations. */
    public static Hop of(Prefix4 prefix, long mac, int vlan) {
        return new Hop(null, prefix, mac, vlan);
    }

    /** The destinations, if they are IPv6 ones. */
    public Optional<Prefix6> prefix6() {
        return Optional.ofNullable(prefix6);
    }

    /** The destinations, if they are IPv4 ones. */
    public Optional<Prefix4> prefix4() {
        return Optional.ofNullable(prefix4);
    }

    /** Lower 48 bits. */
    public long mac() {
        return mac;
    }

    /** 1 to 4094; {@link Vlans#UNTAGGED}. */
    public int vlan() {
        return vlan;
    }

    private Object prefix() {
        return prefix6 != null ? prefix6 : prefix4;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Hop && ((Hop) other).mac == mac && ((Hop) other).vlan == vlan
                && ((Hop) other).prefix().equals(prefix());
    }

    @Override
    public int hashCode() {
        return prefix().hashCode() * 31 + Long.hashCode(mac);
    }

    @Override
    public String toString() {
        return prefix() + " at " + MacAddress.toString(mac);
    }
}
