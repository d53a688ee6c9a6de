// SPDX-License-Identifier: Apache-2.0
package org.instar.core.service;

import java.util.concurrent.CompletableFuture;

/** Changes a running translator. Callable from any thread. */
public interface Nat64AdminService {

    /**
     * Ends sessions at once.
     *
     * @return how many; completes when their flow rules are out of the switch
     */
    CompletableFuture<Integer> removeSessions(SessionFilter filter);
}
