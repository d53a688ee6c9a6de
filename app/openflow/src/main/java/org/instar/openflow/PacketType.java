// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/** What a packet begins with: namespace and type within it (OpenFlow 1.5.1 §7.2.3.11; Open vSwitch's packet_type). */
public enum PacketType {
    ETHERNET(0),
    IPV4(0x0001_0800),
    IPV6(0x0001_86dd),
    /** Network service header (RFC 8300). */
    NSH(0x0001_894f);

    private final int code;

    PacketType(int code) {
        this.code = code;
    }

    /** Namespace in the upper 16 bits (1: the types of Ethernet), type in the lower. */
    public int code() {
        return code;
    }
}
