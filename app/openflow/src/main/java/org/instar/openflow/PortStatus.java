// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/** A port was added, deleted or changed (OFPT_PORT_STATUS); {@code port} is its state afterwards. */
public record PortStatus(Reason reason, SwitchPort port) {

    /** What happened to the port. */
    public enum Reason { ADDED, DELETED, MODIFIED }
}
