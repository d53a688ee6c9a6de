// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/**
 * What a BIB entry was at one moment: an IPv6 transport address bound to an IPv4 one (RFC 6146 §3.1). For ICMP the
 * identifiers stand in the ports' place. Immutable.
 */
public final class BibEntry {

    private final long id;
    private final Protocol protocol;
    private final long clientHigh;
    private final long clientLow;
    private final int clientPort;
    private final int poolAddress;
    private final int poolPort;
    private final boolean dependent;
    private final boolean fixed;
    private final int sessions;

    BibEntry(long id, Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort, boolean dependent, boolean fixed, int sessions) {
        this.id = id;
        this.protocol = protocol;
        this.clientHigh = clientHigh;
        this.clientLow = clientLow;
        this.clientPort = clientPort;
        this.poolAddress = poolAddress;
        this.poolPort = poolPort;
        this.dependent = dependent;
        this.fixed = fixed;
        this.sessions = sessions;
    }

    /** A number that no other entry of the shard will have for two million uses of its record. */
    public long id() {
        return id;
    }

    public Protocol protocol() {
        return protocol;
    }

    public long clientHigh() {
        return clientHigh;
    }

    public long clientLow() {
        return clientLow;
    }

    public Ip6 clientAddress() {
        return Ip6.of(clientHigh, clientLow);
    }

    public int clientPort() {
        return clientPort;
    }

    public int poolAddress() {
        return poolAddress;
    }

    public int poolPort() {
        return poolPort;
    }

    /** Whether this is an entry of endpoint-dependent mapping (RFC 4787 §4.1). */
    public boolean isDependent() {
        return dependent;
    }

    /** Whether the pair comes from a static binding. */
    public boolean isFixed() {
        return fixed;
    }

    /** How many sessions hold this entry; it goes with the last one (RFC 6146 §3.5.1). */
    public int sessions() {
        return sessions;
    }

    @Override
    public String toString() {
        return protocol.text() + " [" + clientAddress() + "]:" + clientPort
                + " <-> " + Ip4.toString(poolAddress) + ":" + poolPort;
    }
}
