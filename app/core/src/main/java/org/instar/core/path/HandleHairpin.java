// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.core.pool.PoolDirectory;
import org.instar.core.session.SessionTable;
import org.instar.core.session.ShardState;
import org.instar.core.table.RecordStore;

/**
 * Step 5 (RFC 6146 §3.8): a packet whose IPv4 destination is the translator's own is turned: its outgoing tuple becomes
 * the incoming one, as if it had come in on the IPv4 side.
 */
final class HandleHairpin {

    private final PoolDirectory pools;
    private final SessionLifecycle lifecycle;
    private final Bib bib;
    private final SessionTable sessions;
    private final Owners owners;

    HandleHairpin(PoolDirectory pools, SessionLifecycle lifecycle, ShardState state, Owners owners) {
        this.owners = owners;
        this.pools = pools;
        this.lifecycle = lifecycle;
        this.bib = state.bib();
        this.sessions = state.sessions();
    }

    boolean isOwn(int destination) {
        return pools.isPoolAddress(destination) || lifecycle.staticBindings().isBound(destination);
    }

    /**
     * Whether somebody holds the transport address that a packet from the IPv6 side goes to, in whichever shard. Asked
     * before the packet makes any state. An echo request names no identifier of the receiver's, so it can't have one.
     */
    boolean hasReceiver(IncomingTuple tuple) {
        Protocol protocol = tuple.protocol();
        int address = tuple.remoteAddress();
        int port = tuple.remotePort();
        if (protocol == Protocol.ICMP) {
            return false;
        }
        if (lifecycle.staticBindings().find4(protocol, address, port) != null) {
            return true;
        }
        return owners.ofPort(protocol, address, port) == owners.self()
                ? bib.find4(protocol, address, port) != RecordStore.NONE || sessions.hasDependent()
                : pools.isTaken(protocol, address, port);
    }
}
