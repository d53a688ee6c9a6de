// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/** One shard's subscribers. NOT thread safe. */
public final class Subscribers {

    public Subscribers(SharedSubscribers shared) {
    }

    /** The subscriber that the address belongs to. */
    public Subscriber of(long high, long low) {
        throw new UnsupportedOperationException();
    }

    /** Forgets subscribers that have nothing left; bounded work. */
    public void tick(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    public int size() {
        throw new UnsupportedOperationException();
    }
}
