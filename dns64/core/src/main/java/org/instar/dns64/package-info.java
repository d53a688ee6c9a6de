// SPDX-License-Identifier: Apache-2.0
/**
 * DNS64 as RFC 6147 describes it, for a forwarder with a cache that validates. {@link org.instar.dns64.WireResponder}
 * takes the bytes of a query and {@link org.instar.dns64.Dns64Responder} finds the view; the answer to AAAA is made by
 * {@code AaaaQuery} (§5.1), to PTR by {@code PtrQuery} (§5.3.1), to ipv4only.arpa by {@code Ipv4OnlyArpa} (RFC 8880
 * §7); everything else is passed. What is asked goes through {@code Resolution}: cache, upstreams, validation. No
 * sockets here: those of the clients are the server's, those of the upstreams are dnsjava's.
 */
package org.instar.dns64;
