// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import java.util.Optional;

/** The switch's flow tables. Referred to by name everywhere; only this enum knows the numbers. */
public enum Table {
    CLASSIFY(0, "Tells apart what is for the translator, what is for the router edge and what is plain switching."),
    SESSION_6TO4(1, "One flow per session sends its IPv6 packets to the fast path; a miss is the first packet of a"
            + " flow and goes to the controller."),
    SESSION_4TO6(2, "One flow per session sends its IPv4 packets to the fast path; so does a miss, because Internet"
            + " scans must not reach a controller."),
    FORWARD(3, "Plain learning switch.");

    private final int id;
    private final String purpose;

    Table(int id, String purpose) {
        this.id = id;
        this.purpose = purpose;
    }

    /** OpenFlow table number. */
    public int id() {
        return id;
    }

    /** One sentence for people. */
    public String purpose() {
        return purpose;
    }

    /** The table with this number; empty if Instar uses none such. */
    public static Optional<Table> ofId(int id) {
        return id >= 0 && id < values().length ? Optional.of(values()[id]) : Optional.empty();
    }
}
