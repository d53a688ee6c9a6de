// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import java.util.List;
import org.instar.core.Protocol;
import org.instar.core.binding.Bib;
import org.instar.engine.address.Prefix4;

/**
 * Step 5 (RFC 6146 §3.8): a packet whose IPv4 destination is the translator's own is turned: its outgoing tuple becomes
 * the incoming one, as if it had come in on the IPv4 side.
 */
final class HandleHairpin {

    private final Prefix4[] poolPrefixes;
    private final Bib bib;

    HandleHairpin(List<Prefix4> poolPrefixes, Bib bib) {
        this.poolPrefixes = poolPrefixes.toArray(new Prefix4[0]);
        this.bib = bib;
    }

    boolean isOwn(int destination) {
        for (Prefix4 prefix : poolPrefixes) {
            if (prefix.contains(destination)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether somebody holds the transport address that a packet from the IPv6 side goes to. Asked before the packet
     * makes any state. An echo request names no identifier of the receiver's, so it can't have one.
     */
    boolean hasReceiver(IncomingTuple tuple) {
        return tuple.protocol() != Protocol.ICMP
                && bib.find4(tuple.protocol(), tuple.remoteAddress(), tuple.remotePort()) != null;
    }
}
