// SPDX-License-Identifier: Apache-2.0
package org.instar.openflow.inswitch;

import java.util.Objects;
import org.instar.openflow.pipeline.PipelineConfig;

/**
 * What the tables of the translation depend on.
 *
 * @param pipeline that of the pipeline they stand beside: gateway, prefixes, pools
 * @param mtu6 MTU of the IPv6 side, bytes, 1280 to 9000
 * @param mtu4 MTU of the IPv4 side, bytes, 68 to 9000
 * @param strict IPv4 packets of more than {@value #MIN_MTU6} bytes as IPv6 packets go to the fast path, which
 *     fragments those without DF as RFC 7915 §4 wants; otherwise they are translated whole if they fit
 */
public record TranslationConfig(PipelineConfig pipeline, int mtu6, int mtu4, boolean strict) {

    /** Each byte of MTU is three flows. */
    public static final int MAX_MTU = 9000;

    private static final int MIN_MTU6 = 1280;
    private static final int MIN_MTU4 = 68;

    public TranslationConfig {
        Objects.requireNonNull(pipeline, "pipeline");
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

    /** Longest IPv4 packet that the switch may translate; what is longer takes the fast path. */
    int longestTo6() {
        return strict ? Math.min(maxLength4(), MIN_MTU6 - LENGTH_DIFFERENCE) : maxLength4();
    }

    /** What the fixed IPv6 header is longer by than an IPv4 header without options. */
    static final int LENGTH_DIFFERENCE = 20;
}
