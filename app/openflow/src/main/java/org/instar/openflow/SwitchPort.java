// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

import java.util.Objects;

/**
 * A port of a switch.
 *
 * @param number OpenFlow port number, 32 bits unsigned (reserved ports are negative as an {@code int})
 * @param name the switch's name for it, at most 15 characters
 * @param up false while the switch reports the link down
 */
public record SwitchPort(int number, String name, boolean up) {

    /** Reserved port: out of the port the packet came in by. */
    public static final int IN_PORT = 0xffff_fff8;
    /** Reserved port: through the tables, beginning at the first; in a packet-out only. */
    public static final int TABLE = 0xffff_fff9;
    /** Reserved port: the switch's own learning forwarding. */
    public static final int NORMAL = 0xffff_fffa;
    /** Reserved port: the controller, as a packet-in; as the input port of a packet-out: none of the switch's. */
    public static final int CONTROLLER = 0xffff_fffd;
    /** Reserved port: the switch's own network stack. */
    public static final int LOCAL = 0xffff_fffe;

    public SwitchPort {
        Objects.requireNonNull(name, "name");
    }

    /** The number as people write it: decimal, or the name of the reserved port. */
    public static String text(int number) {
        return switch (number) {
            case IN_PORT -> "IN_PORT";
            case TABLE -> "TABLE";
            case NORMAL -> "NORMAL";
            case CONTROLLER -> "CONTROLLER";
            case LOCAL -> "LOCAL";
            default -> Integer.toUnsignedString(number);
        };
    }
}
