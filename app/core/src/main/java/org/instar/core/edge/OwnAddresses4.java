// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.List;
import org.instar.engine.address.Prefix4;

/** The IPv4 addresses that the edge answers ARP for: the gateway's, and those of the pools of the moment. */
final class OwnAddresses4 {

    private final EdgeConfig config;
    private Prefix4[] pools;

    OwnAddresses4(EdgeConfig config) {
        this.config = config;
        setPools(config.pools());
    }

    void setPools(List<Prefix4> prefixes) {
        pools = prefixes.toArray(new Prefix4[0]);
    }

    boolean contains(int address) {
        if (config.isOwn4(address)) {
            return true;
        }
        for (Prefix4 pool : pools) {
            if (pool.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
