// SPDX-License-Identifier: Apache-2.0
package org.instar.core.session;

/** What a TCP segment is to the state machine of RFC 6146 §3.5.2.2: where it came from, and its decisive flags. */
public enum TcpEvent {

    /** SYN without ACK: what opens a connection. */
    V6_SYN, V4_SYN,
    /** SYN with ACK: what answers. */
    V6_SYN_ACK, V4_SYN_ACK,
    V6_FIN, V4_FIN, V6_RST, V4_RST, V6_OTHER, V4_OTHER;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;

    /** RST outweighs FIN, FIN outweighs SYN. */
    public static TcpEvent of(int tcpFlags, boolean from6) {
        if ((tcpFlags & RST) != 0) {
            return from6 ? V6_RST : V4_RST;
        }
        if ((tcpFlags & FIN) != 0) {
            return from6 ? V6_FIN : V4_FIN;
        }
        if ((tcpFlags & (SYN | ACK)) == SYN) {
            return from6 ? V6_SYN : V4_SYN;
        }
        if ((tcpFlags & SYN) != 0) {
            return from6 ? V6_SYN_ACK : V4_SYN_ACK;
        }
        return from6 ? V6_OTHER : V4_OTHER;
    }

    /** Whether the segment came from the IPv6 side. */
    public boolean from6() {
        return name().startsWith("V6");
    }
}
