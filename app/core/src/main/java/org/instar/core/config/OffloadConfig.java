// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.Locale;

/**
 * Which sessions a switch translates itself, where it can and where their rule leaves the place open
 * ({@link org.instar.core.rule.Place}). Immutable.
 */
public final class OffloadConfig {

    /** When a session goes into the switch. */
    public enum When {
        /** None does; rules may still say otherwise. */
        NEVER,
        /** With its first packet. */
        AT_ONCE,
        /** A TCP connection when it is established, a UDP session when an answer came and the client goes on. */
        ESTABLISHED,
        /** When it is established and has had so many packets. */
        AFTER_PACKETS;

        /** As configurations say it: {@code at-once}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static When parse(String text) {
            for (When when : values()) {
                if (when.text().equals(text)) {
                    return when;
                }
            }
            throw new IllegalArgumentException(
                    "not one of never, at-once, established, after-packets: '" + text + "'");
        }
    }

    private static final int DEFAULT_MAX_SESSIONS = 100_000;
    /** As many handles as there are, less what one waits for its rules to be gone. */
    private static final int LARGEST_MAX_SESSIONS = 1_000_000;
    private static final int DEFAULT_PACKETS = 10;
    private static final int LARGEST_PACKETS = 1_000_000_000;
    private static final OffloadConfig DEFAULTS =
            new OffloadConfig(When.ESTABLISHED, DEFAULT_PACKETS, DEFAULT_MAX_SESSIONS, false);

    private final When when;
    private final int packets;
    private final int maxSessions;
    private final boolean strict;

    private OffloadConfig(When when, int packets, int maxSessions, boolean strict) {
        this.when = when;
        this.packets = packets;
        this.maxSessions = maxSessions;
        this.strict = strict;
    }

    /** What holds where nothing is configured. */
    public static OffloadConfig defaults() {
        return DEFAULTS;
    }

    static OffloadConfig read(ConfigNode node) throws ConfigException {
        When when = node.optional("when", DEFAULTS.when, When::parse);
        if (node.has("packets") && when != When.AFTER_PACKETS) {
            throw node.error("packets", "goes with when: after-packets only");
        }
        OffloadConfig config = new OffloadConfig(when,
                node.integer("packets", DEFAULT_PACKETS, 1, LARGEST_PACKETS),
                node.integer("maxSessions", DEFAULT_MAX_SESSIONS, 1, LARGEST_MAX_SESSIONS),
                node.flag("strict", false));
        node.refuseUnknown();
        return config;
    }

    public When when() {
        return when;
    }

    /** How many packets both ways a session has had before it goes into the switch; with AFTER_PACKETS only. */
    public int packets() {
        return packets;
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
        return when == that.when && packets == that.packets && maxSessions == that.maxSessions
                && strict == that.strict;
    }

    @Override
    public int hashCode() {
        return (when.hashCode() * 31 + packets) * 31 + maxSessions;
    }
}
