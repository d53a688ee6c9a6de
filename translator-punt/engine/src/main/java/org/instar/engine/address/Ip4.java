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

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("not an IPv4 address: '" + text + "'");
    }
}
