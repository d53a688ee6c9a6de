// SPDX-License-Identifier: Apache-2.0
package org.instar.dns64.server;

/**
 * What one server takes on at a time.
 *
 * @param queriesInFlight queries being answered, over all sockets; what comes above is dropped and counted. Each may
 *         hold a socket to an upstream
 * @param tcpConnections open connections; further ones are closed at once and counted
 * @param queriesPerConnection queries being answered for one connection; above it is not read from (RFC 7766 §7)
 * @param idleTimeoutMillis a connection without a whole query and without an answer for this long is closed
 *         (RFC 7766 §6.2.3)
 */
record ServerLimits(int queriesInFlight, int tcpConnections, int queriesPerConnection, int idleTimeoutMillis) {

    static final ServerLimits DEFAULT = new ServerLimits(1000, 256, 64, 10_000);
}
