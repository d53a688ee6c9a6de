// SPDX-License-Identifier: Apache-2.0
/** Session tables (RFC 6146 §3.2), the states of TCP sessions (§3.5.2) and the timers on all of them (§4). */
package org.instar.core.session;
