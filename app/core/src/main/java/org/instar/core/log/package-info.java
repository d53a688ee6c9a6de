// SPDX-License-Identifier: Apache-2.0
/** What happened to bindings: enough to tell later who had which IPv4 transport address when (RFC 6888 §4). */
package org.instar.core.log;
