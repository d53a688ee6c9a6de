// SPDX-License-Identifier: Apache-2.0
/**
 * Addresses and prefixes as packed numbers: an IPv4 address is an {@code int}, an IPv6 address two {@code long}s,
 * both in network order (most significant bits first). {@link org.instar.engine.address.Prefix64} is RFC 6052.
 */
package org.instar.engine.address;
