// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.check;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A field of a packet.
 *
 * @param name with its header's in front, such as "IPv4 time to live"
 * @param offset bytes from the packet's beginning
 * @param kind how people read it
 * @param value its bytes
 */
record PacketField(String name, int offset, Kind kind, byte[] value) {

    /** How a value is shown. */
    enum Kind { NUMBER, ADDRESS, BYTES }

    private static final int SHOWN_BYTES = 16;

    /** What differs from a field of the same name. */
    String differenceTo(PacketField actual) {
        int first = Math.max(0, Arrays.mismatch(value, actual.value));
        if (kind == Kind.BYTES) {
            return name + " at offset " + (actual.offset + first) + ": expected " + bytes(first) + ", but is "
                    + actual.bytes(first);
        }
        return name + " at offset " + actual.offset + ": expected " + text() + ", but is " + actual.text();
    }

    String text() {
        return switch (kind) {
            case BYTES -> bytes(0);
            case ADDRESS -> address();
            case NUMBER -> number();
        };
    }

    private String number() {
        long number = 0;
        for (byte octet : value) {
            number = number << 8 | octet & 0xff;
        }
        return number + " (0x" + HexFormat.of().formatHex(value) + ")";
    }

    private String address() {
        try {
            return InetAddress.getByAddress(value).getHostAddress();
        } catch (UnknownHostException e) {
            // the packet ends within it
            return bytes(0);
        }
    }

    private String bytes(int from) {
        if (from >= value.length) {
            return "nothing";
        }
        int to = Math.min(value.length, from + SHOWN_BYTES);
        return HexFormat.of().formatHex(value, from, to)
                + (to < value.length ? "... (" + (value.length - from) + " bytes)" : "");
    }
}
