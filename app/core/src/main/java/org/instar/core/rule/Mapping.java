// SPDX-License-Identifier: Apache-2.0
package org.instar.core.rule;

import java.util.Locale;

/** Whether one IPv4 transport address stands for a client towards all remote endpoints (RFC 4787 §4.1). */
public enum Mapping {

    /** One BIB entry for all remotes: what RFC 6146 and RFC 4787 REQ-1 ask for. */
    ENDPOINT_INDEPENDENT,
    /** Address and port dependent, pf's way: a pool port serves many clients, as long as their remotes differ. */
    ENDPOINT_DEPENDENT;

    /** The word in rules: {@code endpoint-independent}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
