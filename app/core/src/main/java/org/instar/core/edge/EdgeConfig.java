// SPDX-License-Identifier: Apache-2.0
package org.instar.core.edge;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;

/** The addresses of a router edge and what it does with them. Immutable. */
public final class EdgeConfig {

    /** Neighbors per IP version, unless configured. */
    public static final int DEFAULT_MAX_NEIGHBORS = 65536;
    /** No VLAN has the address on-link. */
    static final int NOWHERE = -2;
    private static final int LARGEST_MAX_NEIGHBORS = 1 << 24;

    private final long mac;
    private final Ip6 address6;
    private final Prefix6 onLink6;
    private final Ip6 linkLocal;
    private final List<Link6> links6;
    private final Link6[] link6OfVlan = new Link6[Vlans.MAX + 1];
    private final List<Link4> links4;
    private final boolean[] vlanServed4 = new boolean[Vlans.MAX + 1];
    private final List<Route4> routes;
    private final Routes4 routes4;
    private final List<Prefix4> pools;
    private final Advertisement advertisement;
    private final int maxNeighbors;

    private EdgeConfig(Builder builder) {
        this.mac = builder.mac;
        this.address6 = builder.address6;
        this.onLink6 = builder.onLink6;
        this.linkLocal = linkLocal(builder.mac);
        this.links6 = List.copyOf(builder.effectiveLinks6());
        this.links6.forEach(link -> link6OfVlan[link.vlan()] = link);
        this.links4 = List.copyOf(builder.effectiveLinks4());
        this.links4.forEach(link -> vlanServed4[link.vlan()] = true);
        this.routes = List.copyOf(builder.routes4);
        this.routes4 = new Routes4(links4, routes);
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

    /** The link of {@link #address6()}. */
    public Prefix6 onLink6() {
        return onLink6;
    }

    /** The VLANs of IPv6 hosts, at least one. */
    public List<Link6> links6() {
        return links6;
    }

    /** Whether IPv6 frames of a VLAN are the gateway's. */
    public boolean serves6(int vlan) {
        return link6OfVlan[vlan] != null;
    }

    /** Whether a VLAN has a global address on-link. */
    boolean isOnLink6(int vlan, long high, long low) {
        return serves6(vlan) && link6OfVlan[vlan].isOnLink(high, low);
    }

    /**
     * The VLAN that has a global address on-link; {@link Vlans#ANY}: several have, {@link #NOWHERE}: none has.
     */
    int vlanOf6(long high, long low) {
        int found = NOWHERE;
        for (int i = 0; i < links6.size(); i++) {
            if (links6.get(i).isOnLink(high, low)) {
                if (found != NOWHERE) {
                    return Vlans.ANY;
                }
                found = links6.get(i).vlan();
            }
        }
        return found;
    }

    /** Whether a global address may be a neighbor in a VLAN: it is on-link there, or nowhere. */
    boolean mayLive6(int vlan, long high, long low) {
        return isOnLink6(vlan, high, low) || vlanOf6(high, low) == NOWHERE;
    }

    /** The gateway's link-local address, made from its Ethernet address. */
    public Ip6 linkLocal() {
        return linkLocal;
    }

    /** The gateway's IPv4 address on its first link, packed: ICMP errors come from it. */
    public int address4() {
        return links4.get(0).address();
    }

    /** The first link's prefix. */
    public Prefix4 onLink4() {
        return links4.get(0).prefix();
    }

    /** The IPv4 links, at least one; no two overlap. */
    public List<Link4> links4() {
        return links4;
    }

    /** Routers for IPv4 destinations off the links; without one there is no way to them. */
    public List<Route4> routes4() {
        return routes;
    }

    /** Whether IPv4 and ARP frames of a VLAN are the gateway's. */
    public boolean serves4(int vlan) {
        return vlanServed4[vlan];
    }

    /** The router for all IPv4 destinations that have no other route. */
    public OptionalInt nextHop4() {
        return routes.stream().filter(route -> route.destination().equals(Route4.DEFAULT))
                .mapToInt(Route4::nextHop).findFirst();
    }

    /** The addresses that ARP answers for besides the gateway's. */
    public List<Prefix4> pools() {
        return pools;
    }

    /** What is advertised in VLANs without prefixes of their own, or null: nothing is anywhere. */
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

    /** Whether a packet to this address has a next hop: it is a host of a link, or there is a router. */
    public boolean hasRoute4(int address) {
        Routes4.Way way = routes4.find(address);
        return way != null && (!way.onLink || way.link.isHost(address) && !isOwn4(address));
    }

    /** The way of an IPv4 packet, or null. */
    Routes4.Way way4(int destination) {
        return routes4.find(destination);
    }

    /** One of the gateway's IPv4 addresses. */
    boolean isOwn4(int address) {
        for (int i = 0; i < links4.size(); i++) {
            if (links4.get(i).address() == address) {
                return true;
            }
        }
        return false;
    }

    /** The link that an address lies in, of a VLAN or {@link Vlans#ANY}; null: none. */
    Link4 link4Of(int vlan, int address) {
        for (int i = 0; i < links4.size(); i++) {
            Link4 link = links4.get(i);
            if ((vlan == Vlans.ANY || vlan == link.vlan()) && link.prefix().contains(address)) {
                return link;
            }
        }
        return null;
    }

    /** Collects an {@link EdgeConfig}. */
    public static final class Builder {

        private long mac = MacAddress.NONE;
        private Ip6 address6;
        private Prefix6 onLink6;
        private final List<Link6> links6 = new ArrayList<>();
        private int address4;
        private int length4;
        private int vlan4 = Vlans.UNTAGGED;
        private final List<Link4> furtherLinks4 = new ArrayList<>();
        private final List<Route4> routes4 = new ArrayList<>();
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
            this.length4 = prefixLength;
            return this;
        }

        /** The VLAN of that address; default {@link Vlans#UNTAGGED}. */
        public Builder vlan4(int vlan) {
            this.vlan4 = vlan;
            return this;
        }

        /** The link of the IPv6 address; null before it is given. */
        public Prefix6 onLink6() {
            return onLink6;
        }

        /** One more IPv4 link. */
        public Builder link4(Link4 link) {
            furtherLinks4.add(link);
            return this;
        }

        /** The router for all destinations that have no other route. */
        public Builder nextHop4(int address) {
            return route4(Route4.of(Route4.DEFAULT, address));
        }

        public Builder route4(Route4 route) {
            routes4.add(route);
            return this;
        }

        /** A VLAN of hosts; without any there is one, untagged, with the link of the address and the advertisement. */
        public Builder link6(Link6 link) {
            links6.add(link);
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
            checkVlans6();
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

        private List<Link6> effectiveLinks6() {
            return links6.isEmpty() ? List.of(Link6.of(Vlans.UNTAGGED, List.of(onLink6), advertisement)) : links6;
        }

        private List<Link4> effectiveLinks4() {
            List<Link4> links = new ArrayList<>();
            links.add(Link4.of(vlan4, address4, length4));
            links.addAll(furtherLinks4);
            return links;
        }

        private void checkVlans6() {
            for (int i = 0; i < links6.size(); i++) {
                for (int j = 0; j < i; j++) {
                    if (links6.get(i).vlan() == links6.get(j).vlan()) {
                        throw new IllegalArgumentException("gateway.ipv6.vlans[" + i + "]: "
                                + Vlans.text(links6.get(i).vlan()) + " is there twice");
                    }
                }
            }
        }

        private void check4() {
            if (length4 == 0) {
                throw new IllegalArgumentException("gateway.ipv4.address: is missing");
            }
            List<Link4> links = effectiveLinks4();
            for (int i = 0; i < links.size(); i++) {
                String field = i == 0 ? "gateway.ipv4.address" : "gateway.ipv4.links[" + (i - 1) + "].address";
                checkLink4(field, links.get(i));
                for (int j = 0; j < i; j++) {
                    if (links.get(i).prefix().overlaps(links.get(j).prefix())) {
                        throw new IllegalArgumentException(field + ": " + links.get(i).prefix()
                                + " overlaps the link " + links.get(j).prefix());
                    }
                }
            }
            int further = 0;
            for (Route4 route : routes4) {
                boolean isDefault = route.destination().equals(Route4.DEFAULT);
                checkNextHop(isDefault ? "gateway.ipv4.nextHop" : "gateway.ipv4.routes[" + further + "].nextHop",
                        route.nextHop(), links);
                further += isDefault ? 0 : 1;
            }
        }

        private void checkLink4(String field, Link4 link) {
            if (!link.isHost(link.address()) || !Ipv4Receiver.isUnicast(link.address())) {
                throw new IllegalArgumentException(field + ": not the address of a host in " + link.prefix()
                        + ": '" + Ip4.toString(link.address()) + "'");
            }
            pools.forEach(pool -> checkNotInPool(field, link.address(), pool));
        }

        private void checkNextHop(String field, int nextHop, List<Link4> links) {
            pools.forEach(pool -> checkNotInPool(field, nextHop, pool));
            for (Link4 link : links) {
                if (link.isHost(nextHop) && link.address() != nextHop) {
                    return;
                }
            }
            throw new IllegalArgumentException(field + ": not the address of another host in "
                    + links.stream().map(link -> link.prefix().toString()).collect(Collectors.joining(", "))
                    + ": '" + Ip4.toString(nextHop) + "'");
        }

        private static void checkNotInPool(String field, int address, Prefix4 pool) {
            if (pool.contains(address)) {
                throw new IllegalArgumentException(
                        field + ": '" + Ip4.toString(address) + "' is in the pool prefix " + pool);
            }
        }
    }
}
