// SPDX-License-Identifier: Apache-2.0
package org.instar.core.snapshot;

import java.util.Locale;

/** What became of a session in a snapshot. */
public enum RestoreOutcome {

    /** It is there again. */
    RESTORED,
    /** Its time was over before the process started. Its pool port rests (RFC 6888 REQ-8). */
    EXPIRED,
    /** Its translation prefix is configured no more. */
    PREFIX_GONE,
    /** No pool has its transport address for its protocol any more, nor for its subscriber. */
    PORT_GONE,
    /** Another binding has its pool port, its client's address and port, or the block around it. */
    PORT_TAKEN,
    /** Its rule is not there, can't be read, and no rule translates its like. */
    RULE_GONE,
    /** There are as many sessions as may be ({@code limits.maxSessions}). */
    SESSION_LIMIT,
    /** It is in the snapshot twice: it ended and began again while the snapshot was made. */
    DOUBLED;

    public String counterName() {
        return "snapshot_sessions_" + name().toLowerCase(Locale.ROOT);
    }
}
