// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

/** Where a packet came in: the port's name and the VLAN, either of them perhaps unknown. Immutable. */
public final class Ingress {

    /** The VLAN of a packet of which it isn't known. */
    public static final int UNKNOWN_VLAN = -1;
    /** The VLAN of an untagged packet. */
    public static final int UNTAGGED = 0;
    /** The greatest VLAN identifier (IEEE 802.1Q). */
    public static final int MAX_VLAN = 4094;

    /** Nothing is known, as of packets without frames: no rule that names a port or a VLAN matches. */
    public static final Ingress UNKNOWN = new Ingress("", UNKNOWN_VLAN);
    /** An untagged frame that nobody knows the port of. */
    public static final Ingress UNTAGGED_FRAME = new Ingress("", UNTAGGED);

    private final String port;
    private final int vlan;

    private Ingress(String port, int vlan) {
        this.port = port;
        this.vlan = vlan;
    }

    /**
     * @param port OpenFlow port name, "" where it is unknown
     * @param vlan 1 to 4094, {@link #UNTAGGED} or {@link #UNKNOWN_VLAN}
     * @throws IllegalArgumentException for another VLAN
     */
    public static Ingress of(String port, int vlan) {
        if (vlan < UNKNOWN_VLAN || vlan > MAX_VLAN) {
            throw new IllegalArgumentException("not a VLAN from 0 to 4094: '" + vlan + "'");
        }
        return new Ingress(port, vlan);
    }

    /** OpenFlow port name, "" where it is unknown. */
    public String port() {
        return port;
    }

    /** Whether this is of a frame, which has come in at a port that isn't known. */
    public boolean lacksPort() {
        return port.isEmpty() && vlan != UNKNOWN_VLAN;
    }

    /** The same with the VLAN that is found in the packet. */
    public Ingress withVlan(int found) {
        return found == vlan ? this : of(port, found);
    }

    /** 1 to 4094, {@link #UNTAGGED} or {@link #UNKNOWN_VLAN}. */
    public int vlan() {
        return vlan;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ingress && ((Ingress) other).vlan == vlan && ((Ingress) other).port.equals(port);
    }

    @Override
    public int hashCode() {
        return 31 * port.hashCode() + vlan;
    }

    @Override
    public String toString() {
        return "port " + (port.isEmpty() ? "unknown" : port) + " vlan " + (vlan == UNKNOWN_VLAN ? "unknown" : vlan);
    }
}
