// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/** An IPv6 prefix, 0 to 128 bits long, no bit set behind its length. Immutable. */
public final class Prefix6 {

    private final Ip6 address;
    private final int length;
    private final long highMask;
    private final long lowMask;

    private Prefix6(Ip6 address, int length) {
        this.address = address;
        this.length = length;
        this.highMask = mask(Math.min(length, 64));
        this.lowMask = mask(Math.max(length - 64, 0));
    }

    /**
     * @throws IllegalArgumentException for a length outside 0..128 or bits set behind it
     */
    public static Prefix6 of(Ip6 address, int length) {
        if (length < 0 || length > 128) {
            throw new IllegalArgumentException("an IPv6 prefix length is 0 to 128, not " + length);
        }
        Prefix6 prefix = new Prefix6(address, length);
        if ((address.high() & ~prefix.highMask) != 0 || (address.low() & ~prefix.lowMask) != 0) {
            throw new IllegalArgumentException("bits set behind the prefix length: '" + address + "/" + length + "'");
        }
        return prefix;
    }

    /**
     * Reads "2001:db8::/32"; a bare address is a /128.
     *
     * @throws IllegalArgumentException naming the text when it is no prefix
     */
    public static Prefix6 parse(String text) {
        int slash = text.indexOf('/');
        Ip6 address = Ip6.parse(slash < 0 ? text : text.substring(0, slash));
        return of(address, slash < 0 ? 128 : PrefixText.length(text, slash, 128));
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << 64 - bits;
    }

    /** The first address. */
    public Ip6 address() {
        return address;
    }

    /** Length in bits. */
    public int length() {
        return length;
    }

    public boolean contains(long high, long low) {
        return (high & highMask) == address.high() && (low & lowMask) == address.low();
    }

    public boolean contains(Ip6 candidate) {
        return contains(candidate.high(), candidate.low());
    }

    public boolean overlaps(Prefix6 other) {
        return contains(other.address) || other.contains(address);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prefix6 && ((Prefix6) other).length == length
                && ((Prefix6) other).address.equals(address);
    }

    @Override
    public int hashCode() {
        return 31 * address.hashCode() + length;
    }

    @Override
    public String toString() {
        return address + "/" + length;
    }
}
