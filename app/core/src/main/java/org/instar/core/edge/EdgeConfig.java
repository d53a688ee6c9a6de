// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/** The addresses of a router edge and what it does with them. Immutable. */
public final class EdgeConfig {

    /** Neighbors per IP version, unless configured. */
    public static final int DEFAULT_MAX_NEIGHBORS = 65536;
    private static final int LARGEST_MAX_NEIGHBORS = 1 << 24;

    private final long mac;
    private final Ip6 address6;
    private final Prefix6 onLink6;
    private final Ip6 linkLocal;
    private final int address4;
    private final Prefix4 onLink4;
    private final OptionalInt nextHop4;
    private final List<Prefix4> pools;
    private final Advertisement advertisement;
    private final int maxNeighbors;

    private EdgeConfig(Builder builder) {
        this.mac = builder.mac;
        this.address6 = builder.address6;
        this.onLink6 = builder.onLink6;
        this.linkLocal = linkLocal(builder.mac);
        this.address4 = builder.address4;
        this.onLink4 = builder.onLink4;
        this.nextHop4 = builder.nextHop4;
        this.pools = Collections.unmodifiableList(new ArrayList<>(builder.pools));
        this.advertisement = builder.advertisement;
        this.maxNeighbors = builder.maxNeighbors;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** fe80::/64 with the modified EUI-64 of an Ethernet address (RFC 4291 appendix A). */
    private static Ip6 linkLocal(long mac) {
        long interfaceId = (mac >>> 24 ^ 0x02_0000) << 40 | 0xff_fe00_0000L | mac & 0xff_ffff;
        return Ip6.of(0xfe80L << 48, interfaceId);
    }

    /** The gateway's Ethernet address, 48 bits. */
    public long mac() {
        return mac;
    }

    /** The gateway's global address. */
    public Ip6 address6() {
        return address6;
    }

    /** Where global addresses are neighbors; link-local ones always are. */
    public Prefix6 onLink6() {
        return onLink6;
    }

    /** The gateway's link-local address, made from its Ethernet address. */
    public Ip6 linkLocal() {
        return linkLocal;
    }

    /** The gateway's IPv4 address, packed. */
    public int address4() {
        return address4;
    }

    public Prefix4 onLink4() {
        return onLink4;
    }

    /** The router for IPv4 destinations off the link; without one there is no way to them. */
    public OptionalInt nextHop4() {
        return nextHop4;
    }

    /** The addresses that ARP answers for besides the gateway's. */
    public List<Prefix4> pools() {
        return pools;
    }

    /** What is advertised, or null: nothing is. */
    public Advertisement advertisement() {
        return advertisement;
    }

    /** The most neighbors remembered, per IP version. */
    public int maxNeighbors() {
        return maxNeighbors;
    }

    boolean isOwn6(long high, long low) {
        return high == address6.high() && low == address6.low() || high == linkLocal.high() && low == linkLocal.low();
    }

    /** Whether a packet to this address has a next hop: it is a host of the link, or there is a router. */
    public boolean hasRoute4(int address) {
        return isHost4(address) && address != address4 || !onLink4.contains(address) && nextHop4.isPresent();
    }

    /** An address of the link that one host can have: not the first and the last of it (RFC 1122 §3.2.1.3). */
    boolean isHost4(int address) {
        return isHost(onLink4, address);
    }

    private static boolean isHost(Prefix4 prefix, int address) {
        return prefix.contains(address)
                && (prefix.length() > 30
                || address != prefix.address() && address != prefix.address() + (int) (prefix.size() - 1));
    }

    /** Collects an {@link EdgeConfig}. */
    public static final class Builder {

        private long mac = MacAddress.NONE;
        private Ip6 address6;
        private Prefix6 onLink6;
        private int address4;
        private Prefix4 onLink4;
        private OptionalInt nextHop4 = OptionalInt.empty();
        private final List<Prefix4> pools = new ArrayList<>();
        private Advertisement advertisement;
        private int maxNeighbors = DEFAULT_MAX_NEIGHBORS;

        private Builder() {
        }

        /** 48 bits. */
        public Builder mac(long address) {
            this.mac = address;
            return this;
        }

        /**
         * @throws IllegalArgumentException for a prefix length outside 1..128
         */
        public Builder address6(Ip6 address, int prefixLength) {
            if (prefixLength < 1 || prefixLength > 128) {
                throw new IllegalArgumentException("gateway.ipv6.address: prefix length 1 to 128, not " + prefixLength);
            }
            long high = prefixLength >= 64 ? address.high() : address.high() & -1L << 64 - prefixLength;
            long low = prefixLength <= 64 ? 0 : address.low() & -1L << 128 - prefixLength;
            this.address6 = address;
            this.onLink6 = Prefix6.of(Ip6.of(high, low), prefixLength);
            return this;
        }

        /**
         * @throws IllegalArgumentException for a prefix length outside 1..32
         */
        public Builder address4(int address, int prefixLength) {
            if (prefixLength < 1 || prefixLength > 32) {
                throw new IllegalArgumentException("gateway.ipv4.address: prefix length 1 to 32, not " + prefixLength);
            }
            this.address4 = address;
            this.onLink4 = Prefix4.of(address & -1 << 32 - prefixLength, prefixLength);
            return this;
        }

        public Builder nextHop4(int address) {
            this.nextHop4 = OptionalInt.of(address);
            return this;
        }

        public Builder pool(Prefix4 prefix) {
            pools.add(prefix);
            return this;
        }

        public Builder advertisement(Advertisement value) {
            this.advertisement = value;
            return this;
        }

        /** Per IP version, 16 to 2^24; default {@link #DEFAULT_MAX_NEIGHBORS}. */
        public Builder maxNeighbors(int count) {
            this.maxNeighbors = count;
            return this;
        }

        /**
         * @throws IllegalArgumentException naming what is missing or contradicts the rest
         */
        public EdgeConfig build() {
            if (!MacAddress.isUnicast(mac)) {
                throw new IllegalArgumentException("gateway.mac: no unicast Ethernet address is given");
            }
            if (maxNeighbors < 16 || maxNeighbors > LARGEST_MAX_NEIGHBORS) {
                throw new IllegalArgumentException("maxNeighbors: 16 to 16777216, not " + maxNeighbors);
            }
            check6();
            check4();
            return new EdgeConfig(this);
        }

        private void check6() {
            if (address6 == null) {
                throw new IllegalArgumentException("gateway.ipv6.address: is missing");
            }
            if (address6.isMulticast() || address6.isLinkLocal() || address6.high() == 0) {
                throw new IllegalArgumentException("gateway.ipv6.address: not a global address: '" + address6 + "'");
            }
        }

        private void check4() {
            if (onLink4 == null) {
                throw new IllegalArgumentException("gateway.ipv4.address: is missing");
            }
            if (!isHost(onLink4, address4) || !Ipv4Receiver.isUnicast(address4)) {
                throw new IllegalArgumentException("gateway.ipv4.address: not the address of a host in " + onLink4
                        + ": '" + Ip4.toString(address4) + "'");
            }
            for (Prefix4 pool : pools) {
                checkNotInPool("gateway.ipv4.address", address4, pool);
                if (nextHop4.isPresent()) {
                    checkNotInPool("gateway.ipv4.nextHop", nextHop4.getAsInt(), pool);
                }
            }
            if (nextHop4.isPresent()
                    && (!isHost(onLink4, nextHop4.getAsInt()) || nextHop4.getAsInt() == address4)) {
                throw new IllegalArgumentException("gateway.ipv4.nextHop: not the address of another host in "
                        + onLink4 + ": '" + Ip4.toString(nextHop4.getAsInt()) + "'");
            }
        }

        private static void checkNotInPool(String field, int address, Prefix4 pool) {
            if (pool.contains(address)) {
                throw new IllegalArgumentException(
                        field + ": '" + Ip4.toString(address) + "' is in the pool prefix " + pool);
            }
        }
    }
}
