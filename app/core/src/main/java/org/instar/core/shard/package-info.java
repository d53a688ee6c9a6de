// SPDX-License-Identifier: Apache-2.0
/** A shard: one thread's bindings, sessions and timers, and the frames that come and go. */
package org.instar.core.shard;
