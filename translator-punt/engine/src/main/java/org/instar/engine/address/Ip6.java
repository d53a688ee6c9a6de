// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/**
 * An IPv6 address as two longs in network order. Immutable; text form as RFC 5952 recommends.
 */
public final class Ip6 implements Comparable<Ip6> {

    private static final int GROUPS = 8;

    private final long high;
    private final long low;

    private Ip6(long high, long low) {
        this.high = high;
        this.low = low;
    }

    public static Ip6 of(long high, long low) {
        return new Ip6(high, low);
    }

    /**
     * Reads 16 bytes in network order.
     *
     * @throws IllegalArgumentException when there are not exactly 16
     */
    public static Ip6 of(byte[] bytes) {
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an IPv6 address has 16 bytes, not " + bytes.length);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 8; i++) {
            high = high << 8 | bytes[i] & 0xff;
            low = low << 8 | bytes[i + 8] & 0xff;
        }
        return new Ip6(high, low);
    }

    /**
     * Reads the text forms of RFC 4291 §2.2 (groups, "::", dotted quad at the end), without a zone.
     *
     * @throws IllegalArgumentException naming the text when it is anything else
     */
    public static Ip6 parse(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] groups = groups(text, text, true);
            if (groups.length != GROUPS) {
                throw notAnAddress(text);
            }
            return ofGroups(groups);
        }
        int[] head = groups(text.substring(0, gap), text, false);
        int[] tail = groups(text.substring(gap + 2), text, true);
        if (head.length + tail.length >= GROUPS) {
            throw notAnAddress(text);
        }
        int[] groups = new int[GROUPS];
        System.arraycopy(head, 0, groups, 0, head.length);
        System.arraycopy(tail, 0, groups, GROUPS - tail.length, tail.length);
        return ofGroups(groups);
    }

    /** The groups of a part without "::"; a dotted quad counts as two, but only the end of the text may be one. */
    private static int[] groups(String part, String text, boolean atEnd) {
        if (part.isEmpty()) {
            return new int[0];
        }
        String[] words = part.split(":", -1);
        String last = words[words.length - 1];
        boolean quad = atEnd && last.indexOf('.') >= 0;
        int[] groups = new int[words.length + (quad ? 1 : 0)];
        int plain = quad ? words.length - 1 : words.length;
        for (int i = 0; i < plain; i++) {
            groups[i] = group(words[i], text);
        }
        if (quad) {
            int address;
            try {
                address = Ip4.parse(last);
            } catch (IllegalArgumentException e) {
                throw notAnAddress(text);
            }
            groups[plain] = address >>> 16;
            groups[plain + 1] = address & 0xffff;
        }
        return groups;
    }

    private static int group(String word, String text) {
        if (word.isEmpty() || word.length() > 4) {
            throw notAnAddress(text);
        }
        int value = 0;
        for (int i = 0; i < word.length(); i++) {
            int digit = word.charAt(i) < 0x80 ? Character.digit(word.charAt(i), 16) : -1;
            if (digit < 0) {
                throw notAnAddress(text);
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static Ip6 ofGroups(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return new Ip6(high, low);
    }

    /** Bits 0 to 63, the most significant half. */
    public long high() {
        return high;
    }

    /** Bits 64 to 127. */
    public long low() {
        return low;
    }

    public boolean isLinkLocal() {
        return isLinkLocal(high);
    }

    /** Whether bits 0 to 63 are those of a link-local address, fe80::/10. */
    public static boolean isLinkLocal(long high) {
        return high >>> 54 == 0xfe80 >>> 6;
    }

    public boolean isMulticast() {
        return high >>> 56 == 0xff;
    }

    /** The 16 bytes in network order, a fresh array. */
    public byte[] toBytes() {
        byte[] bytes = new byte[16];
        for (int i = 0; i < 8; i++) {
            bytes[i] = (byte) (high >>> 56 - 8 * i);
            bytes[i + 8] = (byte) (low >>> 56 - 8 * i);
        }
        return bytes;
    }

    /** The text of an address in the form of RFC 5952. */
    public static String toString(long high, long low) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> 48 - 16 * i) & 0xffff;
            groups[i + 4] = (int) (low >>> 48 - 16 * i) & 0xffff;
        }
        int gapStart = -1;
        int gapLength = 1;   // a single zero group is written out (RFC 5952 §4.2.2)
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapStart = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (text.length() > 0 && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    @Override
    public int compareTo(Ip6 other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ip6 && ((Ip6) other).high == high && ((Ip6) other).low == low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 0x9e3779b97f4a7c15L ^ low * 0xc2b2ae3d27d4eb4fL);
    }

    @Override
    public String toString() {
        return toString(high, low);
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("not an IPv6 address: '" + text + "'");
    }
}
