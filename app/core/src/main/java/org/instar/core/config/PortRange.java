// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

/** Ports (or ICMP identifiers) from first to last, both included, within 0..65535. Immutable. */
public final class PortRange {

    private final int first;
    private final int last;

    private PortRange(int first, int last) {
        this.first = first;
        this.last = last;
    }

    /**
     * @throws IllegalArgumentException for a range outside 0..65535 or upside down
     */
    public static PortRange of(int first, int last) {
        if (first < 0 || last > 65535 || first > last) {
            throw new IllegalArgumentException("not a range of ports within 0-65535: '" + first + "-" + last + "'");
        }
        return new PortRange(first, last);
    }

    /**
     * Reads "1024-65535" or "80".
     *
     * @throws IllegalArgumentException naming the text when it is neither
     */
    public static PortRange parse(String text) {
        if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
            throw new IllegalArgumentException("not a range of ports like 1024-65535: '" + text + "'");
        }
        String[] ends = text.split("-");
        return of(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]));
    }

    public int first() {
        return first;
    }

    public int last() {
        return last;
    }

    /** Number of ports, 1 to 65536. */
    public int size() {
        return last - first + 1;
    }

    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    public boolean overlaps(PortRange other) {
        return first <= other.last && other.first <= last;
    }

    @Override
    public String toString() {
        return first == last ? String.valueOf(first) : first + "-" + last;
    }
}
