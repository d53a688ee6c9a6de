// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.instar.core.Protocol;
import org.instar.core.config.PoolConfig;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Prefix4;

/** Says why pools can't be as wanted. Changes nothing; under the directory's lock. */
final class ReconfigurationCheck {

    /** Ports of one subscriber of a deterministic pool that go to one shard in turn. */
    private static final int STRIPE = 16;

    private final AddressRegistry addresses;
    private final Map<String, PoolView> views;
    private final int shards;

    ReconfigurationCheck(AddressRegistry addresses, Map<String, PoolView> views, int shards) {
        this.addresses = addresses;
        this.views = views;
        this.shards = shards;
    }

    /** Null: nothing speaks against it. */
    String refusal(List<PoolConfig> wanted, boolean drain) {
        Set<String> names = new HashSet<>();
        for (PoolConfig pool : wanted) {
            String refusal = names.add(pool.name()) ? refusal(pool, drain) : "there is another pool of that name";
            if (refusal != null) {
                return "pool '" + pool.name() + "': " + refusal;
            }
        }
        for (PoolView view : views.values()) {
            if (!names.contains(view.name()) && !drain && !view.config().drain()) {
                for (PoolAddress place : view.addresses().values()) {
                    if (!place.isDraining() && taken(place) > 0) {
                        return "pool '" + view.name() + "': " + inUse(place);
                    }
                }
            }
        }
        return null;
    }

    private String refusal(PoolConfig pool, boolean drain) {
        if (pool.deterministic().isPresent() && pool.portsPerSubscriber() < STRIPE * shards) {
            return pool.portsPerSubscriber() + " ports for each subscriber are less than " + STRIPE
                    + " for each of " + shards + " shards";
        }
        PoolView view = views.get(pool.name());
        String refusal = null;
        if (view != null && isRecut(view.config(), pool)) {
            refusal = leased(view) ? "how it is cut (block size, deterministic, prefixes or interface) can't change"
                    + " while blocks of it are leased" : null;
        } else if (view != null && !drain && !pool.drain() && !view.config().drain() && !view.isRemoved()) {
            refusal = inUse(view, pool);
        }
        return refusal != null ? refusal : clash(pool, view);
    }

    /** Whether the addresses of a pool are cut another way, so that old and new blocks wouldn't fit together. */
    static boolean isRecut(PoolConfig before, PoolConfig after) {
        return before.blockSize() != after.blockSize() || !before.interfaceName().equals(after.interfaceName())
                || !before.deterministic().equals(after.deterministic())
                || after.deterministic().isPresent() && (!before.prefixes().equals(after.prefixes())
                || before.firstPort() != after.firstPort() || before.ports().last() != after.ports().last());
    }

    private static boolean leased(PoolView view) {
        return view.addresses().values().stream().anyMatch(place -> place.leased() > 0);
    }

    /** What of a pool would be taken away and has bindings; null: nothing. */
    private static String inUse(PoolView view, PoolConfig wanted) {
        for (Protocol protocol : view.config().protocols()) {
            long taken = view.count(PoolView.takenIndex(protocol.ordinal()));
            if (!wanted.protocols().contains(protocol) && taken > 0) {
                return taken + " bindings of " + protocol.text() + " live; ask for them to be drained";
            }
        }
        PoolAddresses kept = new PoolAddresses(wanted.prefixes());
        for (PoolAddress place : view.addresses().values()) {
            boolean gone = !wanted.interfaceName().isPresent() && !kept.contains(place.address());
            if (gone && !place.isDraining() && taken(place) > 0) {
                return inUse(place);
            }
            for (int cell = 0; !gone && cell < place.cells(); cell++) {
                Block block = place.block(cell);
                if (block != null && block.taken() > 0
                        && (block.first() < wanted.firstPort() || block.last() > wanted.ports().last())) {
                    return "ports " + block.first() + "-" + block.last() + " of " + Ip4.toString(place.address())
                            + " have " + block.taken() + " bindings; ask for them to be drained";
                }
            }
        }
        return null;
    }

    private static String inUse(PoolAddress place) {
        return Ip4.toString(place.address()) + " has " + taken(place) + " bindings; ask for it to be drained";
    }

    private static int taken(PoolAddress place) {
        int taken = 0;
        for (int cell = 0; cell < place.cells(); cell++) {
            Block block = place.block(cell);
            taken += block == null ? 0 : block.taken();
        }
        return taken;
    }

    /** An address where another pool still drains, and one of the two is deterministic; null: none. */
    private String clash(PoolConfig pool, PoolView view) {
        for (PoolView other : views.values()) {
            boolean deterministic = pool.deterministic().isPresent() || other.grid().isDeterministic();
            Optional<PoolAddress> clash = other == view || !deterministic ? Optional.empty()
                    : other.addresses().values().stream().filter(place -> place.leased() > 0)
                            .filter(place -> contains(pool, place.address())).findFirst();
            if (clash.isPresent()) {
                return Ip4.toString(clash.get().address()) + " has blocks of pool '" + other.name() + "'";
            }
        }
        return null;
    }

    private static boolean contains(PoolConfig pool, int address) {
        for (Prefix4 prefix : pool.prefixes()) {
            if (prefix.contains(address)) {
                return true;
            }
        }
        return false;
    }
}
