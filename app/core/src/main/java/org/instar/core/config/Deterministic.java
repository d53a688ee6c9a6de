// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import org.instar.engine.address.Prefix6;

/** Whose fixed ports a deterministic pool holds (RFC 7422): all subscribers of one IPv6 prefix. Immutable. */
public final class Deterministic {

    private final Prefix6 clients;
    private final int subscriberLength;

    Deterministic(Prefix6 clients, int subscriberLength) {
        this.clients = clients;
        this.subscriberLength = subscriberLength;
    }

    /** Where all the subscribers are. */
    public Prefix6 clients() {
        return clients;
    }

    /** Prefix length of one subscriber, in bits, at least that of {@link #clients()}. */
    public int subscriberLength() {
        return subscriberLength;
    }

    /** How many subscribers there can be: a power of two, at most 2^28. */
    public long subscribers() {
        return 1L << subscriberLength - clients.length();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Deterministic && ((Deterministic) other).clients.equals(clients)
                && ((Deterministic) other).subscriberLength == subscriberLength;
    }

    @Override
    public int hashCode() {
        return 31 * clients.hashCode() + subscriberLength;
    }

    @Override
    public String toString() {
        return clients + " by /" + subscriberLength;
    }
}
