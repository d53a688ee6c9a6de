// SPDX-License-Identifier: Apache-2.0
/**
 * The router edge: what makes the point of translation the IPv6 and IPv4 router of its link. Neighbor discovery and
 * router advertisements (RFC 4861, RFC 8781, RFC 8106), ARP (RFC 826), echo (RFC 4443 §4, RFC 792) and the next hops of
 * translated packets. {@link org.instar.core.edge.RouterEdge} is the door; frames come in and go out as buffers, time
 * is a parameter, and one thread owns it all.
 */
package org.instar.core.edge;
