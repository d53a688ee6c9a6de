// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/** An IPv4 prefix, 0 to 32 bits long, no bit set behind its length. Immutable. */
public final class Prefix4 {

    private final int address;
    private final int length;

    private Prefix4(int address, int length) {
        this.address = address;
        this.length = length;
    }

    /**
     * @throws IllegalArgumentException for a length outside 0..32 or bits set behind it
     */
    public static Prefix4 of(int address, int length) {
        if (length < 0 || length > 32) {
            throw new IllegalArgumentException("an IPv4 prefix length is 0 to 32, not " + length);
        }
        if ((address & ~mask(length)) != 0) {
            throw new IllegalArgumentException(
                    "bits set behind the prefix length: '" + Ip4.toString(address) + "/" + length + "'");
        }
        return new Prefix4(address, length);
    }

    /**
     * Reads "192.0.2.0/24"; a bare address is a /32.
     *
     * @throws IllegalArgumentException naming the text when it is no prefix
     */
    public static Prefix4 parse(String text) {
        int slash = text.indexOf('/');
        int address = Ip4.parse(slash < 0 ? text : text.substring(0, slash));
        return of(address, slash < 0 ? 32 : PrefixText.length(text, slash, 32));
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << 32 - length;
    }

    /** The first address, packed. */
    public int address() {
        return address;
    }

    /** Length in bits. */
    public int length() {
        return length;
    }

    /** Number of addresses, 1 to 2^32. */
    public long size() {
        return 1L << 32 - length;
    }

    public boolean contains(int candidate) {
        return (candidate & mask(length)) == address;
    }

    public boolean overlaps(Prefix4 other) {
        return contains(other.address) || other.contains(address);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prefix4 && ((Prefix4) other).address == address && ((Prefix4) other).length == length;
    }

    @Override
    public int hashCode() {
        return 31 * address + length;
    }

    @Override
    public String toString() {
        return Ip4.toString(address) + "/" + length;
    }
}
