// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Optional;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Prefix6;

/** Who has which ports of a deterministic pool (RFC 7422). Immutable. */
public final class DeterministicMap {

    public DeterministicMap(PoolConfig pool) {
    }

    /** The subscriber's ports; empty for one outside the pool's clients. */
    public Optional<PortSpan> forward(Prefix6 subscriber) {
        throw new UnsupportedOperationException();
    }

    /** Who has that port; empty when nobody can. */
    public Optional<Prefix6> reverse(int address, int port) {
        throw new UnsupportedOperationException();
    }
}
