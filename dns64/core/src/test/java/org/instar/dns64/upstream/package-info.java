// SPDX-License-Identifier: Apache-2.0
/** Tests of the upstream over real sockets on loopback, and the name server that they and others ask. */
package org.instar.dns64.upstream;
