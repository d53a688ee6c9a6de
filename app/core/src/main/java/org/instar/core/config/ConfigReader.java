// SPDX-License-Identifier: Apache-2.0
package org.instar.core.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.instar.core.edge.EdgeConfig;
import org.instar.engine.address.Prefix4;
import org.instar.engine.address.Prefix64;
import org.instar.engine.translate.TranslatorSettings;

/** Makes a {@link Nat64Config} of a tree of maps, lists and scalars, as YAML and JSON parsers deliver it. */
public final class ConfigReader {

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
        List<Prefix64> prefixes = prefixes(root);
        List<PoolConfig> pools = pools(root);
        Optional<ConfigNode> timers = root.optionalObject("timers");
        TimerConfig timerConfig = timers.isPresent() ? TimerConfig.read(timers.get()) : TimerConfig.defaults();
        Optional<ConfigNode> limits = root.optionalObject("limits");
        LimitConfig limitConfig = limits.isPresent() ? LimitConfig.read(limits.get()) : LimitConfig.defaults();
        Optional<ConfigNode> translation = root.optionalObject("translation");
        TranslatorSettings settings = translation.isPresent() ? TranslationReader.read(translation.get())
                : TranslatorSettings.defaults().withMssClamp(true);
        EdgeConfig gateway = GatewayReader.read(root.object("gateway"), prefixes, pools);
        check(root, prefixes, pools, gateway);
        Optional<ConfigNode> dns64 = root.optionalObject("dns64");
        Dns64Config dns64Config = dns64.isPresent() ? Dns64Config.read(dns64.get(), prefixes) : null;
        return new Nat64Config(prefixes, pools, timerConfig, limitConfig, settings, gateway, dns64Config);
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
            if (prefixes.get(i).prefix().overlaps(gateway.onLink6())) {
                throw root.error("prefixes[" + i + "]",
                        prefixes.get(i) + " overlaps the hosts' own link " + gateway.onLink6());
            }
        }
        Prefix4 link = gateway.onLink4();
        for (int i = 0; i < pools.size(); i++) {
            for (int j = 0; j < pools.get(i).prefixes().size(); j++) {
                Prefix4 prefix = pools.get(i).prefixes().get(j);
                int broadcast = link.address() + (int) (link.size() - 1);
                if (link.length() < 31 && (prefix.contains(link.address()) || prefix.contains(broadcast))) {
                    throw root.error("pools[" + i + "].prefixes[" + j + "]",
                            prefix + " contains the first or last address of the link " + link);
                }
            }
        }
    }

    private static List<PoolConfig> pools(ConfigNode root) throws ConfigException {
        List<PoolConfig> pools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        List<ConfigNode> nodes = root.objects("pools");
        for (int i = 0; i < nodes.size(); i++) {
            PoolConfig pool = PoolConfig.read(nodes.get(i));
            if (!names.add(pool.name())) {
                throw nodes.get(i).error("name", "'" + pool.name() + "' is the name of another pool");
            }
            for (PoolConfig other : pools) {
                int overlap = pool.overlap(other);
                if (overlap >= 0) {
                    throw nodes.get(i).error("prefixes[" + overlap + "]",
                            pool.prefixes().get(overlap) + " overlaps pool '" + other.name() + "'");
                }
            }
            pools.add(pool);
        }
        return pools;
    }
}
