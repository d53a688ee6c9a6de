// SPDX-License-Identifier: Apache-2.0
package org.instar.core.path;

import org.instar.core.binding.Bib;
import org.instar.engine.address.Prefix64;
import org.instar.engine.packet.IpPacket;
import org.instar.engine.translate.OutgoingTuple4;
import org.instar.engine.translate.OutgoingTuple6;

/**
 * Step 3 (RFC 6146 §3.6): the client's end comes from the BIB, the remote end from the algorithm of RFC 6052. Kept
 * apart because hairpinning would not work otherwise.
 */
final class ComputeOutgoingTuple {

    private final Bib bib;
    private final OutgoingTuple4 tuple4 = new OutgoingTuple4();
    private final OutgoingTuple6 tuple6 = new OutgoingTuple6();

    ComputeOutgoingTuple(Bib bib) {
        this.bib = bib;
    }

    /**
     * Towards the IPv4 side (§3.6.1, §3.6.2): for ICMP the identifier is the source port. An ICMP error message comes
     * from the binding's address, whichever IPv6 router reports.
     */
    OutgoingTuple4 to4(int binding, IncomingTuple tuple) {
        tuple4.set(bib.poolAddress(binding), tuple.remoteAddress(), bib.poolPort(binding), tuple.remotePort());
        return tuple4;
    }

    /**
     * Towards the IPv6 side (§3.6.1, §3.6.2): for ICMP the identifier is the destination port. An ICMP error message
     * comes from the IPv4 router that reports, so that traceroute shows it.
     */
    OutgoingTuple6 to6(int binding, IncomingTuple tuple, Prefix64 prefix, IpPacket packet) {
        int remote = tuple.remoteAddress();
        tuple6.set(prefix.embedHigh(remote), prefix.embedLow(remote), bib.clientHigh(binding), bib.clientLow(binding),
                tuple.remotePort(), bib.clientPort(binding));
        if (tuple.isIcmpError()) {
            int reporter = packet.quoted().reporter4();
            tuple6.setReporter(prefix.embedHigh(reporter), prefix.embedLow(reporter));
        }
        return tuple6;
    }
}
