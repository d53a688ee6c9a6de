// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.settings;

/** How one of several prefixes is picked for a client. Immutable. */
public final class PrefixChoiceSettings {

    /** The paper's §5.2, and what became of it. */
    public enum Strategy {
        /** No choice: one AAAA record per prefix (RFC 6147 §5.2). */
        ALL,
        /** The next for each client that comes. */
        ROUND_ROBIN,
        RANDOM,
        /**
         * By a hash of the client and the prefix's weight: needs no memory, moves only clients of what goes or
         * comes.
         */
        CLIENT_HASH,
        /** By chance, in proportion to the weights. */
        WEIGHTED,
        /** The translator with the fewest sessions for its weight. */
        LEAST_SESSIONS,
        /** The translator with the largest part of its pools free. */
        POOL_HEADROOM
    }

    private final Strategy strategy;
    private final int stickySeconds;
    private final int clientPrefixLength;
    private final int maxTtlSeconds;

    private PrefixChoiceSettings(Options options) throws SettingsException {
        strategy = options.get("strategy", Strategy.ALL, text -> Names.of(Strategy.class, text));
        stickySeconds = options.integer("sticky-seconds", 3600, 0, 604_800);
        clientPrefixLength = options.integer("client-prefix-length", 64, 32, 128);
        maxTtlSeconds = options.integer("max-ttl", 600, 1, 604_800);
        options.refuseUnknown();
    }

    static PrefixChoiceSettings read(Options options) throws SettingsException {
        return new PrefixChoiceSettings(options);
    }

    public Strategy strategy() {
        return strategy;
    }

    /** For how long since its last query a client keeps its prefix, as long as its translator lives; 0: not at all. */
    public int stickySeconds() {
        return stickySeconds;
    }

    /** Clients within an IPv6 prefix of this length are one; IPv4 clients are each their own. */
    public int clientPrefixLength() {
        return clientPrefixLength;
    }

    /** Bound of the TTL of synthetic records where a choice is made, so that clients follow it. */
    public int maxTtlSeconds() {
        return maxTtlSeconds;
    }
}
