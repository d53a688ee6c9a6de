// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow;

/** What a flow does with a packet. A flow without actions and without a next table drops. */
public sealed interface FlowAction {

    /** Sends the packet out of a port (a number, or one of the reserved ports in {@link SwitchPort}). */
    record Output(int port) implements FlowAction {
        @Override
        public String toString() {
            return "output:" + SwitchPort.text(port);
        }
    }

    /** An action of a flow read from the switch that this library has no type for; it cannot be installed. */
    record Unknown(String description) implements FlowAction {
        @Override
        public String toString() {
            return description;
        }
    }

    static FlowAction output(int port) {
        return new Output(port);
    }

    /** Sends the whole packet to the controller. */
    static FlowAction controller() {
        return new Output(SwitchPort.CONTROLLER);
    }

    /** Plain learning switch. */
    static FlowAction normal() {
        return new Output(SwitchPort.NORMAL);
    }

    /** Back out of the port it came in by; a plain output to that port would be suppressed. */
    static FlowAction inPort() {
        return new Output(SwitchPort.IN_PORT);
    }
}
