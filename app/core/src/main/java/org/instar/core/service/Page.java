// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.List;
import java.util.OptionalLong;

/**
 * Some items of a longer list, and the cursor for the rest. Immutable.
 *
 * @param <T> what is listed
 */
public final class Page<T> {

    private final List<T> items;
    private final OptionalLong next;

    public Page(List<T> items, OptionalLong next) {
        this.items = List.copyOf(items);
        this.next = next;
    }

    public List<T> items() {
        return items;
    }

    /** What to pass as {@code after} to go on; empty at the end. */
    public OptionalLong next() {
        return next;
    }
}
