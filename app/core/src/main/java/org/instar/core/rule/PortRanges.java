// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A set of ports as ranges: ascending, apart from one another, so that equal sets have one form. All of 0 to 65535 is
 * {@link #ANY}. {@link #contains} makes no objects. Immutable.
 */
public final class PortRanges {

    /** Every port. */
    public static final PortRanges ANY = new PortRanges(new int[] {0}, new int[] {65535});
    private static final int MAX_PORT = 65535;

    private final int[] firsts;
    private final int[] lasts;

    private PortRanges(int[] firsts, int[] lasts) {
        this.firsts = firsts;
        this.lasts = lasts;
    }

    /**
     * The ports from first to last, both included.
     *
     * @throws IllegalArgumentException for a range outside 0..65535 or upside down
     */
    public static PortRanges of(int first, int last) {
        if (first < 0 || last > MAX_PORT || first > last) {
            throw new IllegalArgumentException("not a range of ports within 0-65535: '" + first + "-" + last + "'");
        }
        return first == 0 && last == MAX_PORT ? ANY : new PortRanges(new int[] {first}, new int[] {last});
    }

    /**
     * Reads "80" or "1024-65535".
     *
     * @throws IllegalArgumentException naming the text when it is neither
     */
    static PortRanges parse(String text) {
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            throw new IllegalArgumentException("not ports like 80 or 1024-65535: '" + text + "'");
        }
        String[] ends = text.split("-");
        return of(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    /** The ports of all these sets. */
    static PortRanges union(List<PortRanges> sets) {
        List<int[]> ranges = new ArrayList<>();
        for (PortRanges set : sets) {
            for (int i = 0; i < set.firsts.length; i++) {
                ranges.add(new int[] {set.firsts[i], set.lasts[i]});
            }
        }
        ranges.sort((a, b) -> Integer.compare(a[0], b[0]));
        List<int[]> joined = new ArrayList<>();
        for (int[] range : ranges) {
            int[] before = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (before != null && range[0] <= before[1] + 1) {
                before[1] = Math.max(before[1], range[1]);
            } else {
                joined.add(range);
            }
        }
        if (joined.size() == 1) {
            return of(joined.get(0)[0], joined.get(0)[1]);
        }
        return new PortRanges(joined.stream().mapToInt(range -> range[0]).toArray(),
                joined.stream().mapToInt(range -> range[1]).toArray());
    }

    public boolean contains(int port) {
        for (int i = 0; i < firsts.length; i++) {
            if (port <= lasts[i]) {
                return port >= firsts[i];
            }
        }
        return false;
    }

    /** Whether these are all ports. */
    public boolean isAny() {
        return firsts[0] == 0 && lasts[0] == MAX_PORT;
    }

    /** The lowest port. */
    public int first() {
        return firsts[0];
    }

    /** The highest port. */
    public int last() {
        return lasts[lasts.length - 1];
    }

    /** Whether there is no gap between {@link #first()} and {@link #last()}. */
    public boolean isOneRange() {
        return firsts.length == 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortRanges && Arrays.equals(((PortRanges) other).firsts, firsts)
                && Arrays.equals(((PortRanges) other).lasts, lasts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(firsts) + Arrays.hashCode(lasts);
    }

    /** "80", "1024-65535" or "{ 80, 443 }". */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < firsts.length; i++) {
            text.append(i == 0 ? "" : ", ").append(firsts[i]);
            if (lasts[i] != firsts[i]) {
                text.append('-').append(lasts[i]);
            }
        }
        return isOneRange() ? text.toString() : "{ " + text + " }";
    }
}
