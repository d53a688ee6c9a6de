// SPDX-License-Identifier: Apache-2.0
/** The name servers that are asked, over dnsjava's asynchronous resolver. */
package org.instar.dns64.upstream;
