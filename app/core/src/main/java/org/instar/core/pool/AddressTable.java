// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Collection;

/** Pool addresses by their numbers, open addressing. Never changes. */
final class AddressTable {

    private final AddressSlot[] slots;
    private final int shift;
    private final int size;

    AddressTable(Collection<AddressSlot> all) {
        int bits = Math.max(3, 33 - Integer.numberOfLeadingZeros(Math.max(1, all.size())));
        size = all.size();
        shift = 32 - bits;
        slots = new AddressSlot[1 << bits];
        for (AddressSlot slot : all) {
            int index = index(slot.address());
            while (slots[index] != null) {
                index = index + 1 & slots.length - 1;
            }
            slots[index] = slot;
        }
    }

    /** Null: no pool's. */
    AddressSlot find(int address) {
        int index = index(address);
        AddressSlot slot = slots[index];
        while (slot != null && slot.address() != address) {
            index = index + 1 & slots.length - 1;
            slot = slots[index];
        }
        return slot;
    }

    int size() {
        return size;
    }

    private int index(int address) {
        return address * 0x9e3779b9 >>> shift;
    }
}
