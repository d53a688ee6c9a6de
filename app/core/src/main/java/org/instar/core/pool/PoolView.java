// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.core.config.PoolConfig;

/** A pool as rules name it. Stays the same object as long as a pool of that name is there. Thread-safe. */
public final class PoolView {

    public String name() {
        throw new UnsupportedOperationException();
    }

    /** As last configured. */
    public PoolConfig config() {
        throw new UnsupportedOperationException();
    }
}
