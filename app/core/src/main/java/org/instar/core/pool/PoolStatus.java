// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;

/** How full a pool is. Immutable. */
public final class PoolStatus {

    private PoolStatus() {
    }

    public PoolConfig config() {
        throw new UnsupportedOperationException();
    }

    /** Addresses that new bindings may have. */
    public int addresses() {
        throw new UnsupportedOperationException();
    }

    /** Addresses that only wait for their last bindings to end. */
    public int drainingAddresses() {
        throw new UnsupportedOperationException();
    }

    /** Blocks of all addresses. */
    public int blocks() {
        throw new UnsupportedOperationException();
    }

    public int leasedBlocks() {
        throw new UnsupportedOperationException();
    }

    /** Transport addresses in all, of one protocol. */
    public long capacityPerProtocol() {
        throw new UnsupportedOperationException();
    }

    public long taken(Protocol protocol) {
        throw new UnsupportedOperationException();
    }

    public long heldDown(Protocol protocol) {
        throw new UnsupportedOperationException();
    }

    public boolean draining() {
        throw new UnsupportedOperationException();
    }

    public boolean alarmRaised() {
        throw new UnsupportedOperationException();
    }
}
