// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

/** What happens to a UDP packet that comes from IPv4 with a checksum of zero: without one (RFC 7915 §4.5). */
public enum UdpZeroChecksum {

    /** The checksum that IPv6 needs is computed over the whole packet. */
    COMPUTE,
    /** The packet is dropped. */
    DROP,
    /** The packet leaves without a checksum, for tunnels whose ends agreed on that (RFC 6936). */
    FORWARD
}
