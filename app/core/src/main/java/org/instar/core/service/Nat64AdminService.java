// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.instar.core.rule.StaticBinding;

/** Changes a running translator. Callable from any thread. */
public interface Nat64AdminService {

    /**
     * Ends sessions at once.
     *
     * @return how many; completes when their flow rules are out of the switch
     */
    CompletableFuture<Integer> removeSessions(SessionFilter filter);

    /**
     * Takes sessions out of the switch that it translates itself. They live on in the fast path, until they go back for
     * the reason they were there.
     *
     * @return how many
     */
    CompletableFuture<Integer> leaveSwitch(SessionFilter filter);

    /**
     * Reads the configuration again and applies it, whole or not at all. Sessions that the change doesn't touch live
     * on.
     *
     * @param drain whether pool addresses with live bindings may be taken away: they get no new bindings, and go with
     *     the last one
     * @throws ConfigRefusedException naming the field, when nothing was changed
     */
    void reload(boolean drain) throws ConfigRefusedException;

    /**
     * Adds a static binding until the configuration is read again.
     *
     * @throws ConfigRefusedException when it doesn't fit the configuration
     */
    void addStaticBinding(StaticBinding binding) throws ConfigRefusedException;

    /**
     * Takes a static binding away; sessions that it has live on.
     *
     * @return whether it was there
     * @throws ConfigRefusedException when the configuration isn't good without it
     */
    boolean removeStaticBinding(StaticBinding binding) throws ConfigRefusedException;

    /**
     * Checks the tables of the running translator, a piece at a time.
     *
     * @return what is wrong with them, one line each; empty when nothing is
     */
    CompletableFuture<List<String>> check();
}
