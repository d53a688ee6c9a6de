// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/**
 * A BIB entry, or a range of them, made by the operator (RFC 6146 §3.2), as the planned {@code rdr64} of pf: an IPv4
 * transport address under which the world reaches an IPv6 host, and the host the world. One port, a range of ports,
 * or a whole address: all ports and ICMP identifiers. Immutable.
 */
public final class StaticBinding {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]{0,62}";

    private final String name;
    private final Set<Protocol> protocols;
    private final Ip6 client;
    private final int poolAddress;
    private final PortRanges clientPorts;
    private final PortRanges poolPorts;

    private StaticBinding(String name, Set<Protocol> protocols, Ip6 client, PortRanges clientPorts, int poolAddress,
            PortRanges poolPorts) {
        this.name = name;
        this.protocols = Collections.unmodifiableSet(EnumSet.copyOf(protocols));
        this.client = client;
        this.clientPorts = clientPorts;
        this.poolAddress = poolAddress;
        this.poolPorts = poolPorts;
    }

    /**
     * @param name        "" for none
     * @param protocols   at least one
     * @param clientPorts one range
     * @param poolAddress packed
     * @param poolPorts   one range of the same size: the n-th of one is the n-th of the other
     * @throws IllegalArgumentException when these don't go together
     */
    public static StaticBinding of(String name, Set<Protocol> protocols, Ip6 client, PortRanges clientPorts,
            int poolAddress, PortRanges poolPorts) {
        if (!name.isEmpty()) {
            checkedName(name);
        }
        if (!clientPorts.isOneRange() || !poolPorts.isOneRange()
                || clientPorts.last() - clientPorts.first() != poolPorts.last() - poolPorts.first()) {
            throw new IllegalArgumentException("client ports " + clientPorts + " and pool ports " + poolPorts
                    + " aren't two ranges of the same size");
        }
        if (protocols.contains(Protocol.ICMP) && !poolPorts.isAny()) {
            throw new IllegalArgumentException(
                    "a static binding with ports is for tcp, udp or both: expected 'proto' with these");
        }
        return new StaticBinding(name, protocols, client, clientPorts, poolAddress, poolPorts);
    }

    /**
     * Reads {@code rdr64 proto tcp from any to 192.0.2.70 port 8080 -> 2001:db8:6::80 port 80 name web}.
     *
     * @throws IllegalArgumentException naming the word that doesn't fit and what was expected
     */
    public static StaticBinding parse(String line) {
        Words words = new Words(line, "static binding");
        words.expect("rdr64");
        Set<Protocol> protocols = words.accept("proto") ? RuleParser.protocols(words) : EnumSet.allOf(Protocol.class);
        if (words.accept("from")) {
            words.expect("any");
        }
        words.expect("to");
        int poolAddress = words.take("the IPv4 address", Ip4::parse);
        PortRanges poolPorts = range(words);
        words.expect("->");
        Ip6 client = words.take("the client's IPv6 address", Ip6::parse);
        PortRanges clientPorts = words.peek().equals("port") ? range(words) : poolPorts;
        String name = words.accept("name") ? words.take("a name", StaticBinding::checkedName) : "";
        if (!words.atEnd()) {
            throw words.expected("'port', 'name' or the end of the static binding");
        }
        return of(name, protocols, client, clientPorts, poolAddress, poolPorts);
    }

    private static PortRanges range(Words words) {
        return words.accept("port") ? words.take("a port or a range of ports", PortRanges::parse) : PortRanges.ANY;
    }

    /**
     * The text, if it may be the name of a static binding.
     *
     * @throws IllegalArgumentException when it may not
     */
    public static String checkedName(String text) {
        if (!text.matches(NAME)) {
            throw new IllegalArgumentException("not a name of letters, digits, '_', '.', '-': '" + text + "'");
        }
        return text;
    }

    /** "" for none. */
    public String name() {
        return name;
    }

    public Set<Protocol> protocols() {
        return protocols;
    }

    public Ip6 client() {
        return client;
    }

    public int firstClientPort() {
        return clientPorts.first();
    }

    public int lastClientPort() {
        return clientPorts.last();
    }

    /** Packed. */
    public int poolAddress() {
        return poolAddress;
    }

    public int firstPoolPort() {
        return poolPorts.first();
    }

    public int lastPoolPort() {
        return poolPorts.last();
    }

    /** Whether it binds the whole address: every port to itself. */
    public boolean isWholeAddress() {
        return poolPorts.isAny();
    }

    /** The pool port of a client's, -1 when it isn't bound. */
    public int poolPort(int clientPort) {
        return clientPorts.contains(clientPort) ? clientPort - clientPorts.first() + poolPorts.first() : -1;
    }

    /** The client's port of a pool port, -1 when it isn't bound. */
    public int clientPort(int poolPort) {
        return poolPorts.contains(poolPort) ? poolPort - poolPorts.first() + clientPorts.first() : -1;
    }

    /** Whether both bind an IPv4 transport address of the same protocol. */
    public boolean overlaps4(StaticBinding other) {
        return poolAddress == other.poolAddress && !Collections.disjoint(protocols, other.protocols)
                && overlap(poolPorts, other.poolPorts);
    }

    /** Whether both bind an IPv6 transport address of the same protocol. */
    public boolean overlaps6(StaticBinding other) {
        return client.equals(other.client) && !Collections.disjoint(protocols, other.protocols)
                && overlap(clientPorts, other.clientPorts);
    }

    private static boolean overlap(PortRanges one, PortRanges other) {
        return one.first() <= other.last() && other.first() <= one.last();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof StaticBinding)) {
            return false;
        }
        StaticBinding that = (StaticBinding) other;
        return name.equals(that.name) && protocols.equals(that.protocols) && client.equals(that.client)
                && clientPorts.equals(that.clientPorts) && poolAddress == that.poolAddress
                && poolPorts.equals(that.poolPorts);
    }

    @Override
    public int hashCode() {
        return (client.hashCode() * 31 + poolAddress) * 31 + poolPorts.hashCode();
    }

    /** The line: {@link #parse} makes an equal static binding of it. */
    @Override
    public String toString() {
        return "rdr64 " + Selector.proto(protocols) + "from any to " + Ip4.toString(poolAddress) + port(poolPorts)
                + " -> " + client + port(clientPorts) + (name.isEmpty() ? "" : " name " + name);
    }

    private static String port(PortRanges ports) {
        return ports.isAny() ? "" : " port " + ports;
    }
}
