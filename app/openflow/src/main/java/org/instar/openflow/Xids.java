// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/** Transaction ids of one connection, 1 to 2^32 - 1, then again from 1. */
final class Xids {

    private static final long LAST = 0xffff_ffffL;

    private long next = 1;

    long take() {
        return take(1);
    }

    /** The first of {@code count} ids in a row. */
    synchronized long take(int count) {
        if (next + count - 1 > LAST) {
            next = 1;
        }
        long first = next;
        next += count;
        return first;
    }
}
