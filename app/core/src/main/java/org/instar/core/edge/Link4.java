// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix4;

/** An IPv4 link of the gateway: its address there, what is on-link, and the VLAN. Immutable. */
public final class Link4 {

    private final int vlan;
    private final int address;
    private final Prefix4 prefix;

    private Link4(int vlan, int address, Prefix4 prefix) {
        this.vlan = vlan;
        this.address = address;
        this.prefix = prefix;
    }

    /**
     * @param vlan         1 to 4094, {@link Vlans#UNTAGGED}
     * @param address      the gateway's, packed
     * @param prefixLength of the link, 1 to 32
     */
    public static Link4 of(int vlan, int address, int prefixLength) {
        return new Link4(vlan, address, Prefix4.of(address & -1 << 32 - prefixLength, prefixLength));
    }

    public int vlan() {
        return vlan;
    }

    /** The gateway's address, packed. */
    public int address() {
        return address;
    }

    public Prefix4 prefix() {
        return prefix;
    }

    /** An address that one host can have: not the first and the last of the link (RFC 1122 §3.2.1.3). */
    public boolean isHost(int candidate) {
        return prefix.contains(candidate)
                && (prefix.length() > 30
                || candidate != prefix.address() && candidate != prefix.address() + (int) (prefix.size() - 1));
    }

    @Override
    public String toString() {
        return Vlans.text(vlan) + " " + Ip4.toString(address) + "/" + prefix.length();
    }
}
