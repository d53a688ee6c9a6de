// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix6;

/** The part of a rule that says which packets it is for. Matching makes no objects. Immutable. */
final class Selector {

    /** ::/0. */
    static final Prefix6 ANYWHERE = Prefix6.parse("::/0");

    private final String port;
    private final int vlan;
    private final Set<Protocol> protocols;
    private final int protocolBits;
    private final Prefix6 source;
    private final PortRanges sourcePorts;
    private final Prefix6 destination;
    private final PortRanges destinationPorts;

    Selector(RuleBuilder builder) {
        this.port = builder.port;
        this.vlan = builder.vlan;
        this.protocols = Collections.unmodifiableSet(EnumSet.copyOf(builder.protocols));
        int bits = 0;
        for (Protocol protocol : protocols) {
            bits |= 1 << protocol.ordinal();
        }
        this.protocolBits = bits;
        this.source = builder.source;
        this.sourcePorts = builder.sourcePorts;
        this.destination = builder.destination;
        this.destinationPorts = builder.destinationPorts;
    }

    boolean matches(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        return (port.isEmpty() || port.equals(ingress.port())) && matchesAtSomePort(ingress, protocol, sourceHigh,
                sourceLow, sourcePort, destinationHigh, destinationLow, destinationPort);
    }

    /** Matches, but for the port that it came in at. */
    boolean matchesAtSomePort(Ingress ingress, Protocol protocol, long sourceHigh, long sourceLow, int sourcePort,
            long destinationHigh, long destinationLow, int destinationPort) {
        return (protocolBits & 1 << protocol.ordinal()) != 0
                && destination.contains(destinationHigh, destinationLow)
                && source.contains(sourceHigh, sourceLow)
                && destinationPorts.contains(destinationPort)
                && sourcePorts.contains(sourcePort)
                && (vlan == Ingress.UNKNOWN_VLAN || vlan == ingress.vlan());
    }

    String port() {
        return port;
    }

    int vlan() {
        return vlan;
    }

    Set<Protocol> protocols() {
        return protocols;
    }

    Prefix6 source() {
        return source;
    }

    PortRanges sourcePorts() {
        return sourcePorts;
    }

    Prefix6 destination() {
        return destination;
    }

    PortRanges destinationPorts() {
        return destinationPorts;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof Selector)) {
            return false;
        }
        Selector that = (Selector) other;
        return port.equals(that.port) && vlan == that.vlan && protocols.equals(that.protocols)
                && source.equals(that.source) && sourcePorts.equals(that.sourcePorts)
                && destination.equals(that.destination) && destinationPorts.equals(that.destinationPorts);
    }

    @Override
    public int hashCode() {
        return (source.hashCode() * 31 + destination.hashCode()) * 31 + protocolBits;
    }

    /** "on port p1 vlan 10 proto tcp from any to 64:ff9b::/96 port 80". */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (!port.isEmpty() || vlan != Ingress.UNKNOWN_VLAN) {
            text.append("on ").append(port.isEmpty() ? "" : "port " + port + " ")
                    .append(vlan == Ingress.UNKNOWN_VLAN ? "" : "vlan " + vlan + " ");
        }
        return text + proto(protocols) + "from " + text(source, sourcePorts)
                + " to " + text(destination, destinationPorts);
    }

    /** "proto tcp ", "proto { tcp, udp } ", or nothing for all protocols. */
    static String proto(Set<Protocol> protocols) {
        if (protocols.size() == Protocol.values().length) {
            return "";
        }
        String names = protocols.stream().map(Protocol::text).collect(Collectors.joining(", "));
        return protocols.size() == 1 ? "proto " + names + " " : "proto { " + names + " } ";
    }

    private static String text(Prefix6 prefix, PortRanges ports) {
        return (prefix.equals(ANYWHERE) ? "any" : prefix.toString()) + (ports.isAny() ? "" : " port " + ports);
    }
}
