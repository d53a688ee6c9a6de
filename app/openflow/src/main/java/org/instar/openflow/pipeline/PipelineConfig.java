// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.pipeline;

import java.util.List;
import java.util.Objects;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;

/**
 * What the static flows depend on.
 *
 * @param fastPathPort OpenFlow number of the port that leads to the software fast path
 * @param gatewayMac MAC address of the gateway, lower 48 bits; unicast
 * @param gatewayGlobal the gateway's own IPv6 address
 * @param gatewayLinkLocal its link-local address
 * @param gatewayIpv4 its IPv4 address
 * @param prefixes prefixes of IPv4-embedded IPv6 addresses, at least one
 * @param poolPrefixes the pools' IPv4 prefixes, at least one
 * @param locating copies of what tells the port of a MAC address go to the controller: {@link StaticRule#isLocating}
 */
public record PipelineConfig(int fastPathPort, long gatewayMac, Ip6 gatewayGlobal, Ip6 gatewayLinkLocal,
        int gatewayIpv4, List<Prefix64> prefixes, List<Prefix4> poolPrefixes, boolean locating) {

    private static final long MAC_GROUP_BIT = 1L << 40;

    public PipelineConfig {
        Objects.requireNonNull(gatewayGlobal, "gatewayGlobal");
        Objects.requireNonNull(gatewayLinkLocal, "gatewayLinkLocal");
        prefixes = List.copyOf(prefixes);
        poolPrefixes = List.copyOf(poolPrefixes);
        if (fastPathPort <= 0) {
            throw new IllegalArgumentException("fastPathPort: not the number of a physical port: "
                    + Integer.toUnsignedString(fastPathPort));
        }
        if (gatewayMac <= 0 || gatewayMac >>> 48 != 0 || (gatewayMac & MAC_GROUP_BIT) != 0) {
            throw new IllegalArgumentException(
                    String.format("gatewayMac: not a unicast MAC address: 0x%x", gatewayMac));
        }
        if (!gatewayLinkLocal.isLinkLocal()) {
            throw new IllegalArgumentException("gatewayLinkLocal: not a link-local address: " + gatewayLinkLocal);
        }
        if (prefixes.isEmpty()) {
            throw new IllegalArgumentException("prefixes: none");
        }
        if (poolPrefixes.isEmpty()) {
            throw new IllegalArgumentException("poolPrefixes: none");
        }
    }
}
