// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.instar.core.edge.AdvertisedPrefix;
import org.instar.core.edge.Advertisement;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Link4;
import org.instar.core.edge.Link6;
import org.instar.core.edge.Route4;
import org.instar.core.edge.Vlans;
import org.instar.engine.address.Ip4;
import org.instar.engine.address.Ip6;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;

/** Reads the section {@code gateway}: the router at the point of translation. */
final class GatewayReader {

    private static final int DEFAULT_INTERVAL_SECONDS = 600;
    private static final int DEFAULT_MTU = 1500;

    private GatewayReader() {
    }

    /** The gateway so far, for more addresses to be added before {@link #build}. */
    static EdgeConfig.Builder read(ConfigNode node, List<Prefix64> prefixes, List<PoolConfig> pools)
            throws ConfigException {
        EdgeConfig.Builder edge = EdgeConfig.builder();
        edge.mac(node.required("mac", GatewayReader::mac));
        ConfigNode ipv6 = node.object("ipv6");
        edge.address6(ipv6.required("address", text -> Ip6.parse(beforeSlash(text))),
                ipv6.required("address", text -> length(text, 128)));
        Optional<ConfigNode> advertise = ipv6.optionalObject("advertise");
        Advertisement advertisement = advertise.isPresent() ? advertisement(advertise.get(), prefixes) : null;
        if (advertisement != null) {
            edge.advertisement(advertisement);
        }
        if (ipv6.has("vlans")) {
            Prefix6 own = edge.onLink6();
            ipv6.list("vlans", text -> Link6.of(Vlans.parse(text), List.of(own), advertisement),
                    node6 -> link6(node6, advertisement)).forEach(edge::link6);
        }
        ipv6.refuseUnknown();
        ConfigNode ipv4 = node.object("ipv4");
        edge.address4(ipv4.required("address", text -> Ip4.parse(beforeSlash(text))),
                ipv4.required("address", text -> length(text, 32)));
        edge.vlan4(ipv4.optional("vlan", Vlans.UNTAGGED, Vlans::parse));
        if (ipv4.has("links")) {
            for (ConfigNode link : ipv4.objects("links")) {
                edge.link4(Link4.of(link.optional("vlan", Vlans.UNTAGGED, Vlans::parse),
                        link.required("address", text -> Ip4.parse(beforeSlash(text))),
                        link.required("address", text -> length(text, 32))));
                link.refuseUnknown();
            }
        }
        if (ipv4.has("nextHop")) {
            edge.nextHop4(ipv4.required("nextHop", Ip4::parse));
        }
        if (ipv4.has("routes")) {
            readRoutes(ipv4, edge);
        }
        ipv4.refuseUnknown();
        node.refuseUnknown();
        pools.forEach(pool -> pool.prefixes().forEach(edge::pool));
        return edge;
    }

    /** A VLAN with prefixes of its own. */
    private static Link6 link6(ConfigNode node, Advertisement advertisement) throws ConfigException {
        int vlan = node.required("vlan", Vlans::parse);
        List<AdvertisedPrefix> prefixes = node.list("prefixes", text -> AdvertisedPrefix.of(Prefix6.parse(text)));
        node.refuseUnknown();
        Advertisement own;
        try {
            own = advertisement == null ? null : advertisement.withPrefixes(prefixes);
        } catch (IllegalArgumentException e) {
            throw node.error("prefixes", e.getMessage());
        }
        return Link6.of(vlan, prefixes.stream().map(AdvertisedPrefix::prefix).collect(Collectors.toList()), own);
    }

    private static void readRoutes(ConfigNode ipv4, EdgeConfig.Builder edge) throws ConfigException {
        Set<Prefix4> seen = new HashSet<>();
        for (ConfigNode node : ipv4.objects("routes")) {
            Prefix4 to = node.required("to", Prefix4::parse);
            if (to.equals(Route4.DEFAULT)) {
                throw node.error("to", "everything is what gateway.ipv4.nextHop is for");
            }
            if (!seen.add(to)) {
                throw node.error("to", to + " is there twice");
            }
            edge.route4(Route4.of(to, node.required("nextHop", Ip4::parse)));
            node.refuseUnknown();
        }
    }

    static EdgeConfig build(EdgeConfig.Builder edge) throws ConfigException {
        return named("", edge::build);
    }

    private static Advertisement advertisement(ConfigNode node, List<Prefix64> prefixes) throws ConfigException {
        int seconds = node.integer("intervalSeconds", DEFAULT_INTERVAL_SECONDS, 4, 1800);
        Advertisement.Builder advertisement = Advertisement.builder(seconds);
        advertisement.mtu(node.integer("mtu", DEFAULT_MTU, 1280, 65535));
        node.list("prefixes", text -> AdvertisedPrefix.of(Prefix6.parse(text))).forEach(advertisement::prefix);
        if (node.flag("pref64", true)) {
            prefixes.forEach(advertisement::pref64);
        }
        if (node.has("rdnss")) {
            node.list("rdnss", Ip6::parse).forEach(advertisement::rdnss);
        }
        node.refuseUnknown();
        return named("gateway.ipv6.", advertisement::build);
    }

    /** The edge names the field in front of what it refuses; here its path becomes whole. */
    private static <T> T named(String parent, Supplier<T> build) throws ConfigException {
        try {
            return build.get();
        } catch (IllegalArgumentException e) {
            String[] fieldAndReason = e.getMessage().split(": ", 2);
            throw new ConfigException(parent + fieldAndReason[0], fieldAndReason[1]);
        }
    }

    private static long mac(String text) {
        if (!text.matches("([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}")) {
            throw new IllegalArgumentException("not a MAC address: '" + text + "'");
        }
        return Long.parseLong(text.replace(":", ""), 16);
    }

    private static String beforeSlash(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("not ADDRESS/LENGTH: '" + text + "'");
        }
        return text.substring(0, slash);
    }

    private static int length(String text, int max) {
        String digits = text.substring(text.indexOf('/') + 1);
        if (!digits.matches("[0-9]{1,3}") || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > max) {
            throw new IllegalArgumentException("prefix length is not 1 to " + max + ": '" + text + "'");
        }
        return Integer.parseInt(digits);
    }
}
