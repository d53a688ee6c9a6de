// SPDX-License-Identifier: Apache-2.0
/**
 * The nat64d process: reads the configuration and wires switch, fast path, shard, DNS64 and REST together. Start with
 * {@link org.instar.nat64d.Nat64d}.
 */
package org.instar.nat64d;
