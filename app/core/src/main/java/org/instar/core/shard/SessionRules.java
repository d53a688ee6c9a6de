// SPDX-License-Identifier: Apache-2.0
package org.instar.core.shard;

import java.util.concurrent.CompletableFuture;
import org.instar.core.session.Session;

/**
 * Puts a session's flow rules into the switch and takes them out. Called on the shard's thread, must not block; answers
 * come back through {@link Shard#rulesConfirmed} and {@link Shard#rulesFailed}, on the shard's thread too.
 */
public interface SessionRules {

    /** Asks for the rules of both directions. */
    void install(Session session);

    /** Takes out what rules there are; completes when the switch has confirmed it, or is gone. */
    CompletableFuture<Void> remove(Session session);
}
