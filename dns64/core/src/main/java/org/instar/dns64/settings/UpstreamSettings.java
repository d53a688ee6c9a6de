// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

/** How upstreams are asked. Immutable. */
public final class UpstreamSettings {

    private final int queryTimeoutMillis;
    private final int tries;
    private final boolean caseRandomisation;
    private final boolean cookies;

    private UpstreamSettings(Options options) throws SettingsException {
        queryTimeoutMillis = options.integer("query-timeout-millis", 1000, 1, 60_000);
        tries = options.integer("tries", 3, 1, 10);
        caseRandomisation = options.flag("case-randomisation", true);
        cookies = options.flag("cookies", true);
    }

    /** The options stand among those of the whole. */
    static UpstreamSettings read(Options options) throws SettingsException {
        return new UpstreamSettings(options);
    }

    /** How long one try may take, a retry over TCP within it included. */
    public int queryTimeoutMillis() {
        return queryTimeoutMillis;
    }

    /** How often an upstream is asked for one question at most, all upstreams taken together. */
    public int tries() {
        return tries;
    }

    /** Whether names are asked in random case, which the answer must repeat (0x20). */
    public boolean isCaseRandomisation() {
        return caseRandomisation;
    }

    /** Whether DNS cookies are sent, and expected of upstreams that have sent one (RFC 7873). */
    public boolean isCookies() {
        return cookies;
    }
}
