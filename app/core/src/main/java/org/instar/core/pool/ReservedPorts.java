// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.instar.core.Protocol;
import org.instar.core.rule.StaticBinding;

/** The ports of one address that static bindings hold: no pool gives them out. Immutable. */
final class ReservedPorts {

    static final ReservedPorts NONE = new ReservedPorts(List.of());

    /** By protocol: first and last port of each range, in order, no two adjacent. */
    private final int[][] ranges = new int[PoolView.PROTOCOLS][];

    private ReservedPorts(List<StaticBinding> bindings) {
        for (Protocol protocol : Protocol.values()) {
            ranges[protocol.ordinal()] = merged(bindings, protocol);
        }
    }

    /** By address, those that have any. */
    static Map<Integer, ReservedPorts> byAddress(List<StaticBinding> bindings) {
        Map<Integer, List<StaticBinding>> grouped = new HashMap<>();
        for (StaticBinding binding : bindings) {
            grouped.computeIfAbsent(binding.poolAddress(), none -> new ArrayList<>()).add(binding);
        }
        Map<Integer, ReservedPorts> reserved = new HashMap<>();
        grouped.forEach((address, list) -> reserved.put(address, new ReservedPorts(list)));
        return reserved;
    }

    private static int[] merged(List<StaticBinding> bindings, Protocol protocol) {
        List<StaticBinding> sorted = new ArrayList<>(bindings);
        sorted.removeIf(binding -> !binding.protocols().contains(protocol));
        sorted.sort(Comparator.comparingInt(StaticBinding::firstPoolPort));
        int[] merged = new int[2 * sorted.size()];
        int size = 0;
        for (StaticBinding binding : sorted) {
            if (size > 0 && merged[size - 1] + 1 >= binding.firstPoolPort()) {
                merged[size - 1] = Math.max(merged[size - 1], binding.lastPoolPort());
            } else {
                merged[size++] = binding.firstPoolPort();
                merged[size++] = binding.lastPoolPort();
            }
        }
        return Arrays.copyOf(merged, size);
    }

    /** Whether none of these ports is left. */
    boolean covers(int protocol, int first, int last) {
        int[] known = ranges[protocol];
        int i = rangeUpTo(known, first);
        return i < known.length && known[i] <= first && last <= known[i + 1];
    }

    /** The same for each protocol that has its bit set. */
    boolean coversAll(int protocolBits, int first, int last) {
        for (int protocol = 0; protocol < ranges.length; protocol++) {
            if ((protocolBits >>> protocol & 1) != 0 && !covers(protocol, first, last)) {
                return false;
            }
        }
        return true;
    }

    /** Whether any of these ports is held. */
    boolean touches(int protocol, int first, int last) {
        int[] known = ranges[protocol];
        int i = rangeUpTo(known, first);
        return i < known.length && known[i] <= last;
    }

    /** Those of 64 ports that are held; bit 0 is the first. */
    long word(int protocol, int first) {
        int[] known = ranges[protocol];
        int last = first + Long.SIZE - 1;
        long held = 0;
        for (int i = rangeUpTo(known, first); i < known.length && known[i] <= last; i += 2) {
            held |= -1L << Math.max(0, known[i] - first) & -1L >>> Math.max(0, last - known[i + 1]);
        }
        return held;
    }

    /** Where the first range stands that ends at a port or behind it. */
    private static int rangeUpTo(int[] known, int port) {
        int low = 0;
        int high = known.length >> 1;
        while (low < high) {
            int middle = low + high >>> 1;
            if (known[2 * middle + 1] < port) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return 2 * low;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReservedPorts && Arrays.deepEquals(ranges, ((ReservedPorts) other).ranges);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(ranges);
    }
}
