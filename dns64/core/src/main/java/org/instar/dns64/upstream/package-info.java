// SPDX-License-Identifier: Apache-2.0
/**
 * The name servers that are asked, over dnsjava's asynchronous resolver: which of them, how often, over what, and how
 * sure it is that an answer is theirs.
 */
package org.instar.dns64.upstream;
