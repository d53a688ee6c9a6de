// SPDX-License-Identifier: Apache-2.0
/**
 * Translates one packet between IPv6 and IPv4 (RFC 7915 with the addresses of RFC 6052 and the changes of RFC
 * 6146 §3.7). Nothing here keeps sessions or does I/O: {@link org.instar.engine.packet} reads a packet,
 * {@link org.instar.engine.translate} writes the other one, {@link org.instar.engine.DropReason} names why it couldn't.
 */
package org.instar.engine;
