// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;

/** What router advertisements say and how often they are sent (RFC 4861 §6.2.1). Immutable. */
public final class Advertisement {

    /** AdvDefaultLifetime is at most this (RFC 4861 §6.2.1). */
    private static final int MAX_ROUTER_LIFETIME_SECONDS = 9000;
    /** Every IPv6 link carries this much (RFC 8200 §5). */
    private static final int MINIMUM_MTU = 1280;
    private static final int MAXIMUM_MTU = 65535;

    private final int intervalSeconds;
    private final int mtu;
    private final List<AdvertisedPrefix> prefixes;
    private final List<Prefix64> pref64;
    private final List<Ip6> rdnss;

    private Advertisement(Builder builder) {
        this.intervalSeconds = builder.intervalSeconds;
        this.mtu = builder.mtu;
        this.prefixes = Collections.unmodifiableList(new ArrayList<>(builder.prefixes));
        this.pref64 = Collections.unmodifiableList(new ArrayList<>(builder.pref64));
        this.rdnss = Collections.unmodifiableList(new ArrayList<>(builder.rdnss));
    }

    /**
     * @param intervalSeconds MaxRtrAdvInterval, 4 to 1800
     */
    public static Builder builder(int intervalSeconds) {
        return new Builder(intervalSeconds);
    }

    /** MaxRtrAdvInterval. */
    public int intervalSeconds() {
        return intervalSeconds;
    }

    /** MinRtrAdvInterval: a third of the maximum, but at least 3 s and for intervals below 9 s three quarters. */
    double minIntervalSeconds() {
        return intervalSeconds >= 9 ? 0.33 * intervalSeconds : Math.max(3, 0.75 * intervalSeconds);
    }

    /** AdvDefaultLifetime: three intervals. */
    public int routerLifetimeSeconds() {
        return Math.min(MAX_ROUTER_LIFETIME_SECONDS, 3 * intervalSeconds);
    }

    /** AdvLinkMTU in octets; 0: none is advertised. */
    public int mtu() {
        return mtu;
    }

    public List<AdvertisedPrefix> prefixes() {
        return prefixes;
    }

    /**
     * The same with other prefixes for hosts.
     *
     * @throws IllegalArgumentException as {@link Builder#build()}
     */
    public Advertisement withPrefixes(List<AdvertisedPrefix> others) {
        Builder builder = builder(intervalSeconds).mtu(mtu);
        others.forEach(builder::prefix);
        pref64.forEach(builder::pref64);
        rdnss.forEach(builder::rdnss);
        return builder.build();
    }

    /** Translation prefixes (RFC 8781). */
    public List<Prefix64> pref64() {
        return pref64;
    }

    /** Recursive resolvers (RFC 8106 §5.1). */
    public List<Ip6> rdnss() {
        return rdnss;
    }

    /** Collects an {@link Advertisement}. */
    public static final class Builder {

        private final int intervalSeconds;
        private int mtu;
        private final List<AdvertisedPrefix> prefixes = new ArrayList<>();
        private final List<Prefix64> pref64 = new ArrayList<>();
        private final List<Ip6> rdnss = new ArrayList<>();

        private Builder(int intervalSeconds) {
            this.intervalSeconds = intervalSeconds;
        }

        public Builder prefix(AdvertisedPrefix prefix) {
            prefixes.add(prefix);
            return this;
        }

        /** Adds an on-link prefix with default lifetimes. */
        public Builder prefix(Prefix6 prefix) {
            return prefix(AdvertisedPrefix.of(prefix));
        }

        /** Octets, 1280 to 65535; 0, the default: not advertised. */
        public Builder mtu(int octets) {
            this.mtu = octets;
            return this;
        }

        public Builder pref64(Prefix64 prefix) {
            pref64.add(prefix);
            return this;
        }

        public Builder rdnss(Ip6 resolver) {
            rdnss.add(resolver);
            return this;
        }

        /**
         * @throws IllegalArgumentException naming the value that is out of range, or when all of it does not fit in
         *                                  one packet of 1280 octets
         */
        public Advertisement build() {
            if (intervalSeconds < 4 || intervalSeconds > 1800) {
                throw new IllegalArgumentException(
                        "advertise.intervalSeconds: 4 to 1800 (RFC 4861 6.2.1), not " + intervalSeconds);
            }
            if (mtu != 0 && (mtu < MINIMUM_MTU || mtu > MAXIMUM_MTU)) {
                throw new IllegalArgumentException("advertise.mtu: 1280 to 65535, not " + mtu);
            }
            for (Ip6 resolver : rdnss) {
                if (resolver.isMulticast() || resolver.equals(Ipv6Header.UNSPECIFIED)) {
                    throw new IllegalArgumentException("advertise.rdnss: not a unicast address: '" + resolver + "'");
                }
            }
            Advertisement advertisement = new Advertisement(this);
            int length = Ipv6Header.LENGTH + RouterAdvertisement.length(advertisement);
            if (length > MINIMUM_MTU) {
                throw new IllegalArgumentException("advertise: " + length
                        + " octets of prefixes and resolvers do not fit in one packet of 1280");
            }
            return advertisement;
        }
    }
}
