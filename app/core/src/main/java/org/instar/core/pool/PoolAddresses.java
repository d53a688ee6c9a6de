// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.instar.engine.address.Prefix4;

/** A set of IPv4 addresses, as prefixes that don't overlap. Immutable. */
final class PoolAddresses {

    private final List<Prefix4> prefixes;

    PoolAddresses(List<Prefix4> prefixes) {
        this.prefixes = prefixes;
    }

    /** One address, or none for {@link PoolDirectory#NO_ADDRESS}. */
    static PoolAddresses one(int address) {
        return new PoolAddresses(address == PoolDirectory.NO_ADDRESS ? List.of() : List.of(Prefix4.of(address, 32)));
    }

    /** Those that a pool gives out ports of. */
    static PoolAddresses activeOf(PoolView pool) {
        return new PoolAddresses(pool.addresses().values().stream().filter(place -> !place.isDraining())
                .map(place -> Prefix4.of(place.address(), 32)).collect(Collectors.toList()));
    }

    boolean contains(int address) {
        for (Prefix4 prefix : prefixes) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }

    void forEach(IntConsumer action) {
        for (Prefix4 prefix : prefixes) {
            for (long i = 0; i < prefix.size(); i++) {
                action.accept(prefix.address() + (int) i);
            }
        }
    }
}
