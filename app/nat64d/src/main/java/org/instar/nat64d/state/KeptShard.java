// SPDX-License-Identifier: Apache-2.0
package org.instar.nat64d.state;

import java.util.concurrent.Executor;
import org.instar.core.pool.PortAllocator;
import org.instar.core.pool.Subscribers;
import org.instar.core.session.ShardState;

/**
 * A shard whose sessions are kept.
 *
 * @param thread runs commands on the shard's thread, between packets
 */
public record KeptShard(ShardState state, PortAllocator ports, Subscribers subscribers, Executor thread) { }
