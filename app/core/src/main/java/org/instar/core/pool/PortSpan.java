// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import org.instar.engine.address.Ip4;

/** Consecutive ports of one IPv4 address. Immutable. */
public final class PortSpan {

    private final int address;
    private final int first;
    private final int last;

    PortSpan(int address, int first, int last) {
        this.address = address;
        this.first = first;
        this.last = last;
    }

    public int address() {
        return address;
    }

    public int first() {
        return first;
    }

    /** Included. */
    public int last() {
        return last;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PortSpan && ((PortSpan) other).address == address && ((PortSpan) other).first == first
                && ((PortSpan) other).last == last;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * address + first) + last;
    }

    @Override
    public String toString() {
        return Ip4.toString(address) + ":" + first + "-" + last;
    }
}
