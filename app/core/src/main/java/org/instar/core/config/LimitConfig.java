// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

/** How much state there may be. Immutable. */
public final class LimitConfig {

    private static final int DEFAULT_MAX_SESSIONS = 200_000;
    private static final int DEFAULT_MAX_SESSIONS_PER_BINDING = 10_000;
    private static final int LARGEST = 100_000_000;

    private final int maxSessions;
    private final int maxSessionsPerBinding;

    private LimitConfig(int maxSessions, int maxSessionsPerBinding) {
        this.maxSessions = maxSessions;
        this.maxSessionsPerBinding = maxSessionsPerBinding;
    }

    static LimitConfig defaults() {
        return new LimitConfig(DEFAULT_MAX_SESSIONS, DEFAULT_MAX_SESSIONS_PER_BINDING);
    }

    static LimitConfig read(ConfigNode node) throws ConfigException {
        LimitConfig limits = new LimitConfig(node.integer("maxSessions", DEFAULT_MAX_SESSIONS, 1, LARGEST),
                node.integer("maxSessionsPerBinding", DEFAULT_MAX_SESSIONS_PER_BINDING, 1, LARGEST));
        node.refuseUnknown();
        return limits;
    }

    /** In all. */
    public int maxSessions() {
        return maxSessions;
    }

    /** Of one BIB entry: filtering is endpoint-independent, so strangers can make sessions too. */
    public int maxSessionsPerBinding() {
        return maxSessionsPerBinding;
    }
}
