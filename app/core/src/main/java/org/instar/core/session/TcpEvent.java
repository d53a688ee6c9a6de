// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

/** What a TCP segment is to the state machine of RFC 6146 §3.5.2.2: where it came from, and its decisive flag. */
public enum TcpEvent {

    V6_SYN, V4_SYN, V6_FIN, V4_FIN, V6_RST, V4_RST, V6_OTHER, V4_OTHER;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;

    /** RST outweighs FIN, FIN outweighs SYN. */
    public static TcpEvent of(int tcpFlags, boolean from6) {
        if ((tcpFlags & RST) != 0) {
            return from6 ? V6_RST : V4_RST;
        }
        if ((tcpFlags & FIN) != 0) {
            return from6 ? V6_FIN : V4_FIN;
        }
        if ((tcpFlags & SYN) != 0) {
            return from6 ? V6_SYN : V4_SYN;
        }
        return from6 ? V6_OTHER : V4_OTHER;
    }

}
