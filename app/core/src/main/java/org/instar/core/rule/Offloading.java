// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Objects;

/**
 * When a session goes into the switch, which translates its data packets itself from then on. Immutable.
 *
 * <pre>
 *   never          not at all
 *   at-once        with its first packet
 *   established    a TCP connection when it is established, a UDP session when an answer came and the client goes on
 *   after N        when it is established and has had N packets, both ways together
 * </pre>
 */
public final class Offloading {

    public static final Offloading NEVER = new Offloading("never", Integer.MAX_VALUE);
    public static final Offloading AT_ONCE = new Offloading("at-once", 0);
    public static final Offloading ESTABLISHED = new Offloading("established", 0);

    private static final String AFTER = "after";
    private static final int MOST_PACKETS = 1_000_000_000;

    private final String word;
    private final int packets;

    private Offloading(String word, int packets) {
        this.word = word;
        this.packets = packets;
    }

    /**
     * @param packets 1 to a billion
     */
    static Offloading after(int packets) {
        return new Offloading(AFTER, packets);
    }

    /**
     * @throws IllegalArgumentException naming what is none of these
     */
    public static Offloading parse(String text) {
        Words words = new Words(text, "offloading");
        Offloading parsed = read(words);
        if (!words.atEnd()) {
            throw words.expected("nothing more");
        }
        return parsed;
    }

    static Offloading read(Words words) {
        for (Offloading one : new Offloading[] {NEVER, AT_ONCE, ESTABLISHED}) {
            if (words.accept(one.word)) {
                return one;
            }
        }
        if (!words.accept(AFTER)) {
            throw words.expected("never, at-once, established or after N");
        }
        int number = words.takeNumber("a number of packets", MOST_PACKETS);
        if (number == 0) {
            throw new IllegalArgumentException("after 0 packets: that is at-once");
        }
        return after(number);
    }

    /** How many packets an established session must have had. */
    public int packets() {
        return packets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Offloading && ((Offloading) other).word.equals(word)
                && ((Offloading) other).packets == packets;
    }

    @Override
    public int hashCode() {
        return Objects.hash(word, packets);
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return word.equals(AFTER) ? word + " " + packets : word;
    }
}
