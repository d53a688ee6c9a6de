// SPDX-License-Identifier: Apache-2.0
package org.instar.fastpath;

import java.util.Objects;

/**
 * Packet sockets of one interface between which the kernel deals the frames out: the first {@link PacketSocket} opened
 * with it is number 0, and so on; a program tells the number, modulo how many there are. Closing one renumbers those
 * behind it. NOT thread safe: open them one after the other.
 */
public final class FanoutGroup {

    private static final int NONE = -1;

    private final FilterProgram program;
    private int identifier = NONE;

    /**
     * @param program whose answer is the number of the socket
     */
    public FanoutGroup(FilterProgram program) {
        this.program = Objects.requireNonNull(program, "program");
    }

    FilterProgram program() {
        return program;
    }

    boolean isEmpty() {
        return identifier == NONE;
    }

    /** What the kernel calls it, 0 to 65535. */
    int identifier() {
        return identifier;
    }

    void identifier(int newIdentifier) {
        identifier = newIdentifier;
    }
}
