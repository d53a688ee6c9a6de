// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Locale;

/** Where the packets of a session may be translated. */
public enum Place {

    /** Wherever there is a way: in the switch, else in the software path, else in the controller. */
    ANY,
    /** In the switch where it can, the rest in the software path. */
    SWITCH,
    /** In the software path only. */
    SOFTWARE,
    /** In the controller only: packet-in, packet-out. */
    CONTROLLER;

    /** The word in rules: {@code switch}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the text when it is none of these
     */
    public static Place parse(String text) {
        for (Place place : values()) {
            if (place.text().equals(text)) {
                return place;
            }
        }
        throw new IllegalArgumentException("not one of any, switch, software, controller: '" + text + "'");
    }
}
