// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Locale;

/** Which remotes' packets a binding lets in (RFC 4787 §5). */
public enum Filtering {

    /** Everybody's. */
    ENDPOINT_INDEPENDENT,
    /** Those of addresses that the client has sent to. */
    ADDRESS_DEPENDENT,
    /** Those of transport addresses that the client has sent to. */
    ADDRESS_AND_PORT_DEPENDENT;

    /** The word in rules: {@code address-dependent}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException naming the text when it is none of these
     */
    public static Filtering parse(String text) {
        for (Filtering filtering : values()) {
            if (filtering.text().equals(text)) {
                return filtering;
            }
        }
        throw new IllegalArgumentException("not one of endpoint-independent, address-dependent,"
                + " address-and-port-dependent: '" + text + "'");
    }
}
