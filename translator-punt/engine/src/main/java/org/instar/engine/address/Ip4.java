// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.address;

/** IPv4 addresses packed into an {@code int}, network order: 192.0.2.1 is 0xc0000201. */
public final class Ip4 {

    private Ip4() {
    }

    /**
     * Reads a dotted quad: four decimal numbers 0 to 255 without leading zeros.
     *
     * @throws IllegalArgumentException naming the text when it is anything else
     */
    public static int parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        int address = 0;
        for (String part : parts) {
            address = address << 8 | octet(part, text);
        }
        return address;
    }

    private static int octet(String part, String text) {
        if (part.isEmpty() || part.length() > 3 || part.length() > 1 && part.charAt(0) == '0') {
            throw notAnAddress(text);
        }
        int value = 0;
        for (int i = 0; i < part.length(); i++) {
            char digit = part.charAt(i);
            if (digit < '0' || digit > '9') {
                throw notAnAddress(text);
            }
            value = value * 10 + digit - '0';
        }
        if (value > 255) {
            throw notAnAddress(text);
        }
        return value;
    }

    /** The dotted quad of an address. */
    public static String toString(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }

    /**
     * Whether an address may be met on the public Internet: none of RFC 1918, RFC 5735 §3 (the list that RFC 6052 §3.1
     * refers to) and RFC 6598.
     */
    public static boolean isGlobal(int address) {
        switch (address >>> 24) {
            case 0:
            case 10:
            case 127:
                return false;
            case 100:
                return address >>> 22 != 0x6440_0000 >>> 22;
            case 169:
                return address >>> 16 != 0xa9fe;
            case 172:
                return address >>> 20 != 0xac1;
            case 192:
                return isGlobal192(address);
            case 198:
                return address >>> 17 != 0x6309 && address >>> 8 != 0xc63364;
            case 203:
                return address >>> 8 != 0xcb0071;
            default:
                return address >>> 28 < 0xe;
        }
    }

    /** Not 192.168/16, 192.0.0/24, 192.0.2/24 and 192.88.99/24. */
    private static boolean isGlobal192(int address) {
        int network = address >>> 8;
        return address >>> 16 != 0xc0a8 && network != 0xc00000 && network != 0xc00002 && network != 0xc05863;
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("not an IPv4 address: '" + text + "'");
    }
}
