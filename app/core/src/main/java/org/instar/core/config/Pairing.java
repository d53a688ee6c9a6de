// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Locale;

/** What a pool does for a subscriber whose IPv4 address has no ports left (RFC 4787 §4.1, "IP address pooling"). */
public enum Pairing {

    /** Ports of another address: paired as long as it can be. */
    SOFT,
    /** Nothing: one subscriber is never seen with two addresses of the pool. */
    HARD;

    /** Lower case name, as in the configuration. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException naming the text when it is neither soft nor hard
     */
    public static Pairing parse(String text) {
        for (Pairing pairing : values()) {
            if (pairing.text().equals(text)) {
                return pairing;
            }
        }
        throw new IllegalArgumentException("neither soft nor hard: '" + text + "'");
    }
}
