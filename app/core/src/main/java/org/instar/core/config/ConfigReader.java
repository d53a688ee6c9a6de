// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.instar.core.edge.EdgeConfig;
import org.instar.core.edge.Link4;
import org.instar.core.rule.TimerConfig;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix6;
import org.instar.engine.address.Prefix64;
import org.instar.engine.translate.TranslatorSettings;

/** Makes a {@link Nat64Config} of a tree of maps, lists and scalars, as YAML and JSON parsers deliver it. */
public final class ConfigReader {

    private static final int MAX_SHARDS = 64;

    private ConfigReader() {
    }

    /**
     * Reads a whole configuration.
     *
     * @throws ConfigException naming the first bad field
     */
    public static Nat64Config read(Map<String, ?> tree) throws ConfigException {
        ConfigNode root = ConfigNode.root(tree);
        Nat64Config config = read(root);
        root.refuseUnknown();
        return config;
    }

    /**
     * Reads the fields of {@link Nat64Config}; the caller reads the rest and calls
     * {@link ConfigNode#refuseUnknown()}.
     *
     * @throws ConfigException naming the first bad field
     */
    public static Nat64Config read(ConfigNode root) throws ConfigException {
        Nat64Config.Parts parts = new Nat64Config.Parts();
        parts.prefixes = prefixes(root);
        parts.pools = pools(root);
        readGateway(root, parts);
        parts.shards = root.integer("shards", 1, 1, MAX_SHARDS);
        Optional<ConfigNode> timers = root.optionalObject("timers");
        parts.timers = timers.isPresent() ? TimerReader.read(timers.get()) : TimerConfig.defaults();
        boolean advertises = parts.gateway.advertisement() != null;
        Optional<ConfigNode> limits = root.optionalObject("limits");
        parts.limits = limits.isPresent() ? LimitConfig.read(limits.get(), advertises)
                : LimitConfig.defaults(advertises);
        parts.rules = RuleReader.read(root, parts.timers, parts.limits.subscriber(), parts.pools, parts.prefixes);
        parts.sources = IngressReader.read(root, parts.gateway);
        Optional<ConfigNode> translation = root.optionalObject("translation");
        parts.translation = translation.isPresent() ? TranslationReader.read(translation.get())
                : TranslatorSettings.defaults().withMssClamp(true);
        Optional<ConfigNode> offload = root.optionalObject("offload");
        parts.offload = offload.isPresent() ? OffloadConfig.read(offload.get()) : OffloadConfig.defaults();
        Optional<ConfigNode> dns64 = root.optionalObject("dns64");
        parts.dns64 = dns64.isPresent() ? Dns64Config.read(dns64.get()) : null;
        return new Nat64Config(parts);
    }

    /** The gateway, and the static bindings: it answers ARP for the addresses of theirs that lie in no pool. */
    private static void readGateway(ConfigNode root, Nat64Config.Parts parts) throws ConfigException {
        EdgeConfig.Builder edge = GatewayReader.read(root.object("gateway"), parts.prefixes, parts.pools);
        EdgeConfig gateway = GatewayReader.build(edge);
        check(root, parts.prefixes, parts.pools, gateway);
        parts.staticBindings = StaticBindingReader.read(root);
        StaticBindingReader.check(root, parts.staticBindings, parts.pools, parts.prefixes, gateway);
        StaticBindingReader.outside(parts.staticBindings, parts.pools).forEach(edge::pool);
        parts.gateway = GatewayReader.build(edge);
    }

    private static List<Prefix64> prefixes(ConfigNode root) throws ConfigException {
        List<Prefix64> prefixes = root.list("prefixes", Prefix64::parse);
        for (int i = 0; i < prefixes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (prefixes.get(i).prefix().overlaps(prefixes.get(j).prefix())) {
                    throw root.error("prefixes[" + i + "]", prefixes.get(i) + " overlaps " + prefixes.get(j));
                }
            }
        }
        return prefixes;
    }

    /** What fits each for itself but not together. */
    private static void check(ConfigNode root, List<Prefix64> prefixes, List<PoolConfig> pools, EdgeConfig gateway)
            throws ConfigException {
        for (int i = 0; i < prefixes.size(); i++) {
            for (Prefix6 link : links6(gateway)) {
                if (prefixes.get(i).prefix().overlaps(link)) {
                    throw root.error("prefixes[" + i + "]", prefixes.get(i) + " overlaps the hosts' own link " + link);
                }
            }
        }
        for (int i = 0; i < pools.size(); i++) {
            for (int j = 0; j < pools.get(i).prefixes().size(); j++) {
                for (Link4 link : gateway.links4()) {
                    check(root, "pools[" + i + "].prefixes[" + j + "]", pools.get(i).prefixes().get(j), link.prefix());
                }
            }
        }
    }

    private static List<Prefix6> links6(EdgeConfig gateway) {
        List<Prefix6> links = new ArrayList<>();
        links.add(gateway.onLink6());
        gateway.links6().forEach(link -> links.addAll(link.prefixes()));
        return links;
    }

    private static void check(ConfigNode root, String path, Prefix4 pool, Prefix4 link) throws ConfigException {
        int broadcast = link.address() + (int) (link.size() - 1);
        if (link.length() < 31 && (pool.contains(link.address()) || pool.contains(broadcast))) {
            throw root.error(path, pool + " contains the first or last address of the link " + link);
        }
    }

    private static List<PoolConfig> pools(ConfigNode root) throws ConfigException {
        List<PoolConfig> pools = new ArrayList<>();
        for (ConfigNode node : root.objects("pools")) {
            PoolConfig pool = PoolConfig.read(node);
            if (pools.stream().anyMatch(other -> other.name().equals(pool.name()))) {
                throw node.error("name", "'" + pool.name() + "' is the name of another pool");
            }
            for (PoolConfig other : pools) {
                int overlap = pool.overlap(other);
                if (overlap >= 0) {
                    throw node.error("prefixes[" + overlap + "]",
                            pool.prefixes().get(overlap) + " overlaps pool '" + other.name() + "'");
                }
            }
            pools.add(pool);
        }
        pools.addAll(RuleReader.interfacePools(root, pools));
        return pools;
    }
}
