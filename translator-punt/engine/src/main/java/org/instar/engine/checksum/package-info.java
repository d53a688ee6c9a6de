// SPDX-License-Identifier: Apache-2.0
/**
 * The Internet checksum (RFC 1071): sums over buffers, pseudo-headers of both families, incremental update (RFC 1624).
 */
package org.instar.engine.checksum;
