// SPDX-License-Identifier: Apache-2.0
/**
 * A packet's way through the translator, a class a step (RFC 6146 §3.4 to §3.8):
 * {@link org.instar.core.path.DetermineIncomingTuple}, {@link org.instar.core.path.FilterAndUpdate},
 * {@link org.instar.core.path.ComputeOutgoingTuple}, {@link org.instar.core.path.TranslatePacket},
 * {@link org.instar.core.path.HandleHairpin}. Every packet that isn't sent on is counted under a named reason.
 */
package org.instar.core.path;
