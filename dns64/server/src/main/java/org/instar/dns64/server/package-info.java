// SPDX-License-Identifier: Apache-2.0
/**
 * The sockets of the DNS64: UDP and TCP on every listen address, by Netty. What a query is answered with is decided by
 * {@link org.instar.dns64.WireResponder}; here are the sockets, their limits and their ends.
 */
package org.instar.dns64.server;
