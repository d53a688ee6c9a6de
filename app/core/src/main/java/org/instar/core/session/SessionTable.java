// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.instar.core.binding.BibEntry;
import org.instar.engine.address.Prefix64;

/**
 * The session tables of all protocols (RFC 6146 §3.2). A session is found by its BIB entry and its remote endpoint: a
 * packet of either direction leads to the BIB entry first. One thread writes; {@link #byId()} may be read by any.
 */
public final class SessionTable {

    /** A BIB entry and a remote endpoint. Mutable only so that one instance serves all look-ups. */
    private static final class Key {

        private long bindingId;
        private int address;
        private int port;

        Key set(BibEntry binding, int newAddress, int newPort) {
            bindingId = binding.id();
            address = newAddress;
            port = newPort;
            return this;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key && ((Key) other).bindingId == bindingId
                    && ((Key) other).address == address && ((Key) other).port == port;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(bindingId * 0x9e3779b97f4a7c15L) ^ address * 31 + port;
        }
    }

    private final Map<Key, Session> byEndpoints = new HashMap<>();
    private final ConcurrentNavigableMap<Long, Session> byId = new ConcurrentSkipListMap<>();
    private final Key lookup = new Key();
    private long lastId;

    /** The session of a BIB entry with a remote endpoint, or null. */
    public Session find(BibEntry binding, int remoteAddress, int remotePort) {
        return byEndpoints.get(lookup.set(binding, remoteAddress, remotePort));
    }

    /** Makes the session of a BIB entry with a remote endpoint that has none yet. */
    public Session create(BibEntry binding, int remoteAddress, int remotePort, Prefix64 prefix, long nowMillis) {
        Session session = new Session(++lastId, binding, remoteAddress, remotePort, prefix, nowMillis);
        byEndpoints.put(new Key().set(binding, remoteAddress, remotePort), session);
        byId.put(session.id(), session);
        binding.addSession();
        return session;
    }

    /** Takes a session out; true when its BIB entry has no session left. */
    public boolean remove(Session session) {
        byEndpoints.remove(lookup.set(session.binding(), session.remoteAddress(), session.remotePort()));
        byId.remove(session.id());
        return session.binding().removeSession();
    }

    /** The session of an id, or null. */
    public Session get(long id) {
        return byId.get(id);
    }

    public int size() {
        return byEndpoints.size();
    }

    /** All sessions in the order of their making; safe to read from any thread while this one writes. */
    public NavigableMap<Long, Session> byId() {
        return Collections.unmodifiableNavigableMap(byId);
    }
}
