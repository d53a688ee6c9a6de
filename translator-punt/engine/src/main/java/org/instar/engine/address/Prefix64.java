// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/**
 * A translation prefix and its algorithm (RFC 6052 §2.2, §2.3): 32, 40, 48, 56, 64 or 96 bits long. The IPv4 address
 * follows the prefix, jumps over bits 64 to 71 (the u octet, always zero) and is followed by a zero suffix. Immutable.
 */
public final class Prefix64 {

    /** 64:ff9b::/96 (RFC 6052 §2.1). */
    public static final Prefix64 WELL_KNOWN = parse("64:ff9b::/96");

    /** Bits 0 to 63 of {@link #WELL_KNOWN}. */
    public static final long WELL_KNOWN_HIGH = 0x0064ff9b_00000000L;

    private final Prefix6 prefix;
    private final long high;
    private final long low;
    private final int length;

    private Prefix64(Prefix6 prefix) {
        this.prefix = prefix;
        this.high = prefix.address().high();
        this.low = prefix.address().low();
        this.length = prefix.length();
    }

    /**
     * @throws IllegalArgumentException for another length, or a /96 with bits set in its u octet
     */
    public static Prefix64 of(Prefix6 prefix) {
        switch (prefix.length()) {
            case 32:
            case 40:
            case 48:
            case 56:
            case 64:
                break;
            case 96:
                if (prefix.address().low() >>> 56 != 0) {
                    throw new IllegalArgumentException(
                            "bits 64 to 71 of a translation prefix are zero (RFC 6052 2.2): '" + prefix + "'");
                }
                break;
            default:
                throw new IllegalArgumentException("a translation prefix is 32, 40, 48, 56, 64 or 96 bits long"
                        + " (RFC 6052 2.2): '" + prefix + "'");
        }
        return new Prefix64(prefix);
    }

    /**
     * Reads "64:ff9b::/96".
     *
     * @throws IllegalArgumentException naming the text when it is no such prefix
     */
    public static Prefix64 parse(String text) {
        return of(Prefix6.parse(text));
    }

    /** Length in bits. */
    public int length() {
        return length;
    }

    public Prefix6 prefix() {
        return prefix;
    }

    public boolean contains(long addressHigh, long addressLow) {
        return prefix.contains(addressHigh, addressLow);
    }

    public boolean contains(Ip6 address) {
        return prefix.contains(address);
    }

    /** Whether this prefix may stand for an address: the well-known one may not for non-global ones (RFC 6052 §3.1). */
    public boolean mayRepresent(int address) {
        return high != WELL_KNOWN_HIGH || low != 0 || length != 96 || Ip4.isGlobal(address);
    }

    /** Whether an IPv6 address lies in the well-known prefix although it stands for a non-global address. */
    public static boolean isRefused(long addressHigh, long addressLow) {
        return addressHigh == WELL_KNOWN_HIGH && addressLow >>> 32 == 0 && !Ip4.isGlobal((int) addressLow);
    }

    /** Bits 0 to 63 of the IPv6 address that stands for an IPv4 address. */
    public long embedHigh(int address) {
        long bits = address & 0xffffffffL;
        // the first 64 - length bits of the IPv4 address stand before the u octet
        return length < 64 ? high | (length == 32 ? bits : bits >>> length - 32) : high;
    }

    /** Bits 64 to 127 of the IPv6 address that stands for an IPv4 address. */
    public long embedLow(int address) {
        long bits = address & 0xffffffffL;
        switch (length) {
            case 96:
                return low | bits;
            case 32:
                return 0;
            default:
                // the last length - 32 bits of it stand right behind the u octet
                return bits << 88 - length & 0x00ffffffffffffffL;
        }
    }

    public Ip6 embed(int address) {
        return Ip6.of(embedHigh(address), embedLow(address));
    }

    /** The IPv4 address within an IPv6 address of this prefix; u octet and suffix are not looked at (RFC 6052 §2.3). */
    public int extract(long addressHigh, long addressLow) {
        switch (length) {
            case 96:
                return (int) addressLow;
            case 64:
                return (int) (addressLow >>> 24);
            case 32:
                return (int) addressHigh;
            default:
                int before = 64 - length;
                long first = addressHigh & (1L << before) - 1;
                long rest = addressLow << 8 >>> 32 + before;
                return (int) (first << 32 - before | rest);
        }
    }

    public int extract(Ip6 address) {
        return extract(address.high(), address.low());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Prefix64 && ((Prefix64) other).prefix.equals(prefix);
    }

    @Override
    public int hashCode() {
        return prefix.hashCode();
    }

    @Override
    public String toString() {
        return prefix.toString();
    }
}
