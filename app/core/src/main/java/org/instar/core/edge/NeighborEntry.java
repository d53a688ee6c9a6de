// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/** A neighbor as it was when listed. Immutable. */
public final class NeighborEntry {

    private final boolean ipv6;
    private final long high;
    private final long low;
    private final int vlan;
    private final long mac;
    private final NeighborState state;
    private final boolean router;

    NeighborEntry(boolean ipv6, Neighbor neighbor, long nowNanos) {
        this.ipv6 = ipv6;
        this.high = neighbor.high;
        this.low = neighbor.low;
        this.vlan = neighbor.vlan;
        this.mac = neighbor.mac;
        this.state = neighbor.stateAt(nowNanos);
        this.router = neighbor.router;
    }

    public boolean isIpv6() {
        return ipv6;
    }

    /** The address as text, of either version. */
    public String address() {
        return ipv6 ? Ip6.toString(high, low) : Ip4.toString((int) low);
    }

    /** 1 to 4094, 0: untagged; -1 while it is being searched in several. */
    public int vlan() {
        return vlan;
    }

    public boolean hasMac() {
        return mac != MacAddress.NONE;
    }

    /** The link-layer address, 48 bits; -1 while {@link #hasMac()} is false. */
    public long mac() {
        return mac;
    }

    public NeighborState state() {
        return state;
    }

    /** Whether it advertised itself as a router (RFC 4861's IsRouter); never for IPv4. */
    public boolean router() {
        return router;
    }

    @Override
    public String toString() {
        return address() + (vlan > 0 ? " vlan " + vlan : "") + (hasMac() ? " " + MacAddress.toString(mac) : "")
                + " " + state + (router ? " router" : "");
    }
}
