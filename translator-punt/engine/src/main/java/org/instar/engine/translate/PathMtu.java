// SPDX-License-Identifier: Apache-2.0
package org.instar.engine.translate;

import org.instar.engine.packet.IpPacket;

/** The arithmetic of "packet too big" (RFC 7915 §4.2, §5.2). */
final class PathMtu {

    /** RFC 1191 §7.1, as far as they are not below 1280. */
    private static final int[] PLATEAUS = {32000, 17914, 8166, 4352, 2002, 1492};
    private static final int DIFFERENCE = IpPacket.HEADER6_LENGTH - IpPacket.HEADER4_LENGTH;

    private final int mtu6;
    private final int mtu4;

    PathMtu(TranslatorSettings settings) {
        mtu6 = settings.mtu6();
        mtu4 = settings.mtu4();
    }

    /**
     * @param mtu next-hop MTU of an ICMPv4 message, 0 to 65535; 0 comes from a router that doesn't know RFC 1191
     * @param quotedTotalLength total length of the packet that was too big
     * @return the MTU to tell the IPv6 sender, never less than 1280
     */
    int to6(int mtu, int quotedTotalLength) {
        int pathMtu6 = mtu == 0 ? plateau(quotedTotalLength) : mtu + DIFFERENCE;
        return Math.max(TranslatorSettings.MIN_MTU6, Math.min(pathMtu6, Math.min(mtu6, mtu4 + DIFFERENCE)));
    }

    /** The greatest plateau below a length; 1280 when there is none. */
    private static int plateau(int length) {
        for (int plateau : PLATEAUS) {
            if (plateau < length) {
                return plateau;
            }
        }
        return TranslatorSettings.MIN_MTU6;
    }

    /**
     * @param mtu MTU of an ICMPv6 message, 32 bits without sign
     * @param hasFragmentHeader whether the packet that was too big had one, which IPv4 needs no room for
     * @return the MTU to tell the IPv4 sender, never less than 68
     */
    int to4(int mtu, boolean hasFragmentHeader) {
        int difference = DIFFERENCE + (hasFragmentHeader ? IpPacket.FRAGMENT_HEADER_LENGTH : 0);
        long told = (mtu & 0xffffffffL) - difference;
        return (int) Math.max(TranslatorSettings.MIN_MTU4, Math.min(told, Math.min(mtu4, mtu6 - difference)));
    }
}
