// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.List;
import org.instar.engine.address.Prefix6;

/** A VLAN of IPv6 hosts that the gateway is the router of. Immutable. */
public final class Link6 {

    private final int vlan;
    private final List<Prefix6> prefixes;
    private final Advertisement advertisement;

    private Link6(int vlan, List<Prefix6> prefixes, Advertisement advertisement) {
        this.vlan = vlan;
        this.prefixes = List.copyOf(prefixes);
        this.advertisement = advertisement;
    }

    /**
     * @param vlan          1 to 4094, {@link Vlans#UNTAGGED}
     * @param prefixes      where global addresses are neighbors; link-local ones always are
     * @param advertisement what is advertised there; null: nothing is
     */
    public static Link6 of(int vlan, List<Prefix6> prefixes, Advertisement advertisement) {
        return new Link6(vlan, prefixes, advertisement);
    }

    public int vlan() {
        return vlan;
    }

    public List<Prefix6> prefixes() {
        return prefixes;
    }

    /** Null: nothing is advertised there. */
    public Advertisement advertisement() {
        return advertisement;
    }

    boolean isOnLink(long high, long low) {
        for (int i = 0; i < prefixes.size(); i++) {
            if (prefixes.get(i).contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return Vlans.text(vlan) + " " + prefixes;
    }
}
