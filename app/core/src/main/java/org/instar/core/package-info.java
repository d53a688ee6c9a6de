// SPDX-License-Identifier: Apache-2.0
/**
 * The brain: prefixes, pools, bindings, sessions and the way of a packet through them (RFC 6146). No I/O, no
 * controller types; time is a parameter.
 */
package org.instar.core;
