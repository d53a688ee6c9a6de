// SPDX-License-Identifier: Apache-2.0
/**
 * DNS64 as RFC 6147 describes it, for a forwarder that doesn't validate. {@link org.instar.dns64.WireResponder} takes
 * the bytes of a query and {@link org.instar.dns64.Dns64Responder} the message; the answer to AAAA is made by
 * {@code AaaaQuery} (§5.1), to PTR by {@code PtrQuery} (§5.3.1), to ipv4only.arpa by {@code Ipv4OnlyArpa} (RFC 8880
 * §7); everything else is passed. No sockets here: those of the clients are the server's, those of the upstreams are
 * dnsjava's, behind {@link org.instar.dns64.Upstream}.
 */
package org.instar.dns64;
