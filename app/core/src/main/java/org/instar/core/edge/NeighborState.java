// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

/** States of a neighbor cache entry (RFC 4861 §7.3.2); ARP entries go through the same. */
public enum NeighborState {
    INCOMPLETE,
    REACHABLE,
    STALE,
    DELAY,
    PROBE
}
