// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix4;

/** An IPv4 pool: addresses × port range × protocols, and how they are given out. Immutable. */
public final class PoolConfig {

    /** The ports a pool has when it doesn't say: all but the well-known ones. */
    public static final PortRange DEFAULT_PORTS = PortRange.of(1024, 65535);

    /** A deterministic pool gives every subscriber at least this many ports, and multiples of it. */
    public static final int LEAST_PORTS_PER_SUBSCRIBER = 16;

    private final String name;
    private final List<Prefix4> prefixes;
    private final String interfaceName;
    private final PortRange ports;
    private final Set<Protocol> protocols;
    private final int blockSize;
    private final int holdDownSeconds;
    private final int holdDownMaxPorts;
    private final Pairing pairing;
    private final Deterministic deterministic;
    private final int raisePercent;
    private final int clearPercent;
    private final boolean drain;

    PoolConfig(PoolConfigBuilder builder) {
        name = builder.name;
        prefixes = List.copyOf(builder.prefixes);
        interfaceName = builder.interfaceName;
        ports = builder.ports;
        protocols = Collections.unmodifiableSet(EnumSet.copyOf(builder.protocols));
        blockSize = builder.blockSize;
        holdDownSeconds = builder.holdDownSeconds;
        holdDownMaxPorts = builder.holdDownMaxPorts;
        pairing = builder.pairing;
        deterministic = builder.deterministic;
        raisePercent = builder.raisePercent;
        clearPercent = builder.clearPercent;
        drain = builder.drain;
    }

    static PoolConfig read(ConfigNode node) throws ConfigException {
        return PoolReader.read(node);
    }

    /** Starts a pool with the defaults of the configuration file. */
    public static PoolConfigBuilder builder(String name) {
        return new PoolConfigBuilder(name);
    }

    /** The pool that rules mean by {@code (eth0)}: the address that interface has, with the defaults for the rest. */
    public static PoolConfig ofInterface(String interfaceName) {
        return builder("(" + interfaceName + ")").followInterface(interfaceName).build();
    }

    public String name() {
        return name;
    }

    /** Empty for the pool of an interface. */
    public List<Prefix4> prefixes() {
        return prefixes;
    }

    /** The interface whose address, followed as it changes, is the pool's; empty for a pool of prefixes. */
    public Optional<String> interfaceName() {
        return Optional.ofNullable(interfaceName);
    }

    public PortRange ports() {
        return ports;
    }

    public Set<Protocol> protocols() {
        return protocols;
    }

    /** Ports of one block, a power of two from 16 to 65536. Blocks begin at multiples of it. */
    public int blockSize() {
        return blockSize;
    }

    /** How long a freed port rests before it is given out again (RFC 6888 REQ-8); 0: not at all. */
    public int holdDownSeconds() {
        return holdDownSeconds;
    }

    /** How many ports may rest at a time, over all protocols (RFC 6888 REQ-8); 0: any number. */
    public int holdDownMaxPorts() {
        return holdDownMaxPorts;
    }

    public Pairing pairing() {
        return pairing;
    }

    /** Present: every subscriber has fixed ports (RFC 7422). */
    public Optional<Deterministic> deterministic() {
        return Optional.ofNullable(deterministic);
    }

    /** How many subscribers of a deterministic pool share an address; 0 for other pools. */
    public int subscribersPerAddress() {
        return deterministic == null ? 0
                : (int) ((deterministic.subscribers() + addressCount() - 1) / addressCount());
    }

    /** How many ports each subscriber of a deterministic pool has, a multiple of 16; 0 for other pools. */
    public int portsPerSubscriber() {
        if (deterministic == null) {
            return 0;
        }
        int each = (ports.last() - firstPort() + 1) / subscribersPerAddress();
        return each - each % LEAST_PORTS_PER_SUBSCRIBER;
    }

    /** The first port that is given out: that of {@link #ports()}, but never port 0. */
    public int firstPort() {
        return Math.max(1, ports.first());
    }

    /** Share of blocks leased, in percent, at which the pool's alarm is raised. */
    public int raisePercent() {
        return raisePercent;
    }

    /** Share of blocks leased, in percent, at which the alarm is cleared; below {@link #raisePercent()}. */
    public int clearPercent() {
        return clearPercent;
    }

    /** Whether the pool is being emptied: no new bindings, the ones there are live on. */
    public boolean drain() {
        return drain;
    }

    /** Number of addresses in all prefixes; 0 for the pool of an interface. */
    public long addressCount() {
        return prefixes.stream().mapToLong(Prefix4::size).sum();
    }

    /**
     * The first prefix of this pool that shares transport addresses with the other, -1 when none does. A deterministic
     * pool shares no address at all: who has which of its ports follows from its own numbers alone.
     */
    int overlap(PoolConfig other) {
        boolean apart = !ports.overlaps(other.ports) || Collections.disjoint(protocols, other.protocols);
        if (apart && deterministic == null && other.deterministic == null) {
            return -1;
        }
        for (int i = 0; i < prefixes.size(); i++) {
            if (other.prefixes.stream().anyMatch(prefixes.get(i)::overlaps)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof PoolConfig)) {
            return false;
        }
        PoolConfig that = (PoolConfig) other;
        return name.equals(that.name) && prefixes.equals(that.prefixes)
                && Objects.equals(interfaceName, that.interfaceName)
                && ports.first() == that.ports.first() && ports.last() == that.ports.last()
                && protocols.equals(that.protocols) && blockSize == that.blockSize
                && holdDownSeconds == that.holdDownSeconds && holdDownMaxPorts == that.holdDownMaxPorts
                && pairing == that.pairing && Objects.equals(deterministic, that.deterministic)
                && raisePercent == that.raisePercent && clearPercent == that.clearPercent && drain == that.drain;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, prefixes, interfaceName, blockSize, holdDownSeconds, deterministic, drain);
    }

    @Override
    public String toString() {
        return name + " " + (interfaceName == null ? prefixes : "interface " + interfaceName) + " " + ports;
    }
}
