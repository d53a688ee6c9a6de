// SPDX-License-Identifier: Apache-2.0
/** Tests over sockets on loopback: clients, this server, and a real name server behind it. */
package org.instar.dns64.server;
