// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.Optional;
import java.util.function.Predicate;
import org.instar.core.Protocol;
import org.instar.core.binding.BibEntry;
import org.instar.core.session.Session;
import org.instar.engine.address.Ip6;

/** Picks sessions or BIB entries; what isn't given matches all. Immutable. */
public final class SessionFilter implements Predicate<Session> {

    /** Matches everything. */
    public static final SessionFilter ALL = new SessionFilter(null, null);

    private final Ip6 client;
    private final Protocol protocol;

    private SessionFilter(Ip6 client, Protocol protocol) {
        this.client = client;
        this.protocol = protocol;
    }

    public static SessionFilter of(Optional<Ip6> client, Optional<Protocol> protocol) {
        return new SessionFilter(client.orElse(null), protocol.orElse(null));
    }

    /** Whether this matches everything. */
    public boolean isEmpty() {
        return client == null && protocol == null;
    }

    @Override
    public boolean test(Session session) {
        return matches(session.binding());
    }

    public boolean matches(BibEntry binding) {
        return (protocol == null || binding.protocol() == protocol)
                && (client == null || binding.clientHigh() == client.high() && binding.clientLow() == client.low());
    }
}
