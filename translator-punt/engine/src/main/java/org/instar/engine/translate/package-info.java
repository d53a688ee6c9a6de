// SPDX-License-Identifier: Apache-2.0
/**
 * Writes the translated packet: RFC 7915 §4 (IPv4 to IPv6) and §5 (IPv6 to IPv4), with addresses, ports and identifiers
 * from the outgoing tuple (RFC 6146 §3.7).
 */
package org.instar.engine.translate;
