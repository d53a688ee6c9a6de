// SPDX-License-Identifier: Apache-2.0
package org.instar.core.binding;

import org.instar.core.Protocol;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;

/**
 * One entry of a BIB: an IPv6 transport address bound to an IPv4 one (RFC 6146 §3.1). For ICMP the identifiers stand in
 * the ports' place. Written by one thread; others may read it.
 */
public final class BibEntry {

    private final long id;
    private final Protocol protocol;
    private final long clientHigh;
    private final long clientLow;
    private final int clientPort;
    private final int poolAddress;
    private final int poolPort;
    private int sessions;

    BibEntry(long id, Protocol protocol, long clientHigh, long clientLow, int clientPort, int poolAddress,
            int poolPort) {
        this.id = id;
        this.protocol = protocol;
        this.clientHigh = clientHigh;
        this.clientLow = clientLow;
        this.clientPort = clientPort;
        this.poolAddress = poolAddress;
        this.poolPort = poolPort;
    }

    /** Grows with every entry made; never used twice. */
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

    /** How many sessions hold this entry; it goes with the last one (RFC 6146 §3.5.1). */
    public int sessions() {
        return sessions;
    }

    public void addSession() {
        sessions++;
    }

    /** Takes a session away; true when it was the last. */
    public boolean removeSession() {
        return --sessions == 0;
    }

    @Override
    public String toString() {
        return protocol.text() + " [" + clientAddress() + "]:" + clientPort
                + " <-> " + Ip4.toString(poolAddress) + ":" + poolPort;
    }
}
