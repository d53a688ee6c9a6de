// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;

/** A pool and how much of it is bound. Immutable. */
public final class PoolUsage {

    private final PoolConfig pool;
    private final Map<Protocol, Integer> bindings;

    public PoolUsage(PoolConfig pool, Map<Protocol, Integer> bindings) {
        this.pool = pool;
        this.bindings = Collections.unmodifiableMap(new EnumMap<>(bindings));
    }

    public PoolConfig pool() {
        return pool;
    }

    /** Transport addresses taken, for each protocol of the pool. */
    public Map<Protocol, Integer> bindings() {
        return bindings;
    }

    /** Transport addresses in all, for each protocol. */
    public long capacityPerProtocol() {
        return pool.addressCount() * pool.ports().size();
    }
}
