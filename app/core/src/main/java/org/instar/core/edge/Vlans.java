// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

/** VLAN identifiers (IEEE 802.1Q) as numbers: 1 to 4094, and 0 for frames without a tag. */
public final class Vlans {

    /** Frames without a tag, and those with one of identifier 0, which has a priority only. */
    public static final int UNTAGGED = 0;
    /** The greatest identifier; 4095 is reserved. */
    public static final int MAX = 4094;
    /** Where a VLAN is to be found out, or doesn't matter. */
    static final int ANY = -1;

    private Vlans() {
    }

    /**
     * Reads "untagged" or an identifier.
     *
     * @throws IllegalArgumentException naming the text when it is neither
     */
    public static int parse(String text) {
        if (text.equals("untagged")) {
            return UNTAGGED;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MAX) {
            throw new IllegalArgumentException("neither 'untagged' nor a VLAN from 1 to 4094: '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    /** What {@link #parse} reads. */
    public static String text(int vlan) {
        return vlan == UNTAGGED ? "untagged" : Integer.toString(vlan);
    }
}
