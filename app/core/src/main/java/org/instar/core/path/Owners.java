// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import org.instar.core.Protocol;
import org.instar.core.binding.StaticBindings;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.rule.StaticBinding;
import org.instar.engine.packet.IpPacket;

/**
 * Which shard's a packet is. Clients are dealt out by address and port, so that of an endpoint-independent binding both
 * ends are one shard's; ports of the pools belong to the shard that has leased their block.
 */
final class Owners {

    private final ShardGroup group;
    private final ShardSelector selector;
    private final PoolDirectory pools;
    private final SessionLifecycle lifecycle;
    private final int self;
    private final boolean alone;

    Owners(ShardGroup group, PoolDirectory pools, SessionLifecycle lifecycle) {
        this.group = group;
        this.selector = group.selector();
        this.pools = pools;
        this.lifecycle = lifecycle;
        this.self = group.self();
        this.alone = group.isAlone();
    }

    int self() {
        return self;
    }

    HandOver handOver() {
        return group.handOver();
    }

    /** The shard of a client's packet. */
    int of6(IncomingTuple tuple) {
        return alone ? self : selector.of(tuple.protocol(), tuple.clientHigh(), tuple.clientLow(), tuple.localPort());
    }

    /** The shard of a packet to a pool address; this one where nobody holds the port. */
    int of4(IncomingTuple tuple) {
        return alone ? self : ofPort(tuple.protocol(), tuple.poolAddress(), tuple.localPort());
    }

    /** The shard that has, or may have, the BIB entry of an IPv4 transport address; this one where none has. */
    int ofPort(Protocol protocol, int address, int port) {
        if (alone) {
            return self;
        }
        int leased = pools.ownerOf(address, port);
        StaticBindings bindings = lifecycle.staticBindings();
        StaticBinding fixed = bindings.isBound(address) ? bindings.find4(protocol, address, port) : null;
        // an entry of before the static binding goes on where it is
        if (fixed != null && (leased < 0 || !pools.isTaken(protocol, address, port))) {
            return selector.of(protocol, fixed.client().high(), fixed.client().low(), fixed.clientPort(port));
        }
        return leased < 0 ? self : leased;
    }

    /** The shard that puts the fragments of this client in order, whatever packet they are of. */
    int ofFragment6(IpPacket packet) {
        return alone ? self : selector.ofClient(packet.source6High(), packet.source6Low(), 0);
    }

    /** The shard that puts the fragments between these two addresses in order. */
    int ofFragment4(IpPacket packet) {
        return alone ? self : selector.ofFragments4(packet.source4(), packet.destination4());
    }
}
