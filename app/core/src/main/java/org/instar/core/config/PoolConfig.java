// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix4;

/** An IPv4 pool: prefixes × port range × protocols. Immutable. */
public final class PoolConfig {

    /** The ports a pool has when it doesn't say: all but the well-known ones. */
    public static final PortRange DEFAULT_PORTS = PortRange.of(1024, 65535);

    /** A pool's addresses are kept one by one, so their number is bounded: a /16. */
    static final long MAX_ADDRESSES = 1 << 16;

    private final String name;
    private final List<Prefix4> prefixes;
    private final PortRange ports;
    private final Set<Protocol> protocols;

    private PoolConfig(String name, List<Prefix4> prefixes, PortRange ports, Set<Protocol> protocols) {
        this.name = name;
        this.prefixes = List.copyOf(prefixes);
        this.ports = ports;
        this.protocols = Collections.unmodifiableSet(EnumSet.copyOf(protocols));
    }

    static PoolConfig read(ConfigNode node) throws ConfigException {
        String name = node.required("name", PoolConfig::name);
        List<Prefix4> prefixes = node.list("prefixes", PoolConfig::unicast);
        PortRange ports = node.optional("ports", DEFAULT_PORTS, PortRange::parse);
        Set<Protocol> protocols = node.has("protocols")
                ? EnumSet.copyOf(node.list("protocols", Protocol::parse)) : EnumSet.allOf(Protocol.class);
        node.refuseUnknown();
        PoolConfig pool = new PoolConfig(name, prefixes, ports, protocols);
        for (int i = 0; i < prefixes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (prefixes.get(i).overlaps(prefixes.get(j))) {
                    throw node.error("prefixes[" + i + "]", prefixes.get(i) + " overlaps " + prefixes.get(j));
                }
            }
        }
        if (pool.addressCount() > MAX_ADDRESSES) {
            throw node.error("prefixes", "more than " + MAX_ADDRESSES + " addresses");
        }
        return pool;
    }

    private static Prefix4 unicast(String text) {
        Prefix4 prefix = Prefix4.parse(text);
        int first = prefix.address() >>> 24;
        if (prefix.length() < 8 || first == 0 || first == 127 || first >= 224) {
            throw new IllegalArgumentException("not addresses that hosts can have: '" + text + "'");
        }
        return prefix;
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
            throw new IllegalArgumentException("not a name of letters, digits, '_', '.', '-': '" + text + "'");
        }
        return text;
    }

    public String name() {
        return name;
    }

    public List<Prefix4> prefixes() {
        return prefixes;
    }

    public PortRange ports() {
        return ports;
    }

    public Set<Protocol> protocols() {
        return protocols;
    }

    /** Number of addresses in all prefixes. */
    public long addressCount() {
        return prefixes.stream().mapToLong(Prefix4::size).sum();
    }

    /** The first prefix of this pool that shares transport addresses with the other, -1 when none does. */
    int overlap(PoolConfig other) {
        if (!ports.overlaps(other.ports) || Collections.disjoint(protocols, other.protocols)) {
            return -1;
        }
        for (int i = 0; i < prefixes.size(); i++) {
            if (other.prefixes.stream().anyMatch(prefixes.get(i)::overlaps)) {
                return i;
            }
        }
        return -1;
    }
}
