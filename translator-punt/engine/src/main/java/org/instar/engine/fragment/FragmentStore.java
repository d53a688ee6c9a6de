// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.fragment;

import java.nio.ByteBuffer;
import org.instar.engine.DropReason;
import org.instar.engine.packet.IpPacket;

/** Keeps fragments in slots of one size, in lists that are chained by slot numbers. Its memory never grows. */
final class FragmentStore {

    /** End of a list, and no slot. */
    static final int NONE = -1;

    private final int slotBytes;
    private final ByteBuffer bytes;
    private final int[] next;
    private final int[] length;
    private final int[] transportOffset;
    private final int[] version;
    private int free;
    private int used;

    FragmentStore(FragmentSettings settings) {
        int slots = settings.maxStoredFragments();
        slotBytes = settings.maxFragmentBytes();
        bytes = ByteBuffer.allocateDirect(slots * slotBytes);
        next = new int[slots];
        length = new int[slots];
        transportOffset = new int[slots];
        version = new int[slots];
        for (int slot = 0; slot < slots; slot++) {
            next[slot] = slot + 1 < slots ? slot + 1 : NONE;
        }
    }

    /** Copies a packet; answers its slot, the end of a list, or {@link #NONE} when there is no room. */
    int add(IpPacket packet) {
        int slot = free;
        if (slot == NONE || packet.totalLength() > slotBytes) {
            return NONE;
        }
        free = next[slot];
        next[slot] = NONE;
        used++;
        length[slot] = packet.totalLength();
        transportOffset[slot] = packet.headerLength();
        version[slot] = packet.version();
        int to = slot * slotBytes;
        ByteBuffer from = packet.buffer();
        int at = 0;
        for (; at <= packet.totalLength() - Long.BYTES; at += Long.BYTES) {
            bytes.putLong(to + at, from.getLong(packet.offset() + at));
        }
        for (; at < packet.totalLength(); at++) {
            bytes.put(to + at, from.get(packet.offset() + at));
        }
        return slot;
    }

    void chain(int slot, int following) {
        next[slot] = following;
    }

    int next(int slot) {
        return next[slot];
    }

    void remove(int slot) {
        next[slot] = free;
        free = slot;
        used--;
    }

    int used() {
        return used;
    }

    /** Has the view show what was added, which was readable when it was. */
    DropReason load(int slot, IpPacket packet) {
        return version[slot] == 6 ? packet.read6(bytes, slot * slotBytes, length[slot])
                : packet.read4(bytes, slot * slotBytes, length[slot]);
    }

    ByteBuffer bytes() {
        return bytes;
    }

    int transportAt(int slot) {
        return slot * slotBytes + transportOffset[slot];
    }

    int transportLength(int slot) {
        return length[slot] - transportOffset[slot];
    }
}
