// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/** A subscriber as one shard sees it. NOT thread safe, but what limits judge is common to all shards. */
public final class Subscriber {

    Subscriber() {
    }

    /** Ports in all shards. */
    public int ports() {
        throw new UnsupportedOperationException();
    }

    /** Sessions in all shards. */
    public int sessions() {
        throw new UnsupportedOperationException();
    }

    /** @param maxSessions 0: no limit */
    public boolean addSession(int maxSessions) {
        throw new UnsupportedOperationException();
    }

    public void removeSession() {
        throw new UnsupportedOperationException();
    }

    /** @param ratePerSecond 0: no limit */
    public boolean mayOpen(int ratePerSecond, long nowNanos) {
        throw new UnsupportedOperationException();
    }
}
