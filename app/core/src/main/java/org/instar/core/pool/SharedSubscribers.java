// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

/** The subscribers of all shards. Thread-safe. */
public final class SharedSubscribers {

    public SharedSubscribers(int prefixLength) {
    }

    public int size() {
        throw new UnsupportedOperationException();
    }
}
