// SPDX-License-Identifier: Apache-2.0
/**
 * The IPv4 transport addresses and who has them. {@link org.instar.core.pool.PoolDirectory} keeps the pools of the
 * process and leases port blocks to shards; each shard's {@link org.instar.core.pool.PortAllocator} gives out the ports
 * of its blocks without locks; {@link org.instar.core.pool.Subscribers} knows who the clients belong to and what they
 * may have. RFC 6146 §3.5.1.1 and §3.5.2.3, RFC 4787 §4, RFC 6056, RFC 6888, RFC 7422.
 */
package org.instar.core.pool;
