// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;

/**
 * Step 3 (RFC 6146 §3.6): the client's end comes from the BIB, the remote end from the algorithm of RFC 6052. Kept
 * apart because hairpinning would not work otherwise.
 */
final class ComputeOutgoingTuple {

    private final OutgoingTuple4 tuple4 = new OutgoingTuple4();
    private final OutgoingTuple6 tuple6 = new OutgoingTuple6();

    /**
     * Towards the IPv4 side (§3.6.1, §3.6.2): for ICMP the identifier is the source port. An ICMP error message comes
     * from the binding's address, whichever IPv6 router reports.
     */
    OutgoingTuple4 to4(BibEntry binding, IncomingTuple tuple) {
        tuple4.set(binding.poolAddress(), tuple.remoteAddress(), binding.poolPort(), tuple.remotePort());
        return tuple4;
    }

    /**
     * Towards the IPv6 side (§3.6.1, §3.6.2): for ICMP the identifier is the destination port. An ICMP error message
     * comes from the IPv4 router that reports, so that traceroute shows it.
     */
    OutgoingTuple6 to6(BibEntry binding, IncomingTuple tuple, Prefix64 prefix, IpPacket packet) {
        int remote = tuple.remoteAddress();
        tuple6.set(prefix.embedHigh(remote), prefix.embedLow(remote), binding.clientHigh(), binding.clientLow(),
                tuple.remotePort(), binding.clientPort());
        if (tuple.isIcmpError()) {
            int reporter = packet.quoted().reporter4();
            tuple6.setReporter(prefix.embedHigh(reporter), prefix.embedLow(reporter));
        }
        return tuple6;
    }
}
