// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Prefix6;

/**
 * What one subscriber of a deterministic pool has (RFC 7422), asked for from either end and computed from the
 * configuration alone. Immutable.
 */
public final class FixedPorts {

    private final PoolConfig pool;
    private final int shards;
    private final Prefix6 subscriber;
    private final PortSpan span;

    private FixedPorts(PoolConfig pool, int shards, Prefix6 subscriber, PortSpan span) {
        this.pool = pool;
        this.shards = shards;
        this.subscriber = subscriber;
        this.span = span;
    }

    /**
     * The ports of a client.
     *
     * @param client a host, or a prefix that is one subscriber's
     * @param shards of the translator, 1 or more
     * @return empty for what is outside the pool's clients, or wider than a subscriber
     * @throws IllegalArgumentException when the pool is not deterministic
     */
    public static Optional<FixedPorts> ofClient(PoolConfig pool, int shards, Prefix6 client) {
        DeterministicMap map = new DeterministicMap(pool);
        return map.forward(client).map(span ->
                new FixedPorts(pool, shards, map.reverse(span.address(), span.first()).orElseThrow(), span));
    }

    /**
     * The ports of the subscriber that has an IPv4 transport address.
     *
     * @param address packed
     * @return empty when it is nobody's
     * @throws IllegalArgumentException when the pool is not deterministic
     */
    public static Optional<FixedPorts> ofPort(PoolConfig pool, int shards, int address, int port) {
        DeterministicMap map = new DeterministicMap(pool);
        return map.reverse(address, port).map(subscriber ->
                new FixedPorts(pool, shards, subscriber, map.forward(subscriber).orElseThrow()));
    }

    /** The name of the pool. */
    public String poolName() {
        return pool.name();
    }

    public Prefix6 subscriber() {
        return subscriber;
    }

    /** All its ports, those of every shard. */
    public PortSpan span() {
        return span;
    }

    /** The protocols for which these are its ports. */
    public Set<Protocol> protocols() {
        return pool.protocols();
    }

    public int shards() {
        return shards;
    }

    /** The shard that gives out a port. */
    public int shardOf(int port) {
        return Grid.stripe(port, shards);
    }

    /** The ports that a shard gives out, in order. */
    public List<PortSpan> ofShard(int shard) {
        List<PortSpan> spans = new ArrayList<>();
        int first = span.first();
        for (int port = first; port <= span.last(); port++) {
            boolean ends = port == span.last() || shardOf(port + 1) != shardOf(port);
            if (ends && shardOf(port) == shard) {
                spans.add(new PortSpan(span.address(), first, port));
            }
            first = ends ? port + 1 : first;
        }
        return spans;
    }

    /** "main: 2001:db8:100:2a::/64 has 192.0.2.66:41344-45375 of tcp, udp, icmp". */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        pool.protocols().forEach(protocol -> names.add(protocol.text()));
        return pool.name() + ": " + subscriber + " has " + span + " of " + String.join(", ", names);
    }
}
