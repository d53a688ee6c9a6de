// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

/** Types, codes and pointers of ICMP error messages in both versions (RFC 7915 §4.2, §5.2, figures 3 and 6). */
final class IcmpErrorCodes {

    /** No translation: the message is dropped. */
    static final int NONE = -1;

    static final int UNREACHABLE4 = 3;
    static final int TIME_EXCEEDED4 = 11;
    static final int PARAMETER_PROBLEM4 = 12;
    static final int UNREACHABLE6 = 1;
    static final int PACKET_TOO_BIG6 = 2;
    static final int TIME_EXCEEDED6 = 3;
    static final int PARAMETER_PROBLEM6 = 4;
    static final int FRAGMENTATION_NEEDED4 = UNREACHABLE4 << 8 | 4;
    static final int PROTOCOL_UNREACHABLE4 = UNREACHABLE4 << 8 | 2;

    /** Position of the next header field, at which an unknown protocol is reported. */
    static final int NEXT_HEADER_POINTER = 6;

    private static final int NO_ROUTE6 = UNREACHABLE6 << 8;
    private static final int PROHIBITED6 = UNREACHABLE6 << 8 | 1;
    private static final int PORT_UNREACHABLE6 = UNREACHABLE6 << 8 | 4;
    private static final int UNKNOWN_NEXT_HEADER6 = PARAMETER_PROBLEM6 << 8 | 1;
    /** By code of an ICMPv4 destination unreachable message. */
    private static final int[] UNREACHABLE_TO_6 = {
        NO_ROUTE6, NO_ROUTE6, UNKNOWN_NEXT_HEADER6, PORT_UNREACHABLE6, PACKET_TOO_BIG6 << 8, NO_ROUTE6, NO_ROUTE6,
        NO_ROUTE6, NO_ROUTE6, PROHIBITED6, PROHIBITED6, NO_ROUTE6, NO_ROUTE6, PROHIBITED6, NONE, PROHIBITED6};
    /** By code of an ICMPv6 destination unreachable message. */
    private static final int[] UNREACHABLE_TO_4 = {1, 10, 1, 1, 3};
    /** By position in the IPv4 header. */
    private static final int[] POINTER_TO_6 = {
        0, 1, 4, 4, NONE, NONE, NONE, NONE, 7, 6, NONE, NONE, 8, 8, 8, 8, 24, 24, 24, 24};
    /** By position in the first eight bytes of the IPv6 header. */
    private static final int[] POINTER_TO_4 = {0, 1, NONE, NONE, 2, 2, 9, 8};

    private IcmpErrorCodes() {
    }

    /** ICMPv6 type and code in one number, type &lt;&lt; 8 | code, or {@link #NONE}. */
    static int to6(int type, int code) {
        switch (type) {
            case UNREACHABLE4:
                return code < UNREACHABLE_TO_6.length ? UNREACHABLE_TO_6[code] : NONE;
            case TIME_EXCEEDED4:
                return TIME_EXCEEDED6 << 8 | code;
            case PARAMETER_PROBLEM4:
                return code == 0 || code == 2 ? PARAMETER_PROBLEM6 << 8 : NONE;
            default:
                return NONE;
        }
    }

    /** ICMPv4 type and code in one number, type &lt;&lt; 8 | code, or {@link #NONE}. */
    static int to4(int type, int code) {
        switch (type) {
            case UNREACHABLE6:
                return code < UNREACHABLE_TO_4.length ? UNREACHABLE4 << 8 | UNREACHABLE_TO_4[code] : NONE;
            case PACKET_TOO_BIG6:
                return FRAGMENTATION_NEEDED4;
            case TIME_EXCEEDED6:
                return TIME_EXCEEDED4 << 8 | code;
            case PARAMETER_PROBLEM6:
                return code == 0 ? PARAMETER_PROBLEM4 << 8 : code == 1 ? PROTOCOL_UNREACHABLE4 : NONE;
            default:
                return NONE;
        }
    }

    /** The field of the IPv6 header for a position in the IPv4 header, or {@link #NONE} (figure 3). */
    static int pointerTo6(int pointer) {
        return pointer < POINTER_TO_6.length ? POINTER_TO_6[pointer] : NONE;
    }

    /**
     * The field of the IPv4 header for a position in the IPv6 header, 32 bits without sign, or {@link #NONE} (figure
     * 6).
     */
    static int pointerTo4(int pointer) {
        if (pointer >= 0 && pointer < POINTER_TO_4.length) {
            return POINTER_TO_4[pointer];
        }
        if (pointer >= 8 && pointer < 40) {
            return pointer < 24 ? 12 : 16;
        }
        return NONE;
    }
}
