// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.List;
import org.instar.engine.address.Prefix6;

/** The IPv6 sources that may come in at a port, in a VLAN, or anywhere. Immutable. */
public final class IngressSources {

    private final String port;
    private final int vlan;
    private final List<Prefix6> sources;

    private IngressSources(String port, int vlan, List<Prefix6> sources) {
        this.port = port;
        this.vlan = vlan;
        this.sources = List.copyOf(sources);
    }

    /**
     * @param port OpenFlow port name, "" for all
     * @param vlan 1 to 4094, {@link Ingress#UNTAGGED}, or {@link Ingress#UNKNOWN_VLAN} for all packets
     */
    public static IngressSources of(String port, int vlan, List<Prefix6> sources) {
        return new IngressSources(port, vlan, sources);
    }

    /** A port that a frame's isn't known to be doesn't fit; of packets without frames everything is taken to fit. */
    boolean holdsFor(Ingress ingress) {
        return (port.isEmpty() || port.equals(ingress.port()) || ingress.port().isEmpty() && !ingress.lacksPort())
                && (vlan == Ingress.UNKNOWN_VLAN || ingress.vlan() == Ingress.UNKNOWN_VLAN || vlan == ingress.vlan());
    }

    boolean contains(long high, long low) {
        for (int i = 0; i < sources.size(); i++) {
            if (sources.get(i).contains(high, low)) {
                return true;
            }
        }
        return false;
    }

    /** "" for all. */
    public String port() {
        return port;
    }

    /** {@link Ingress#UNKNOWN_VLAN} for all packets. */
    public int vlan() {
        return vlan;
    }

    public List<Prefix6> sources() {
        return sources;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IngressSources && ((IngressSources) other).port.equals(port)
                && ((IngressSources) other).vlan == vlan && ((IngressSources) other).sources.equals(sources);
    }

    @Override
    public int hashCode() {
        return (port.hashCode() * 31 + vlan) * 31 + sources.hashCode();
    }

    @Override
    public String toString() {
        return (port.isEmpty() ? "" : "port " + port + " ") + (vlan == Ingress.UNKNOWN_VLAN ? "" : "vlan " + vlan + " ")
                + "sources " + sources;
    }
}
