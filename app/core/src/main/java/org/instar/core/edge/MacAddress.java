// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

/** Ethernet addresses as the low 48 bits of a {@code long}: 02:00:5e:00:64:01 is 0x02005e006401. */
public final class MacAddress {

    static final long BROADCAST = 0xffff_ffff_ffffL;
    /** Stands for "none" where a link-layer address may be missing; no Ethernet address. */
    static final long NONE = -1;

    private static final long GROUP_BIT = 0x0100_0000_0000L;
    private static final long IPV6_MULTICAST = 0x3333_0000_0000L;

    private MacAddress() {
    }

    /**
     * Reads six pairs of hexadecimal digits with colons between them.
     *
     * @throws IllegalArgumentException naming the text when it is anything else
     */
    public static long parse(String text) {
        if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new IllegalArgumentException("not an Ethernet address: '" + text + "'");
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    /** Six pairs of lower case hexadecimal digits with colons between them. */
    public static String toString(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 0xf, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }

    /** An address that one station can have: 48 bits, no group, not all zeros. */
    static boolean isUnicast(long mac) {
        return mac > 0 && mac <= BROADCAST && (mac & GROUP_BIT) == 0;
    }

    static boolean isGroup(long mac) {
        return (mac & GROUP_BIT) != 0;
    }

    /** The group address of an IPv6 multicast address (RFC 2464 §7), from its low 64 bits. */
    static long ofMulticast(long addressLow) {
        return IPV6_MULTICAST | addressLow & 0xffff_ffffL;
    }
}
