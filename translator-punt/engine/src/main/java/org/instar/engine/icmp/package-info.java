// SPDX-License-Identifier: Apache-2.0
/**
 * ICMP error messages of the translator's own: which there are, when they may be sent, how they are written (RFC 4443,
 * RFC 1812 §4.3, RFC 7915 §4.4 and §5.4).
 */
package org.instar.engine.icmp;
