// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.List;
import java.util.Objects;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.openflow.pipeline.PipelineConfig;

/**
 * What the tables of the translation depend on.
 *
 * @param pipeline that of the pipeline they stand beside: gateway, prefixes, pools
 * @param mtu6 MTU of the IPv6 side, bytes, 1280 to 9000
 * @param mtu4 MTU of the IPv4 side, bytes, 68 to 9000
 * @param nextHops4 where IPv4 packets go; the longest prefix counts
 * @param nextHops6 where IPv6 packets go; the longest prefix counts
 */
public record TranslationConfig(PipelineConfig pipeline, int mtu6, int mtu4, List<NextHop4> nextHops4,
        List<NextHop6> nextHops6) {

    /** Each byte of MTU is three flows. */
    public static final int MAX_MTU = 9000;

    private static final int MIN_MTU6 = 1280;
    private static final int MIN_MTU4 = 68;

    /** A next hop: MAC address (lower 48 bits) and OpenFlow number of the port it is at. */
    public record NextHop4(Prefix4 prefix, long mac, int port) {
    }

    /** A next hop: MAC address (lower 48 bits) and OpenFlow number of the port it is at. */
    public record NextHop6(Prefix6 prefix, long mac, int port) {
    }

    public TranslationConfig {
        Objects.requireNonNull(pipeline, "pipeline");
        nextHops4 = List.copyOf(nextHops4);
        nextHops6 = List.copyOf(nextHops6);
        range("mtu6", mtu6, MIN_MTU6);
        range("mtu4", mtu4, MIN_MTU4);
    }

    private static void range(String name, int value, int min) {
        if (value < min || value > MAX_MTU) {
            throw new IllegalArgumentException(name + ": not within " + min + " to " + MAX_MTU + ": " + value);
        }
    }

    /** Longest IPv4 packet that may come or leave: its IPv6 form has 20 bytes more (RFC 7915 §4, §5). */
    int maxLength4() {
        return Math.min(mtu4, mtu6 - LENGTH_DIFFERENCE);
    }

    /** What the fixed IPv6 header is longer by than an IPv4 header without options. */
    static final int LENGTH_DIFFERENCE = 20;
}
