// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.nio.ByteBuffer;
import java.util.List;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;

/** The octets of a router advertisement (RFC 4861 §4.2) and its options (§4.6, RFC 8781 §4, RFC 8106 §5.1). */
final class RouterAdvertisement {

    private static final int HEADER_LENGTH = 16;
    private static final int CUR_HOP_LIMIT = 64;

    private static final int PREFIX_INFORMATION = 3;
    private static final int PREFIX_INFORMATION_LENGTH = 32;
    private static final int ON_LINK_FLAG = 0x80;
    private static final int AUTONOMOUS_FLAG = 0x40;
    private static final int MTU = 5;
    private static final int RDNSS = 25;
    private static final int PREF64 = 38;
    private static final int PREF64_LENGTH = 16;
    private static final int MAX_SCALED_LIFETIME = 8191;

    private RouterAdvertisement() {
    }

    /** Octets of the ICMPv6 message. */
    static int length(Advertisement advertisement) {
        int length = HEADER_LENGTH + NdOptions.UNIT
                + PREFIX_INFORMATION_LENGTH * advertisement.prefixes().size()
                + PREF64_LENGTH * advertisement.pref64().size();
        if (advertisement.mtu() != 0) {
            length += NdOptions.UNIT;
        }
        return advertisement.rdnss().isEmpty() ? length : length + rdnssLength(advertisement.rdnss());
    }

    private static int rdnssLength(List<Ip6> resolvers) {
        return NdOptions.UNIT + 16 * resolvers.size();
    }

    /**
     * Writes the message, but for its checksum.
     *
     * @param last the router goes: it is no default router any more (RFC 4861 §6.2.5), and its translation prefixes
     *             share its fate (RFC 8781 §3)
     */
    static void write(ByteBuffer frame, int icmp, Advertisement advertisement, long mac, boolean last) {
        frame.putInt(icmp, NeighborDiscovery.ROUTER_ADVERTISEMENT << 24);
        frame.put(icmp + 4, (byte) CUR_HOP_LIMIT);
        frame.put(icmp + 5, (byte) 0);
        frame.putShort(icmp + 6, (short) (last ? 0 : advertisement.routerLifetimeSeconds()));
        frame.putLong(icmp + 8, 0);
        int at = icmp + HEADER_LENGTH;
        NdOptions.putLinkLayerAddress(frame, at, NdOptions.SOURCE_LINK_LAYER_ADDRESS, mac);
        at += NdOptions.UNIT;
        if (advertisement.mtu() != 0) {
            frame.putInt(at, MTU << 24 | 1 << 16);
            frame.putInt(at + 4, advertisement.mtu());
            at += NdOptions.UNIT;
        }
        for (AdvertisedPrefix prefix : advertisement.prefixes()) {
            at = putPrefix(frame, at, prefix);
        }
        int scaledLifetime = last ? 0 : scaledLifetime(advertisement.routerLifetimeSeconds());
        for (Prefix64 prefix : advertisement.pref64()) {
            at = putPref64(frame, at, prefix, scaledLifetime);
        }
        if (!advertisement.rdnss().isEmpty()) {
            putRdnss(frame, at, advertisement.rdnss(), 3 * advertisement.intervalSeconds());
        }
    }

    private static int putPrefix(ByteBuffer frame, int at, AdvertisedPrefix advertised) {
        Prefix6 prefix = advertised.prefix();
        int flags = (advertised.onLink() ? ON_LINK_FLAG : 0) | (advertised.autonomous() ? AUTONOMOUS_FLAG : 0);
        frame.putInt(at, PREFIX_INFORMATION << 24 | PREFIX_INFORMATION_LENGTH / NdOptions.UNIT << 16
                | prefix.length() << 8 | flags);
        frame.putInt(at + 4, (int) advertised.validSeconds());
        frame.putInt(at + 8, (int) advertised.preferredSeconds());
        frame.putInt(at + 12, 0);
        Ipv6Header.put(frame, at + 16, prefix.address());
        return at + PREFIX_INFORMATION_LENGTH;
    }

    private static int putPref64(ByteBuffer frame, int at, Prefix64 translation, int scaledLifetime) {
        Ip6 address = translation.prefix().address();
        frame.putShort(at, (short) (PREF64 << 8 | PREF64_LENGTH / NdOptions.UNIT));
        frame.putShort(at + 2, (short) (scaledLifetime << 3 | prefixLengthCode(translation.length())));
        frame.putLong(at + 4, address.high());
        frame.putInt(at + 12, (int) (address.low() >>> 32));
        return at + PREF64_LENGTH;
    }

    /** Seconds in units of 8, rounded up (RFC 8781 §4.1). */
    static int scaledLifetime(int seconds) {
        return Math.min(MAX_SCALED_LIFETIME, (seconds + 7) / 8);
    }

    /** 96, 64, 56, 48, 40 and 32 are 0 to 5 (RFC 8781 §4). */
    static int prefixLengthCode(int prefixLength) {
        return prefixLength == 96 ? 0 : 1 + (64 - prefixLength) / 8;
    }

    private static void putRdnss(ByteBuffer frame, int at, List<Ip6> resolvers, int lifetimeSeconds) {
        frame.putInt(at, RDNSS << 24 | rdnssLength(resolvers) / NdOptions.UNIT << 16);
        frame.putInt(at + 4, lifetimeSeconds);
        for (int i = 0; i < resolvers.size(); i++) {
            Ipv6Header.put(frame, at + 8 + 16 * i, resolvers.get(i));
        }
    }
}
