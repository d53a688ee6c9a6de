// SPDX-License-Identifier: Apache-2.0
package org.instar.core.pool;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

/** Subscribers by their prefixes, with open addressing; one part of {@link Subscribers}. NOT thread safe. */
final class SubscriberTable {

    private static final int LEAST_SLOTS = 4;

    private Subscriber[] slots = new Subscriber[LEAST_SLOTS];
    private int size;

    /** Null when there is none of this prefix. */
    Subscriber find(long high, long low, int hash) {
        int index = hash & slots.length - 1;
        Subscriber known = slots[index];
        while (known != null && (known.high() != high || known.low() != low)) {
            index = index + 1 & slots.length - 1;
            known = slots[index];
        }
        return known;
    }

    /** Adds one whose prefix has none yet. */
    void add(Subscriber subscriber) {
        put(slots, subscriber);
        if (++size * 2 > slots.length) {
            resize(slots.length * 2);
        }
    }

    void remove(Subscriber subscriber) {
        int gap = Subscribers.hash(subscriber) & slots.length - 1;
        while (slots[gap] != subscriber) {
            gap = gap + 1 & slots.length - 1;
        }
        slots[gap] = null;
        size--;
        for (int i = gap + 1 & slots.length - 1; slots[i] != null; i = i + 1 & slots.length - 1) {
            int home = Subscribers.hash(slots[i]) & slots.length - 1;
            if ((i - home & slots.length - 1) >= (i - gap & slots.length - 1)) {
                slots[gap] = slots[i];
                slots[i] = null;
                gap = i;
            }
        }
        if (size * 8 < slots.length && slots.length > LEAST_SLOTS) {
            resize(slots.length / 2);
        }
    }

    Stream<Subscriber> all() {
        return Arrays.stream(slots).filter(Objects::nonNull);
    }

    private void resize(int length) {
        Subscriber[] resized = new Subscriber[length];
        all().forEach(subscriber -> put(resized, subscriber));
        slots = resized;
    }

    private static void put(Subscriber[] slots, Subscriber subscriber) {
        int index = Subscribers.hash(subscriber) & slots.length - 1;
        while (slots[index] != null) {
            index = index + 1 & slots.length - 1;
        }
        slots[index] = subscriber;
    }
}
