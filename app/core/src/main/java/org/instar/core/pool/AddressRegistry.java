// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The addresses of all pools: found without a lock, changed under the directory's. */
final class AddressRegistry {

    private final Map<Integer, AddressSlot> slots = new LinkedHashMap<>();
    private volatile AddressTable table = new AddressTable(List.of());

    /** Null: no pool's. */
    AddressSlot find(int address) {
        AddressSlot slot = table.find(address);
        return slot == null || slot.isUnused() ? null : slot;
    }

    /** A pool's place at an address, made if it is not there; {@link #publish} makes it be found. */
    PoolAddress place(PoolView pool, int address) {
        PoolAddress known = pool.addresses().get(address);
        if (known != null) {
            return known;
        }
        AddressSlot slot = slots.computeIfAbsent(address, AddressSlot::new);
        PoolAddress place = new PoolAddress(pool, slot);
        pool.addresses().put(address, place);
        slot.add(place);
        return place;
    }

    /** Takes a place without blocks away. */
    void drop(PoolAddress place) {
        place.drain(true);
        place.pool().addresses().remove(place.address());
        place.pool().updateRoom(place);
        place.slot().remove(place);
        if (place.slot().places().length == 0) {
            slots.remove(place.address());
        }
        if (slots.size() < table.size() / 2) {
            publish();
        }
    }

    /** Makes what was added be found. What was dropped isn't found any more in any case. */
    void publish() {
        table = new AddressTable(slots.values());
    }
}
