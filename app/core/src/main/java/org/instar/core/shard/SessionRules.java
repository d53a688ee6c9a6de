// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.instar.core.session.Session;

/**
 * Puts a session's flow rules into the switch and takes them out. Called on the shard's thread, must not block; answers
 * come back through {@link Shard#rulesConfirmed} and {@link Shard#rulesFailed}, on the shard's thread too.
 */
public interface SessionRules {

    /** Asks for the rules of both directions. */
    void install(Session session);

    /**
     * Takes out what rules these sessions have; completes when the switch has confirmed it. Fails when it has not: the
     * implementation sees to it that the rules go all the same, at the latest when the switch connects again.
     */
    CompletableFuture<Void> remove(List<Session> sessions);
}
