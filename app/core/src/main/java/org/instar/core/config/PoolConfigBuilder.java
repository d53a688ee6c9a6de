// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/**
 * Makes a {@link PoolConfig}, starting from the defaults. What it is given is not checked together: the configuration
 * reader does that, and says which field is wrong.
 */
public final class PoolConfigBuilder {

    static final int DEFAULT_BLOCK_SIZE = 256;
    /** RFC 6888 REQ-8. */
    static final int DEFAULT_HOLD_DOWN_SECONDS = 120;
    static final int DEFAULT_RAISE_PERCENT = 90;
    static final int DEFAULT_CLEAR_PERCENT = 75;

    final String name;
    final List<Prefix4> prefixes = new ArrayList<>();
    String interfaceName;
    PortRange ports = PoolConfig.DEFAULT_PORTS;
    Set<Protocol> protocols = EnumSet.allOf(Protocol.class);
    int blockSize = DEFAULT_BLOCK_SIZE;
    int holdDownSeconds = DEFAULT_HOLD_DOWN_SECONDS;
    int holdDownMaxPorts;
    Pairing pairing = Pairing.SOFT;
    Deterministic deterministic;
    int raisePercent = DEFAULT_RAISE_PERCENT;
    int clearPercent = DEFAULT_CLEAR_PERCENT;
    boolean drain;

    PoolConfigBuilder(String name) {
        this.name = name;
    }

    /** Adds addresses. */
    public PoolConfigBuilder prefix(Prefix4 prefix) {
        prefixes.add(prefix);
        return this;
    }

    /** Takes the address of an interface instead of prefixes. */
    public PoolConfigBuilder followInterface(String interfaceName) {
        this.interfaceName = interfaceName;
        return this;
    }

    public PoolConfigBuilder ports(int first, int last) {
        ports = PortRange.of(first, last);
        return this;
    }

    public PoolConfigBuilder protocols(Set<Protocol> protocols) {
        this.protocols = EnumSet.copyOf(protocols);
        return this;
    }

    /**
     * @param blockSize ports, a power of two from 16 to 65536
     */
    public PoolConfigBuilder blockSize(int blockSize) {
        if (blockSize < 16 || blockSize > 65536 || Integer.bitCount(blockSize) != 1) {
            throw new IllegalArgumentException("not a power of two from 16 to 65536: '" + blockSize + "'");
        }
        this.blockSize = blockSize;
        return this;
    }

    public PoolConfigBuilder holdDownSeconds(int seconds) {
        this.holdDownSeconds = seconds;
        return this;
    }

    public PoolConfigBuilder holdDownMaxPorts(int maxPorts) {
        this.holdDownMaxPorts = maxPorts;
        return this;
    }

    public PoolConfigBuilder pairing(Pairing pairing) {
        this.pairing = pairing;
        return this;
    }

    /** Fixed ports for each prefix of {@code subscriberLength} bits within {@code clients}. */
    public PoolConfigBuilder deterministic(Prefix6 clients, int subscriberLength) {
        this.deterministic = new Deterministic(clients, subscriberLength);
        return this;
    }

    public PoolConfigBuilder alarm(int raisePercent, int clearPercent) {
        this.raisePercent = raisePercent;
        this.clearPercent = clearPercent;
        return this;
    }

    public PoolConfigBuilder drain(boolean drain) {
        this.drain = drain;
        return this;
    }

    public PoolConfig build() {
        return new PoolConfig(this);
    }
}
