// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

/** What becomes of AAAA queries that upstreams answer with an error, or not at all (RFC 6147 §5.1.2, §5.1.3). */
public enum ErrorPolicy {
    /** Errors and silence are handed on: synthesis needs an answer that says that there is no AAAA record. */
    STRICT,
    /** Silence is an empty answer, an error is handed on. */
    TIMEOUT,
    /** Every RCODE but NXDOMAIN, and silence, is an empty answer: what RFC 6147 says. */
    LENIENT;

    static ErrorPolicy parse(String text) {
        return Names.of(ErrorPolicy.class, text);
    }

    /**
     * Whether synthesis goes on after an error.
     *
     * @param silent no answer came; otherwise an RCODE that is neither NOERROR nor NXDOMAIN
     */
    public boolean countsAsEmpty(boolean silent) {
        return this == LENIENT || this == TIMEOUT && silent;
    }
}
