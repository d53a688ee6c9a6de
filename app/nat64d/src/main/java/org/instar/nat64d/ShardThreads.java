// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.instar.core.session.ShardState;
import org.instar.core.shard.Shard;
import org.instar.nat64d.inswitch.TranslatingSwitch;

/** The shards as those see them who have them do something, from any thread. */
interface ShardThreads extends TranslatingSwitch.Shards {

    /** A shard's tables; to be read. */
    ShardState state(int shard);

    /** Whether all threads run. */
    boolean isAlive();

    /**
     * Has each shard's thread do something.
     *
     * @return completes when all have done it, fails when one has failed
     */
    CompletableFuture<Void> executeAll(Consumer<Shard> command);
}
