// SPDX-License-Identifier: Apache-2.0
/**
 * What upstreams answered, for as long as it lives and, when they are gone, a while longer (RFC 8767). Nothing that is
 * synthesised is in it, so that no change of prefixes can make it wrong.
 */
package org.instar.dns64.cache;
