// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import org.instar.core.rule.Offloading;

/** Which sessions a switch translates itself, where it can and where their rule doesn't say otherwise. Immutable. */
public final class OffloadConfig {

    private static final int DEFAULT_MAX_SESSIONS = 100_000;
    /** As many handles as there are, less those that wait for the rules of their last session to be gone. */
    private static final int LARGEST_MAX_SESSIONS = 1_000_000;
    private static final OffloadConfig DEFAULTS =
            new OffloadConfig(Offloading.ESTABLISHED, DEFAULT_MAX_SESSIONS, false);

    private final Offloading when;
    private final int maxSessions;
    private final boolean strict;

    private OffloadConfig(Offloading when, int maxSessions, boolean strict) {
        this.when = when;
        this.maxSessions = maxSessions;
        this.strict = strict;
    }

    /** What holds where nothing is configured. */
    public static OffloadConfig defaults() {
        return DEFAULTS;
    }

    static OffloadConfig read(ConfigNode node) throws ConfigException {
        OffloadConfig config = new OffloadConfig(
                node.optional("when", DEFAULTS.when, Offloading::parse),
                node.integer("maxSessions", DEFAULT_MAX_SESSIONS, 1, LARGEST_MAX_SESSIONS),
                node.flag("strict", false));
        node.refuseUnknown();
        return config;
    }

    /** When sessions go into the switch, unless their rule says otherwise. */
    public Offloading when() {
        return when;
    }

    /** Sessions in the switch at most, in all shards: three flows each. */
    public int maxSessions() {
        return maxSessions;
    }

    /** Whether the switch may do only what RFC 7915 says to the letter (docs/pipeline.md). */
    public boolean isStrict() {
        return strict;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof OffloadConfig)) {
            return false;
        }
        OffloadConfig that = (OffloadConfig) other;
        return when.equals(that.when) && maxSessions == that.maxSessions && strict == that.strict;
    }

    @Override
    public int hashCode() {
        return when.hashCode() * 31 + maxSessions;
    }
}
