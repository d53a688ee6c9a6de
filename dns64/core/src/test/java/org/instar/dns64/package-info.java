// SPDX-License-Identifier: Apache-2.0
/** Tests by section of RFC 6147, against {@code ScriptedUpstream}'s zone data. */
package org.instar.dns64;
